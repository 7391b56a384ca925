// The map itself, without React: the ground, all cameras as dots, the cameras of an answer as numbered marks, the way of a plate with
// arrows, and an area. It asks nobody for anything but, where it is set, the city's own map.
import {
  Browser,
  canvas,
  circleMarker,
  control,
  divIcon,
  DomEvent,
  latLngBounds,
  layerGroup,
  map as makeMap,
  marker as makeMarker,
  polyline,
  rectangle,
  tileLayer,
  type LatLngTuple,
  type LayerGroup,
  type Map as LeafletMap,
  type Marker,
} from 'leaflet';
import { clustersOf } from './cluster.js';
import { withinWorld, type Area } from './area.js';
import type { Land } from './land.js';
import { LandLayer } from './land-layer.js';
import { watchBox } from './draw-box.js';
import type { CityTiles } from './tiles.js';

export interface Dot {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}
/** A camera with results: their numbers in the list. */
export interface Place extends Dot {
  readonly key: string;
  readonly numbers: readonly number[];
}

export interface Listener {
  /** A mark has the pointer or the focus; none: no longer. */
  point(key: string | undefined): void;
  /** A mark was pressed. */
  choose(key: string): void;
  drawn(area: Area): void;
}

// Moved in the plane: each square, mark and arrow that is moved in space becomes a surface of its own, and hundreds of them are slow to put
// together where no graphics card does it.
Reflect.set(Browser, 'ie3d', true);

const reach = 36;
const zoomMax = 18;
const at = ({ latitude, longitude }: Dot): LatLngTuple => [latitude, longitude];

/** `1, 3–5 and 4 more` */
export const sayNumbers = (numbers: readonly number[]): string => {
  const runs: string[] = [];
  for (let place = 0; place < numbers.length; place += 1) {
    const first = place;
    while (numbers[place + 1] === numbers[place]! + 1) place += 1;
    runs.push(first === place ? `${numbers[place]}` : `${numbers[first]}–${numbers[place]}`);
  }
  return runs.length > 3 ? `${runs.slice(0, 2).join(', ')}…` : runs.join(', ');
};

const told = (places: readonly Place[]): string => {
  const count = places.reduce((sum, { numbers }) => sum + numbers.length, 0);
  const what = `${count} ${count === 1 ? 'result' : 'results'}`;
  const [first] = places;
  return places.length === 1 && first
    ? `${first.name}: ${what}, number ${sayNumbers(first.numbers)}`
    : `${places.length} cameras near each other: ${what}. Look nearer`;
};

export class CityMap {
  private readonly map: LeafletMap;
  private readonly dots: LayerGroup;
  private readonly way: LayerGroup;
  private readonly marks: LayerGroup;
  private readonly box: LayerGroup;
  private ground: LandLayer | undefined;
  private places: readonly Place[] = [];
  private stops: readonly LatLngTuple[] = [];
  private known: readonly Dot[] = [];
  private current: string | undefined;
  private shown = new Map<string, Marker>();
  private endDrawing: (() => void) | undefined;
  private looked = false;

  constructor(
    private readonly element: HTMLElement,
    tiles: CityTiles | undefined,
    private readonly listener: Listener,
  ) {
    this.map = makeMap(element, {
      ...{ attributionControl: false, zoomControl: true, zoomAnimation: false, fadeAnimation: false },
      ...{ markerZoomAnimation: false, minZoom: 1, maxZoom: Math.min(zoomMax, tiles?.zoomMax ?? zoomMax) },
      ...{
        maxBounds: [
          [-86, -181],
          [86, 181],
        ],
        maxBoundsViscosity: 1,
        renderer: canvas({ padding: 0.2 }),
      },
    });
    control.scale({ position: 'bottomleft' }).addTo(this.map);
    if (tiles)
      tileLayer(tiles.url, { maxZoom: tiles.zoomMax, noWrap: true, referrerPolicy: 'no-referrer' }).addTo(this.map);
    const layer = (): LayerGroup => layerGroup().addTo(this.map);
    [this.box, this.dots, this.way, this.marks] = [layer(), layer(), layer(), layer()];
    this.map.setView([38, -97], 3);
    this.map.on('zoomend', () => this.drawMarks());
    // The page scrolls over the map; it zooms with the wheel only once it was pressed.
    this.map.scrollWheelZoom.disable();
    element.addEventListener('focusin', () => this.map.scrollWheelZoom.enable());
    element.addEventListener('focusout', () => this.map.scrollWheelZoom.disable());
  }

  /** Coasts and borders, below all else. */
  setLand(land: Land): void {
    this.ground = new LandLayer(land).addTo(this.map);
    this.ground.bringToBack();
  }

  remove(): void {
    this.endDrawing?.();
    this.map.remove();
  }
  resized(): void {
    this.map.invalidateSize({ pan: false });
  }
  /** The colours have changed. */
  recolour(): void {
    this.ground?.redraw();
    this.setCameras(this.known);
    this.setWay(this.stops);
  }

  setCameras(cameras: readonly Dot[]): void {
    this.known = cameras;
    this.dots.clearLayers();
    const color = this.colour('--quiet');
    for (const each of cameras)
      circleMarker(at(each), {
        radius: 4,
        weight: 2,
        color,
        fillColor: color,
        fillOpacity: 0.5,
        interactive: false,
      }).addTo(this.dots);
    if (!this.looked && this.places.length === 0) this.look(cameras);
  }

