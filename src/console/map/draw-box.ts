// Drawing a box on the map with mouse, finger or pen. Who has none of them types the four numbers, or takes what the map shows.
import { latLngBounds, rectangle, type LatLng, type Map as LeafletMap, type Rectangle } from 'leaflet';
import { withinWorld, type Area } from './area.js';

/** Fewer pixels than this are a press, not a box. */
const pixelsMin = 6;

/** @returns ends it; the map then moves again when it is dragged */
export const watchBox = (map: LeafletMap, color: string, drawn: (area: Area) => void): (() => void) => {
  const element = map.getContainer();
  let began: { readonly at: LatLng; readonly x: number; readonly y: number } | undefined;
  let box: Rectangle | undefined;
  const placeOf = (event: PointerEvent): LatLng => map.mouseEventToLatLng(event);
  const down = (event: PointerEvent): void => {
    if (event.button !== 0 || (event.target as Element).closest('.leaflet-control')) return;
    event.preventDefault();
    began = { at: placeOf(event), x: event.clientX, y: event.clientY };
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent): void => {
    if (!began) return;
    const bounds = latLngBounds(began.at, placeOf(event));
    if (box) box.setBounds(bounds);
    else
      box = rectangle(bounds, { color, weight: 2, dashArray: '6 4', fillOpacity: 0.1, interactive: false }).addTo(map);
  };
  const up = (event: PointerEvent): void => {
    const start = began;
    began = undefined;
    box?.remove();
    box = undefined;
    if (!start || Math.hypot(event.clientX - start.x, event.clientY - start.y) < pixelsMin) return;
    drawn(withinWorld(latLngBounds(start.at, placeOf(event))));
  };
  const cancel = (): void => {
    began = undefined;
    box?.remove();
    box = undefined;
  };
  map.dragging.disable();
  element.classList.add('drawing');
  const handlers = [
    ['pointerdown', down],
    ['pointermove', move],
    ['pointerup', up],
    ['pointercancel', cancel],
  ] as const;
  for (const [name, handler] of handlers) element.addEventListener(name, handler);
  return () => {
    cancel();
    map.dragging.enable();
    element.classList.remove('drawing');
    for (const [name, handler] of handlers) element.removeEventListener(name, handler);
  };
};
