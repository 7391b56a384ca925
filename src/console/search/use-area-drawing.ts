// Which area is being drawn on a map, and what is done with the box that was drawn, or with what the map shows.
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { areaText, type Area, type AreaText } from '../map/area.js';
import type { MapArea } from './map-area.js';

export interface DrawnArea {
  readonly context: MapArea;
  readonly drawn: (area: Area) => void;
  readonly lend: (view: (() => Area) | undefined) => void;
}

/** @param put takes the area of that name; it and `openMap` must not change from one call to the next */
export const useAreaDrawing = (
  put: (name: string, area: AreaText) => void,
  openMap: (open: boolean) => void,
): DrawnArea => {
  const [drawing, setDrawing] = useState<string>();
  const view = useRef<() => Area>(undefined);
  /** Who asked for what the map shows before there was a map. */
  const waiting = useRef<string>(undefined);
  const draw = useCallback(
    (name: string | undefined) => {
      setDrawing(name);
      if (name === undefined) return;
      openMap(true);
      document.querySelector('.where')?.scrollIntoView({ block: 'nearest' });
    },
    [openMap],
  );
  const takeView = useCallback(
    (name: string) => {
      openMap(true);
      if (view.current) put(name, areaText(view.current()));
      else waiting.current = name;
    },
    [openMap, put],
  );
  useEffect(() => {
    if (drawing === undefined) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') setDrawing(undefined);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [drawing]);
  const drawn = useCallback(
    (area: Area) => {
      if (drawing !== undefined) put(drawing, areaText(area));
      setDrawing(undefined);
    },
    [drawing, put],
  );
  const lend = useCallback(
    (lent: (() => Area) | undefined) => {
      view.current = lent;
      const name = waiting.current;
      if (!lent || name === undefined) return;
      waiting.current = undefined;
      // The new map looks at the cameras first.
      window.setTimeout(() => view.current && put(name, areaText(view.current())), 0);
    },
    [put],
  );
  const context = useMemo(() => ({ drawing, draw, takeView }), [drawing, draw, takeView]);
  return { context, drawn, lend };
};