  setPlaces(places: readonly Place[]): void {
    this.places = places;
    this.drawMarks();
  }
  /** Shows all of these; the first look of an answer. */
  look(spots: readonly Dot[]): void {
    if (spots.length === 0) return;
    this.looked = this.places.length > 0;
    this.map.fitBounds(latLngBounds(spots.map(at)).pad(0.15), { maxZoom: 14, animate: false });
  }

  /** @param stops in the order of time */
  setWay(stops: readonly LatLngTuple[]): void {
    this.stops = stops;
    this.way.clearLayers();
    if (stops.length < 2) return;
    const color = this.colour('--accent');
    polyline([...stops], { color, weight: 3, opacity: 0.9, interactive: false, className: 'way' }).addTo(this.way);
    for (const [from, to] of stops.slice(1).map((to, n) => [stops[n]!, to] as const)) {
      const [a, b] = [this.map.project(from, 12), this.map.project(to, 12)];
      if (a.equals(b)) continue;
      const turn = Math.round((Math.atan2(b.y - a.y, b.x - a.x) * 180) / Math.PI);
      const arrow = document.createElement('span');
      arrow.style.transform = `rotate(${turn}deg)`;
      arrow.textContent = '➤';
      // Beyond the middle, so that the arrows of there and back do not lie upon each other.
      const middle = this.map.unproject(a.add(b.subtract(a).multiplyBy(0.62)), 12);
      const icon = divIcon({ className: 'way-arrow', html: arrow, iconSize: [16, 16] });
      makeMarker(middle, { icon, interactive: false, keyboard: false, alt: '' }).addTo(this.way);
    }
    for (const each of this.way.getLayers()) (each as Marker).getElement?.()?.setAttribute('aria-hidden', 'true');
  }

  setCurrent(key: string | undefined): void {
    this.shown
      .get(this.current ?? '')
      ?.getElement()
      ?.removeAttribute('data-current');
    this.current = key;
    this.shown
      .get(key ?? '')
      ?.getElement()
      ?.setAttribute('data-current', 'true');
  }

  setArea(area: Area | undefined): void {
    this.box.clearLayers();
    if (!area) return;
    // Over the date line it is drawn as its two parts.
    const parts =
      area.west <= area.east
        ? [[area.west, area.east]]
        : [
            [area.west, 180],
            [-180, area.east],
          ];
    for (const [west, east] of parts)
      rectangle(
        [
          [area.south, west!],
          [area.north, east!],
        ],
        {
          ...{ color: this.colour('--warn'), weight: 2, fillOpacity: 0.08, interactive: false },
        },
      ).addTo(this.box);
  }
  /** What the map shows now. */
  view(): Area {
    return withinWorld(this.map.getBounds());
  }

  /** While it is on, dragging draws a box instead of moving the map. */
  setDrawing(on: boolean): void {
    this.endDrawing?.();
    this.endDrawing = on ? watchBox(this.map, this.colour('--warn'), (area) => this.listener.drawn(area)) : undefined;
  }

  private colour(name: string): string {
    return getComputedStyle(this.element).getPropertyValue(name).trim();
  }

  private drawMarks(): void {
    const focused = [...this.shown].find(([, mark]) => mark.getElement() === document.activeElement)?.[0];
    this.marks.clearLayers();
    this.shown = new Map();
    const spots = this.places.map((what) => ({ ...this.map.latLngToLayerPoint(at(what)), what }));
    for (const { what: cluster } of clustersOf(
      spots.map(({ x, y, what }) => ({ x, y, what })),
      reach,
    )) {
      const first = cluster[0]!;
      const mark = this.markOf(cluster).addTo(this.marks);
      for (const { key } of cluster) this.shown.set(key, mark);
      const element = mark.getElement();
      element?.setAttribute('aria-label', told(cluster));
      const point = (): void => this.listener.point(cluster.length === 1 ? first.key : undefined);
      element?.addEventListener('mouseenter', point);
      element?.addEventListener('focus', point);
      element?.addEventListener('mouseleave', () => this.listener.point(undefined));
    }
    this.setCurrent(this.current);
    if (focused !== undefined) this.shown.get(focused)?.getElement()?.focus({ preventScroll: true });
  }

  private markOf(cluster: readonly Place[]): Marker {
    const first = cluster[0]!;
    const text = document.createElement('span');
    text.textContent = cluster.length === 1 ? sayNumbers(first.numbers) : `${cluster.length} cameras`;
    const icon = divIcon({ className: cluster.length === 1 ? 'mark' : 'mark many', html: text, iconSize: undefined });
    const mark = makeMarker(at(first), { icon, keyboard: true, riseOnHover: true });
    const press = (): void => {
      if (cluster.length === 1) this.listener.choose(first.key);
      else this.nearer(cluster);
    };
    mark.on('click', press);
    mark.on('keydown', ({ originalEvent }) => {
      if (originalEvent.key !== 'Enter' && originalEvent.key !== ' ') return;
      DomEvent.stop(originalEvent);
      press();
    });
    return mark;
  }

  /** Cameras of a cluster that stand at one spot cannot be told apart by looking nearer: the first is chosen. */
  private nearer(cluster: readonly Place[]): void {
    const zoom = this.map.getZoom();
    this.map.fitBounds(latLngBounds(cluster.map(at)).pad(0.3), { animate: false });
    if (this.map.getZoom() <= zoom) this.map.setZoomAround(at(cluster[0]!), Math.min(zoom + 2, this.map.getMaxZoom()));
    if (this.map.getZoom() === zoom) this.listener.choose(cluster[0]!.key);
  }
}
