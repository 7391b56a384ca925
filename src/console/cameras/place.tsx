// Where a camera stands, and saying that it stands elsewhere: grants for an area reach it by that.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { CameraActed, CameraList, CameraPlace } from '../../agencies/cameras.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Failed } from '../parts/states.js';
import { Moment } from '../parts/time.js';

/** A number of degrees as people type it; undefined where it is none, or off the map. */
export const degrees = (text: string, most: number): number | undefined => {
  const value = Number(text.trim().replace(',', '.'));
  return text.trim() !== '' && Math.abs(value) <= most ? value : undefined;
};

interface Props {
  readonly id: string;
  readonly at: Pick<Json<CameraList>['cameras'][number], 'latitude' | 'longitude' | 'bearing' | 'placedAt'>;
}

export const PlaceOfCamera = ({ id, at }: Props) => {
  const queries = useQueryClient();
  const [latitude, setLatitude] = useState(at.latitude === null ? '' : `${at.latitude}`);
  const [longitude, setLongitude] = useState(at.longitude === null ? '' : `${at.longitude}`);
  const [looking, setLooking] = useState(at.bearing === null ? '' : `${at.bearing}`);
  const [faults, setFaults] = useState<{ latitude?: string; longitude?: string; looking?: string }>({});
  const move = useMutation({
    mutationFn: (place: CameraPlace) => call<CameraActed>('PUT', `/api/v1/cameras/${id}/place`, place),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['cameras'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const [lat, long] = [degrees(latitude, 90), degrees(longitude, 180)];
    const bearing = looking.trim() === '' ? null : /^\d{1,3}$/.test(looking.trim()) ? Number(looking) : 360;
    const turned = bearing === null || bearing < 360;
    setFaults({
      ...(lat === undefined && { latitude: 'A number from -90 to 90.' }),
      ...(long === undefined && { longitude: 'A number from -180 to 180.' }),
      ...(!turned && { looking: 'Whole degrees from 0 to 359, or nothing.' }),
    });
    if (lat !== undefined && long !== undefined && turned) move.mutate({ latitude: lat, longitude: long, bearing });
  };
  return (
    <section aria-labelledby="place">
      <h2 id="place">Where it stands</h2>
      <p>
        {at.latitude !== null && (
          <>
            It stands there since <Moment at={at.placedAt} />.{' '}
          </>
        )}
        Searches by area find it there, and grants for an area open what it reads there. When its place is changed, and
        be it by a few metres, they open nothing more of what it read before; moving it back does not change that. Our
        own searches find all of its reads, as before.
      </p>
      <form className="narrow" onSubmit={submit} noValidate aria-label="Where it stands">
        <TextInput
          label="Latitude"
          inputMode="decimal"
          autoComplete="off"
          value={latitude}
          error={faults.latitude}
          onChange={(event) => setLatitude(event.currentTarget.value)}
        />
        <TextInput
          label="Longitude"
          inputMode="decimal"
          autoComplete="off"
          value={longitude}
          error={faults.longitude}
          onChange={(event) => setLongitude(event.currentTarget.value)}
        />
        <TextInput
          label="Looks towards"
          description="Degrees clockwise from north: 90 is east. Vehicles that come or leave have a direction by it from then on."
          inputMode="numeric"
          autoComplete="off"
          maxLength={3}
          value={looking}
          error={faults.looking}
          onChange={(event) => setLooking(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={move.isPending}>
          It stands here
        </Button>
      </form>
      {move.error && <Failed error={move.error} />}
      <p role="status" className={move.data ? 'told done' : 'visually-hidden'}>
        {move.data && `Said; that is entry ${move.data.receipt.entry} of our log.`}
      </p>
    </section>
  );
};
