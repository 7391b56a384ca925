// What narrows a search by what cameras told of the vehicle and its way. Many tell nothing, and the fields say what that means.
import { NativeSelect, TextInput } from '@mantine/core';
import { compassPoints, vehicleColors, vehicleTypes, ways } from '../../core/told.js';
import type { Draft } from './draft.js';
import type { Faults } from './question.js';

export const toldFields = ['vehicleType', 'vehicleColor', 'make', 'model', 'direction'] as const;
export type ToldDraft = Pick<Draft, (typeof toldFields)[number]>;

/** Directions as they are offered. */
const compassWords: Readonly<Record<(typeof compassPoints)[number], string>> = {
  ...{ N: 'North', NE: 'North-east', E: 'East', SE: 'South-east' },
  ...{ S: 'South', SW: 'South-west', W: 'West', NW: 'North-west' },
};
const wayWords: Readonly<Record<(typeof ways)[number], string>> = {
  approaching: 'Towards the camera',
  receding: 'Away from the camera',
};
const directions: Readonly<Record<string, string>> = { ...compassWords, ...wayWords };

/** What is narrowed by, in words, by field. */
export const sayToldFilter = (field: (typeof toldFields)[number], value: string): string =>
  ({
    vehicleType: value,
    vehicleColor: value,
    make: `make ${value}`,
    model: `model ${value}`,
    direction: `went ${(directions[value] ?? value).toLowerCase()}`,
  })[field];

const choices = (values: readonly string[]) => [
  { value: '', label: 'Any' },
  ...values.map((value) => ({ value, label: value })),
];

interface Props {
  readonly draft: ToldDraft;
  readonly change: (change: Partial<Draft>) => void;
  readonly faults: Faults;
}

export const VehicleFilters = ({ draft, change, faults }: Props) => (
  <fieldset>
    <legend>Vehicle and direction</legend>
    <div className="pair">
      <NativeSelect
        label="Kind of vehicle"
        value={draft.vehicleType}
        onChange={(event) => change({ vehicleType: event.currentTarget.value })}
        data={choices(vehicleTypes)}
      />
      <NativeSelect
        label="Colour"
        value={draft.vehicleColor}
        onChange={(event) => change({ vehicleColor: event.currentTarget.value })}
        data={choices(vehicleColors)}
      />
      {(
        [
          ['make', 'Make'],
          ['model', 'Model'],
        ] as const
      ).map(([field, label]) => (
        <TextInput
          key={field}
          label={label}
          maxLength={30}
          autoComplete="off"
          value={draft[field]}
          error={faults[field]}
          onChange={(event) => change({ [field]: event.currentTarget.value })}
        />
      ))}
      <NativeSelect
        label="Direction"
        value={draft.direction}
        onChange={(event) => change({ direction: event.currentTarget.value })}
        data={[{ value: '', label: 'Any' }, ...Object.entries(directions).map(([value, label]) => ({ value, label }))]}
      />
    </div>
    <p className="quiet">
      Kind, colour, make and model are what a camera told, and many cameras tell none of this. A read of which it is not
      known fits none of it; leave it open where nothing may be missed.
    </p>
  </fieldset>
);
