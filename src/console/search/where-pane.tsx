// Beside the list: when, as bars, and where, on a map. The map is fetched when it is shown for the first time and the page has nothing
// else to do; without it everything works, areas as numbers.
import { Button } from '@mantine/core';
import { Component, lazy, memo, Suspense, useMemo, type ReactNode } from 'react';
import type { Area } from '../map/area.js';
import type { Dot, Place } from '../map/city-map.js';
import { useCalm } from '../parts/calm.js';
import { wide } from '../parts/wide.js';
import { plateOf, seenAt, type Result } from './older.js';
import { TimeBars, type Span } from './time-bars.js';

const SearchMap = lazy(() => import('../map/search-map.js'));

/** When the map's files do not come, the page stays. */
export class MapBoundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
  override state = { failed: false };
  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }
  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <p className="told failed" role="alert">
        The map could not be loaded. Everything else works; load the page again for the map.
      </p>
    );
  }
}

const loading = (
  <p className="map-place state" role="status">
    Loading the map…
  </p>
);

export interface OwnCamera {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** The cameras of the results that have a place, each with the numbers of its results. */
const placesOf = (results: readonly Result[]): Place[] => {
  const places = new Map<string, { readonly place: Omit<Place, 'numbers'>; readonly numbers: number[] }>();
  for (const { camera, number } of results) {
    const { id, name, latitude, longitude } = camera;
    if (latitude === null || longitude === null) continue;
    const known = places.get(id);
    if (known) known.numbers.push(number);
    else places.set(id, { place: { key: id, name: name ?? 'Camera', latitude, longitude }, numbers: [number] });
  }
  return [...places.values()].map(({ place, numbers }) => ({ ...place, numbers }));
};

/** The way of one plate in the order of time, where its cameras have a place. */
const wayOf = (results: readonly Result[], plate: string): (readonly [number, number])[] =>
  results
    .filter((each) => plateOf(each) === plate)
    .sort((a, b) => new Date(seenAt(a)).getTime() - new Date(seenAt(b)).getTime())
    .flatMap(({ camera: { latitude, longitude } }) =>
      latitude === null || longitude === null ? [] : [[latitude, longitude] as const],
    );

interface Props {
  readonly cameras: readonly OwnCamera[];
  readonly results: readonly Result[];
  readonly shown: readonly Result[];
  readonly answer: string;
  readonly pointed: Result | undefined;
  readonly current: string | undefined;
  readonly area: Area | undefined;
  readonly drawing: boolean;
  readonly open: boolean;
  readonly setOpen: (open: boolean) => void;
  readonly span: Span | undefined;
  readonly narrow: (span: Span | undefined) => void;
  readonly point: (camera: string | undefined) => void;
  readonly choose: (camera: string) => void;
  readonly drawn: (area: Area) => void;
  readonly lend: (view: (() => Area) | undefined) => void;
}

const Where = (props: Props) => {
  const { cameras, results, shown, pointed, open, setOpen, span, narrow } = props;
  const calm = useCalm();
  const dots = useMemo(
    () =>
      cameras.flatMap(({ name, status, latitude, longitude }): Dot[] =>
        status === 'revoked' || latitude === null || longitude === null ? [] : [{ name, latitude, longitude }],
      ),
    [cameras],
  );
  const places = useMemo(() => placesOf(shown), [shown]);
  const times = useMemo(() => results.map((each) => new Date(seenAt(each)).getTime()), [results]);
  const plates = useMemo(() => new Set(shown.map(plateOf)), [shown]);
  const plate =
    plates.size === 1 ? [...plates][0] : pointed && plates.has(plateOf(pointed)) ? plateOf(pointed) : undefined;
  const way = useMemo(() => (plate === undefined ? [] : wayOf(shown, plate)), [shown, plate]);
  const lost = shown.filter(({ camera }) => camera.latitude === null || camera.longitude === null).length;
  return (
    <aside className="where" aria-label="When and where" data-open={open}>
      <TimeBars times={times} span={span} narrow={narrow} />
      <div className="bar">
        <p className="quiet">
          {places.length === 0
            ? `${dots.length} of your cameras have a place on the map.`
            : plate === undefined
              ? 'Numbers are those of the list; the way of a plate is drawn when it is pointed at.'
              : `Numbers are those of the list; arrows point the way of ${plate} in time, as the crow flies.`}
          {lost > 0 && ` ${lost} are not on it: the place of their camera is not told.`}
        </p>
        <Button variant="default" size="xs" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Hide the map' : 'Show the map'}
        </Button>
      </div>
      {open && props.drawing && (
        <p className="told" role="status">
          Draw a box on the map with mouse, finger or pen; Esc ends it. The four numbers do the same.
        </p>
      )}
      {open && (
        <MapBoundary>
          {calm ? (
            <Suspense fallback={loading}>
              <SearchMap
                cameras={dots}
                places={places}
                answer={props.answer}
                way={way}
                current={props.current}
                area={props.area}
                drawing={props.drawing}
                point={props.point}
                choose={props.choose}
                drawn={props.drawn}
                lend={props.lend}
              />
            </Suspense>
          ) : (
            loading
          )}
        </MapBoundary>
      )}
    </aside>
  );
};

export const WherePane = memo(Where);

/** Where there is room for it, the map is there from the start. */
export const mapAtFirst = wide;
