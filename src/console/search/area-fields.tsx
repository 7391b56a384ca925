// An area as four numbers, for whoever does not draw it; and the ways to take it from the map.
import { Button, TextInput } from '@mantine/core';
import { isNoArea, noArea, sides, type AreaText } from '../map/area.js';
import { useMapArea } from './map-area.js';

const names: Readonly<Record<keyof AreaText, string>> = {
  north: 'North',
  south: 'South',
  east: 'East',
  west: 'West',
};

interface Props {
  /** Which area the map draws when it is asked to: `search`, or a place's number. */
  readonly name: string;
  readonly area: AreaText;
  readonly change: (area: AreaText) => void;
  readonly fault?: string | undefined;
}

export const AreaFields = ({ name, area, change, fault }: Props) => {
  const { drawing, draw, takeView } = useMapArea();
  return (
    <div className="area" role="group" aria-label="Area, in degrees">
      {fault && (
        <p className="fault" role="alert">
          {fault}
        </p>
      )}
      <div className="four">
        {sides.map((side) => (
          <TextInput
            key={side}
            label={names[side]}
            inputMode="text"
            maxLength={12}
            autoComplete="off"
            value={area[side]}
            error={fault !== undefined}
            onChange={(event) => change({ ...area, [side]: event.currentTarget.value })}
          />
        ))}
      </div>
      <div className="acts">
        <Button
          variant="default"
          size="xs"
          aria-pressed={drawing === name}
          onClick={() => draw(drawing === name ? undefined : name)}
        >
          {drawing === name ? 'Stop drawing' : 'Draw on the map'}
        </Button>
        <Button variant="default" size="xs" onClick={() => takeView(name)}>
          Take what the map shows
        </Button>
        {!isNoArea(area) && (
          <Button variant="subtle" size="xs" onClick={() => change(noArea)}>
            No area
          </Button>
        )}
      </div>
    </div>
  );
};
