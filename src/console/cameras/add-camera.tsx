// A new camera, step by step: its name and place, its secret, its first frame, and what was read in it, drawn over the picture.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import type { CameraLook } from '../../agencies/cameras-health.schema.js';
import type { CameraAdded } from '../../agencies/cameras.schema.js';
import { call } from '../api/client.js';
import { PageLink } from '../parts/page-link.js';
import { Failed } from '../parts/states.js';
import { useSession } from '../session/session.js';
import { Credential } from './credential.js';
import { LookedAt } from './looked-at.js';
import { degrees } from './place.js';
import { useHealth } from './wall.js';

interface Added {
  readonly id: string;
  readonly name: string;
  readonly entry: number;
}

/** How often it is looked for the first frame, in milliseconds. */
const lookMs = 1500;

const NameAndPlace = ({ added }: { readonly added: (camera: Added) => void }) => {
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [latitude, setLatitude] = useState('');
  const [longitude, setLongitude] = useState('');
  const [faults, setFaults] = useState<Readonly<Record<string, string>>>({});
  const add = useMutation({
    mutationFn: (body: { name: string; latitude?: number; longitude?: number }) =>
      call<CameraAdded>('POST', '/api/v1/cameras', body),
    onSuccess: ({ id, receipt }, body) => {
      added({ id, name: body.name, entry: receipt.entry });
      return queries.invalidateQueries({ queryKey: ['cameras'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const place = latitude.trim() !== '' || longitude.trim() !== '';
    const [lat, long] = [degrees(latitude, 90), degrees(longitude, 180)];
    const found = {
      ...(name.trim() === '' && { name: 'Give it a name that people know it by, such as Main Street.' }),
      ...(place && lat === undefined && { latitude: 'A number from -90 to 90.' }),
      ...(place && long === undefined && { longitude: 'A number from -180 to 180.' }),
    };
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    add.mutate({
      name: name.trim(),
      ...(lat !== undefined && long !== undefined && { latitude: lat, longitude: long }),
    });
  };
  return (
    <form className="narrow" onSubmit={submit} noValidate aria-label="Name and place">
      <TextInput
        label="Name"
        autoComplete="off"
        autoFocus
        maxLength={120}
        value={name}
        error={faults['name']}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Latitude"
        description="Where it stands, in degrees; searches by area find it there. It may be left out."
        inputMode="decimal"
        autoComplete="off"
        value={latitude}
        error={faults['latitude']}
        onChange={(event) => setLatitude(event.currentTarget.value)}
      />
      <TextInput
        label="Longitude"
        inputMode="decimal"
        autoComplete="off"
        value={longitude}
        error={faults['longitude']}
        onChange={(event) => setLongitude(event.currentTarget.value)}
      />
      <Button type="submit" loading={add.isPending}>
        Add the camera
      </Button>
      {add.error && <Failed error={add.error} />}
    </form>
  );
};

/** Waits for the first frame and opens it once, on record, when it was recognised. */
const FirstFrame = ({ camera }: { readonly camera: Added }) => {
  const health = useHealth(lookMs);
  const known = health.data?.cameras.find(({ cameraId }) => cameraId === camera.id);
  const look = useMutation({
    mutationFn: () =>
      call<CameraLook>('POST', `/api/v1/cameras/${camera.id}/looks`, { reason: 'First frame of a new camera.' }),
  });
  const { isIdle, mutate } = look;
  const state = known?.lastFrame?.state;
  const read = state === 'done' || state === 'quarantined';
  useEffect(() => {
    if (read && isIdle) mutate();
  }, [read, isIdle, mutate]);
  return (
    <>
      <p role="status" className={look.data ? 'told done' : 'told'}>
        {look.data
          ? `The camera works. Opening its frame is entry ${look.data.receipt.entry} of our log.`
          : state === undefined
            ? known?.refused
              ? 'A request was turned away: the signature or the clock does not fit. Waiting for the next…'
              : 'Waiting for the first frame…'
            : read
              ? 'Opening it…'
              : 'A frame has come; it is being recognised…'}
      </p>
      {health.error && <Failed error={health.error} />}
      {look.error && <Failed error={look.error} retry={() => mutate()} />}
      {look.data && <LookedAt look={look.data} />}
      {look.data && (
        <p>
          <PageLink to={`cameras/${camera.id}`}>{`To the page of ${camera.name}`}</PageLink>
        </p>
      )}
    </>
  );
};

export const AddCamera = () => {
  const may = useSession().may('camera.add');
  const [camera, setCamera] = useState<Added>();
  if (!may)
    return (
      <>
        <h1>Add a camera</h1>
        <p className="told refused">An administrator of your agency adds cameras.</p>
      </>
    );
  return (
    <>
      <p>
        <PageLink to="cameras">All cameras</PageLink>
      </p>
      <h1>Add a camera</h1>
      <section aria-labelledby="step-1">
        <h2 id="step-1">1. Name and place</h2>
        {camera ? (
          <p className="told done">
            {camera.name} is added; that is entry {camera.entry} of our log.
          </p>
        ) : (
          <NameAndPlace added={setCamera} />
        )}
      </section>
      <section aria-labelledby="step-2">
        <h2 id="step-2">2. Its key</h2>
        {camera ? <Credential camera={camera} /> : <p className="quiet">When the camera is added.</p>}
      </section>
      <section aria-labelledby="step-3">
        <h2 id="step-3">3. Its first frame</h2>
        {camera ? <FirstFrame camera={camera} /> : <p className="quiet">When it has a key.</p>}
      </section>
    </>
  );
};
