// The map of the search page: fetched when it is shown, and not before, with the library and the ground that it needs.
import 'leaflet/dist/leaflet.css';
import './map.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import address from 'plateward:land';
import type { Area } from './area.js';
import { CityMap, type Dot, type Place } from './city-map.js';
import { unpackLandInTurns, type Land, type PackedLand } from './land.js';
import { cityTiles } from './tiles.js';

export interface MapProps {
  readonly cameras: readonly Dot[];
  readonly places: readonly Place[];
  /** Changes when another answer is shown; then all of it is brought into view. */
  readonly answer: string;
  /** The way of one plate in the order of time. */
  readonly way: readonly (readonly [latitude: number, longitude: number])[];
  readonly current: string | undefined;
  readonly area: Area | undefined;
  readonly drawing: boolean;
  readonly point: (key: string | undefined) => void;
  readonly choose: (key: string) => void;
  readonly drawn: (area: Area) => void;
  /** Lends what asks the map for what it shows. */
  readonly lend: (view: (() => Area) | undefined) => void;
}

const tiles = cityTiles();
let land: Promise<Land> | undefined;

/** Fetched once; where it does not come, the map stands on a plain ground, and the next one asks again. */
const loadLand = (): Promise<Land> => {
  land ??= fetch(address)
    .then(async (response) => unpackLandInTurns((await response.json()) as PackedLand))
    .catch((error: unknown) => {
      land = undefined;
      throw error;
    });
  return land;
};

export const SearchMap = (props: MapProps) => {
  const { cameras, places, answer, way, current, area, drawing, lend } = props;
  const element = useRef<HTMLDivElement>(null);
  const held = useRef<CityMap>(undefined);
  const scheme = useComputedColorScheme('light');
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    if (!element.current) return undefined;
    const city = new CityMap(element.current, tiles, {
      point: (key) => latest.current.point(key),
      choose: (key) => latest.current.choose(key),
      drawn: (drawnArea) => latest.current.drawn(drawnArea),
    });
    held.current = city;
    loadLand().then(
      (loaded) => held.current === city && city.setLand(loaded),
      () => undefined,
    );
    lend(() => city.view());
    const resized = new ResizeObserver(() => city.resized());
    resized.observe(element.current);
    return () => {
      resized.disconnect();
      lend(undefined);
      held.current = undefined;
      city.remove();
    };
  }, [lend]);
  useEffect(() => held.current?.setCameras(cameras), [cameras]);
  useEffect(() => held.current?.setPlaces(places), [places]);
  useEffect(() => held.current?.look(latest.current.places), [answer]);
  useEffect(() => held.current?.setWay(way.map(([latitude, longitude]) => [latitude, longitude])), [way]);
  useEffect(() => held.current?.setCurrent(current), [current]);
  useEffect(() => held.current?.setArea(area), [area]);
  useEffect(() => held.current?.setDrawing(drawing), [drawing]);
  useEffect(() => held.current?.recolour(), [scheme]);
  return (
    <>
      <div
        ref={element}
        className="map"
        role="region"
        tabIndex={0}
        aria-label="Map of cameras and results: arrow keys move it, plus and minus zoom"
      />
      <p className="quiet attribution">
        {tiles ? `Map: ${tiles.attribution}.` : 'Coasts and borders: Natural Earth. Streets are not known here.'}
      </p>
    </>
  );
};

export default SearchMap;
