// The area that is asked for: drawn on a map on which the own cameras stand, or typed as four numbers. Where another agency's cameras stand is not told.
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import type { CameraList } from '../../agencies/cameras.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { areaOf, type AreaText } from '../map/area.js';
import type { Dot } from '../map/city-map.js';
import { AreaFields } from '../search/area-fields.js';
import { MapAreaContext } from '../search/map-area.js';
import { useAreaDrawing } from '../search/use-area-drawing.js';
import { MapBoundary } from '../search/where-pane.js';

const SearchMap = lazy(() => import('../map/search-map.js'));
const none: readonly never[] = [];
const nothing = (): void => undefined;

interface Props {
  readonly area: AreaText;
  /** Must not change from one call to the next. */
  readonly change: (area: AreaText) => void;
  readonly fault: string | undefined;
}

export const RequestArea = ({ area, change, fault }: Props) => {
  const [open, setOpen] = useState(false);
  const { context, drawn, lend } = useAreaDrawing(
    useCallback((_: string, drawnArea: AreaText) => change(drawnArea), [change]),
    setOpen,
  );
  const cameras = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });
  const dots = useMemo(
    () =>
      ((cameras.data as Json<CameraList> | undefined)?.cameras ?? []).flatMap(
        ({ name, status, latitude, longitude }): Dot[] =>
          status === 'revoked' || latitude === null || longitude === null ? [] : [{ name, latitude, longitude }],
      ),
    [cameras.data],
  );
  const read = areaOf(area);
  const shown = useMemo(() => (typeof read === 'string' ? undefined : read), [JSON.stringify(read)]);
  return (
    <MapAreaContext value={context}>
      <AreaFields name="grant" area={area} change={change} fault={fault} />
      {open && (
        <div className="where">
          {context.drawing !== undefined && (
            <p className="told" role="status">
              Draw a box on the map with mouse, finger or pen; Esc ends it. The four numbers do the same. The dots are
              our own cameras.
            </p>
          )}
          <MapBoundary>
            <Suspense
              fallback={
                <p className="map-place state" role="status">
                  Loading the map…
                </p>
              }
            >
              <SearchMap
                {...{ cameras: dots, places: none, way: none, answer: '', current: undefined }}
                {...{ area: shown, drawing: context.drawing !== undefined, point: nothing, choose: nothing }}
                {...{ drawn, lend }}
              />
            </Suspense>
          </MapBoundary>
        </div>
      )}
    </MapAreaContext>
  );
};
