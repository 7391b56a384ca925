// Two to five places, each with cameras or an area and its time: which plates were seen at all of them.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { AreaFields } from './area-fields.js';
import { CameraChoice } from './camera-choice.js';
import { emptyPlace, type Draft, type PlaceDraft } from './draft.js';
import { sectionOf } from './section.js';
import type { FieldsProps } from './when-where.js';

const placesMax = 5;

type Shown = { readonly draft: Pick<Draft, 'places'> };

const Places = ({ draft, change, faults, cameras }: FieldsProps & Shown) => {
  const { places } = draft;
  const put = (at: number, part: Partial<PlaceDraft>): void =>
    change({ places: places.map((each, place) => (place === at ? { ...each, ...part } : each)) });
  return (
    <div className="several">
      <p className="quiet">
        Plates that were seen at every one of these places, letter for letter. At most seven days at one place. Another
        agency’s reads take part only where each place names cameras that its grant is for.
      </p>
      {places.map((place, at) => {
        const wrong = faults.place === at;
        return (
          <fieldset key={at} className="when">
            <legend>Place {at + 1}</legend>
            {wrong && (
              <p className="fault" role="alert">
                {faults.places}
              </p>
            )}
            <NativeSelect
              label={`Where, place ${at + 1}`}
              value={place.by}
              error={wrong}
              onChange={(event) => put(at, { by: event.currentTarget.value === 'area' ? 'area' : 'cameras' })}
              data={[
                { value: 'cameras', label: 'Cameras' },
                { value: 'area', label: 'An area' },
              ]}
            />
            {place.by === 'cameras' ? (
              <div role="group" aria-label={`Cameras of place ${at + 1}`} className="cameras">
                <CameraChoice
                  cameras={cameras}
                  chosen={place.cameraIds}
                  choose={(cameraIds) => put(at, { cameraIds })}
                />
              </div>
            ) : (
              <AreaFields name={String(at)} area={place.area} change={(area) => put(at, { area })} />
            )}
            <TextInput
              type="datetime-local"
              label={`From, place ${at + 1} (local time)`}
              value={place.from}
              onChange={(event) => put(at, { from: event.currentTarget.value })}
            />
            <TextInput
              type="datetime-local"
              label={`To, place ${at + 1} (local time)`}
              value={place.to}
              onChange={(event) => put(at, { to: event.currentTarget.value })}
            />
            {places.length > 2 && (
              <Button
                variant="subtle"
                size="xs"
                onClick={() => change({ places: places.filter((_, place_) => place_ !== at) })}
              >
                Leave out place {at + 1}
              </Button>
            )}
          </fieldset>
        );
      })}
      {faults.places !== undefined && faults.place === undefined && (
        <p className="fault" role="alert">
          {faults.places}
        </p>
      )}
      {places.length < placesMax && (
        <Button variant="default" size="xs" onClick={() => change({ places: [...places, emptyPlace] })}>
          One more place
        </Button>
      )}
    </div>
  );
};

export const PlacesFields = sectionOf<'places', FieldsProps>(['places'], Places);
