// What narrows a search by the plate's kind, by how sure the reader was and by what cameras told of the vehicle.
import { TextInput } from '@mantine/core';
import { Fold } from '../parts/fold.js';
import { regionNames } from './regions.js';
import type { Draft } from './draft.js';
import { sectionOf } from './section.js';
import { toldFields, VehicleFilters } from './vehicle-filters.js';
import type { FieldsProps } from './when-where.js';

const shown = ['regions', 'states', 'confidence', ...toldFields] as const;
type Shown = (typeof shown)[number];
type Props = Omit<FieldsProps, 'cameras'>;

const FilterFields = ({ draft, change, faults }: Props & { readonly draft: Pick<Draft, Shown> }) => {
  const typed = (['states', 'confidence', ...toldFields] as const).filter((field) => draft[field].trim() !== '');
  const set = draft.regions.length + typed.length;
  const wrong = (['states', 'confidence', ...toldFields] as const).some((field) => faults[field] !== undefined);
  return (
    <Fold className="filters" summary={set > 0 ? `More filters (${set})` : 'More filters'} must={wrong}>
      <fieldset>
        <legend>Kinds of plates</legend>
        <ul className="choices across">
          {Object.entries(regionNames).map(([region, name]) => (
            <li key={region}>
              <label>
                <input
                  type="checkbox"
                  checked={draft.regions.includes(region)}
                  onChange={(event) =>
                    change({
                      regions: event.currentTarget.checked
                        ? [...draft.regions, region]
                        : draft.regions.filter((each) => each !== region),
                    })
                  }
                />
                {name}
              </label>
            </li>
          ))}
        </ul>
        <p className="quiet">Reads of which the kind is not known fit none of them.</p>
      </fieldset>
      <div className="pair">
        <TextInput
          label="States of the plate"
          description="Two letters each, such as IL, MO"
          maxLength={240}
          autoComplete="off"
          value={draft.states}
          error={faults.states}
          onChange={(event) => change({ states: event.currentTarget.value })}
        />
        <TextInput
          type="number"
          label="Least confidence, %"
          description="Of the whole text"
          min={0}
          max={100}
          value={draft.confidence}
          error={faults.confidence}
          onChange={(event) => change({ confidence: event.currentTarget.value })}
        />
      </div>
      <VehicleFilters draft={draft} change={change} faults={faults} />
    </Fold>
  );
};

export const Filters = sectionOf<Shown, Props>(shown, FilterFields);
