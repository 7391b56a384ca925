// Zones drawn over the camera's frame: a drag draws a box, its corners are dragged or moved with the arrow keys. Where no frame was opened it is drawn
// over an empty one, so that nobody has to look at a picture to change a zone.
import { Button } from '@mantine/core';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { zoneFault, zonesMax, type SharePoint, type Zone } from '../../core/zone.js';
import { FramePicture } from './frame-picture.js';
import type { Look } from './looked-at.js';
import {
  boxOf,
  middleBox,
  moved,
  onCornerKey,
  placeIn,
  sayPlace,
  zoneNames,
  type DrawnZone,
  type ZoneKind,
} from './zones.js';

interface Props {
  readonly zones: readonly DrawnZone[];
  readonly change: (zones: readonly DrawnZone[]) => void;
  readonly look: Look | undefined;
  readonly readOnly: boolean;
}

/** What a pointer is doing: drawing a box, or moving a corner. */
type Drag = { readonly from: SharePoint; readonly to: SharePoint } | { readonly zone: number; readonly corner: number };

const nameOf = (zones: readonly DrawnZone[], at: number): string => {
  const { kind } = zones[at]!;
  return `${zoneNames[kind]} ${zones.slice(0, at + 1).filter((each) => each.kind === kind).length}`;
};

const classOf = (kind: ZoneKind): string => (kind === 'ignoreZones' ? 'ignored' : 'wanted');
const points = (zone: Zone): string => zone.map(([x, y]) => `${x * 100},${y * 100}`).join(' ');

export const ZoneEditor = ({ zones, change, look, readOnly }: Props) => {
  const [kind, setKind] = useState<ZoneKind>('ignoreZones');
  const [drag, setDrag] = useState<Drag>();
  const field = useRef<HTMLDivElement>(null);
  const full = zones.filter((each) => each.kind === kind).length >= zonesMax;
  const put = (at: number, zone: Zone): void =>
    change(zones.map((each, place) => (place === at ? { ...each, points: zone } : each)));
  const placeOf = ({ clientX, clientY }: PointerEvent): SharePoint => {
    const { left, top, width, height } = field.current!.getBoundingClientRect();
    return placeIn((clientX - left) / width, (clientY - top) / height);
  };
  const focusOn = (zone: number, corner: number): void =>
    void window.setTimeout(
      () => field.current?.querySelector<HTMLElement>(`[data-corner="${zone} ${corner}"]`)?.focus(),
      0,
    );
  const add = (zone: Zone): void => {
    change([...zones, { kind, points: zone }]);
    focusOn(zones.length, 0);
  };
  const down = (event: PointerEvent<HTMLElement>): void => {
    if (readOnly || event.button !== 0) return;
    const corner = (event.target as HTMLElement).dataset['corner']?.split(' ').map(Number);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (corner) return setDrag({ zone: corner[0]!, corner: corner[1]! });
    if (!full) setDrag({ from: placeOf(event), to: placeOf(event) });
  };
  const move = (event: PointerEvent<HTMLElement>): void => {
    if (!drag) return;
    if ('from' in drag) setDrag({ ...drag, to: placeOf(event) });
    else put(drag.zone, moved(zones[drag.zone]!.points, drag.corner, placeOf(event)));
  };
  const up = (event: PointerEvent<HTMLElement>): void => {
    if (!drag) return;
    setDrag(undefined);
    if (!('from' in drag)) return focusOn(drag.zone, drag.corner);
    const box = boxOf(drag.from, placeOf(event));
    if (box) add(box);
  };
  const onKey = (event: KeyboardEvent, zone: number, corner: number): void => {
    const was = zones[zone]!.points;
    const now = onCornerKey(was, corner, event.key, event.shiftKey);
    if (!now) return;
    event.preventDefault();
    put(zone, now);
    if (now.length < was.length) focusOn(zone, Math.min(corner, now.length - 1));
  };
  const drawing = drag && 'from' in drag ? boxOf(drag.from, drag.to) : undefined;
  const over = (
    <div
      ref={field}
      className="zone-field"
      data-drawing={!readOnly}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => setDrag(undefined)}
    >
      <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
        {zones.map(({ kind: of, points: zone }, at) => (
          <polygon key={at} className={classOf(of)} points={points(zone)} />
        ))}
        {drawing && <polygon className={classOf(kind)} points={points(drawing)} />}
      </svg>
      {!readOnly &&
        zones.map(({ kind: of, points: zone }, at) =>
          zone.map((place, corner) => (
            <button
              key={`${at} ${corner}`}
              type="button"
              className={`zone-corner ${classOf(of)}`}
              data-corner={`${at} ${corner}`}
              aria-label={`${nameOf(zones, at)}, corner ${corner + 1} of ${zone.length}: ${sayPlace(place)}`}
              style={{ left: `${place[0] * 100}%`, top: `${place[1] * 100}%` }}
              onKeyDown={(event) => onKey(event, at, corner)}
            />
          )),
        )}
    </div>
  );
  return (
    <div className="zone-editor" role="group" aria-label="Zones in the picture">
      {!readOnly && (
        <>
          <fieldset className="modes">
            <legend>A drag on the picture draws</legend>
            <div className="segments">
              {(Object.keys(zoneNames) as ZoneKind[]).map((each) => (
                <label key={each} data-chosen={kind === each}>
                  <input type="radio" name="zone-kind" checked={kind === each} onChange={() => setKind(each)} />
                  {zoneNames[each]}
                </label>
              ))}
            </div>
            <p className="quiet">
              {kind === 'ignoreZones'
                ? 'A plate whose middle lies in an ignored zone is not kept.'
                : 'If there is any region of interest, only plates whose middle lies in one are kept.'}{' '}
              Corners are dragged, or moved with the arrow keys (with Shift farther); + adds one, Delete takes one away.
            </p>
          </fieldset>
          <Button variant="default" size="xs" disabled={full} onClick={() => add(middleBox)}>
            Put one in the middle
          </Button>
        </>
      )}
      {look ? (
        <FramePicture picture={look.picture} label="The camera's newest frame, with its zones drawn over it">
          {() => over}
        </FramePicture>
      ) : (
        <>
          <div className="frame zone-blank">{over}</div>
          <p className="quiet">The picture is not opened: zones stand in an empty one.</p>
        </>
      )}
      {zones.length === 0 ? (
        <p className="quiet">No zone: plates are kept wherever they are in the picture.</p>
      ) : (
        <ul className="choices">
          {zones.map((zone, at) => (
            <li key={at}>
              {nameOf(zones, at)}, {zone.points.length} corners{' '}
              {!readOnly && (
                <Button
                  variant="default"
                  size="compact-xs"
                  aria-label={`Take away: ${nameOf(zones, at)}`}
                  onClick={() => change(zones.filter((_, place) => place !== at))}
                >
                  Take away
                </Button>
              )}
              {zoneFault(zone.points) !== undefined && (
                <p className="fault" role="alert">
                  It {zoneFault(zone.points)}.
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
};
