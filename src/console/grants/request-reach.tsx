// Which cameras of the owner are asked for: all, certain ones, or those that stand in an area. Another agency's cameras are not shown to
// ours, so certain ones are named by the ids that the owner tells; those of a grant that is amended are filled in.
import { TextInput } from '@mantine/core';
import { useCallback, type Dispatch, type SetStateAction } from 'react';
import type { Area } from '../../core/read-filters.js';
import { areaOf, noArea, type AreaText } from '../map/area.js';
import { RequestArea } from './request-area.js';

export type Which = 'all' | 'named' | 'area';

/** As it is typed. */
export interface Reach {
  readonly which: Which;
  readonly named: string;
  readonly borders: AreaText;
}

export const everywhere: Reach = {
  which: 'all',
  named: '',
  borders: noArea,
};

/** What stands in a grant, as one would have typed it. */
export const reachOf = (cameraIds: readonly string[] | null, area: Area | null): Reach => ({
  which: area ? 'area' : cameraIds ? 'named' : 'all',
  named: cameraIds?.join(', ') ?? '',
  borders: area
    ? { north: `${area.north}`, south: `${area.south}`, east: `${area.east}`, west: `${area.west}` }
    : noArea,
});

/** What is wrong with the area, if one is asked for. */
export const faultOf = ({ which, borders }: Reach): string | undefined => {
  const area = which === 'area' ? areaOf(borders) : undefined;
  return which === 'area' && area === undefined
    ? 'Draw the area, or give its four borders.'
    : typeof area === 'string'
      ? area
      : undefined;
};

/** As the request says it. */
export const askedOf = ({ which, named, borders }: Reach) => ({
  ...(which === 'named' && { cameraIds: named.split(/[\s,]+/).filter((each) => each !== '') }),
  ...(which === 'area' && { area: areaOf(borders) }),
});

const choices: readonly (readonly [Which, string])[] = [
  ['all', 'All cameras, also those that are added later'],
  ['named', 'Certain cameras, by their ids'],
  ['area', 'Those that stand in an area of the map'],
];

interface Props {
  readonly reach: Reach;
  readonly change: Dispatch<SetStateAction<Reach>>;
  readonly fault: string | undefined;
}

export const RequestReach = ({ reach, change, fault }: Props) => {
  const draw = useCallback((borders: AreaText) => change((now) => ({ ...now, borders })), [change]);
  return (
    <fieldset>
      <legend>Cameras</legend>
      <ul className="choices">
        {choices.map(([which, label]) => (
          <li key={which}>
            <label>
              <input
                type="radio"
                name="reach"
                checked={reach.which === which}
                onChange={() => change({ ...reach, which })}
              />
              {label}
            </label>
          </li>
        ))}
      </ul>
      {reach.which === 'named' && (
        <TextInput
          label="Ids of the cameras"
          description="The owner tells them; with a comma between them"
          required
          withAsterisk={false}
          value={reach.named}
          onChange={(event) => change({ ...reach, named: event.currentTarget.value })}
        />
      )}
      {reach.which === 'area' && <RequestArea area={reach.borders} change={draw} fault={fault} />}
    </fieldset>
  );
};
