// Where the box goes that was drawn: into the search's area or into that of one of several places.
import { useCallback } from 'react';
import type { AreaText } from '../map/area.js';
import type { Draft } from './draft.js';
import { useAreaDrawing, type DrawnArea } from './use-area-drawing.js';

type Change = (part: (now: Draft) => Partial<Draft>) => void;

export const useDrawnArea = (change: Change, openMap: (open: boolean) => void): DrawnArea =>
  useAreaDrawing(
    useCallback(
      (name: string, area: AreaText) =>
        change((now) =>
          name === 'search'
            ? { area }
            : { places: now.places.map((each, at) => (String(at) === name ? { ...each, area } : each)) },
        ),
      [change],
    ),
    openMap,
  );
