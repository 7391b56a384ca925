// One camera: whether it works, hour by hour, its newest frame, what it leaves out, its credentials, its end.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { CameraQuality } from '../../agencies/cameras-quality.schema.js';
import type { CameraActed, CameraList } from '../../agencies/cameras.schema.js';
import type { CameraSettings } from '../../core/camera-settings.js';
import { call } from '../api/client.js';
import type { CameraLook } from '../../agencies/cameras-health.schema.js';
import type { Json } from '../api/json.js';
import { PageLink } from '../parts/page-link.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Moment, sayDay } from '../parts/time.js';
import { Credential } from './credential.js';
import { percent, sayClock, sayRefusal, sayStanding } from './health.js';
import { LeavesOut, type ShownSettings } from './leaves-out.js';
import { LookedAt, type Look } from './looked-at.js';
import { PlaceOfCamera } from './place.js';
import { Sparkline } from './sparkline.js';
import { useHealth } from './wall.js';
import { Stacked } from '../parts/stacked.js';

const Hours = ({ id }: { readonly id: string }) => {
  const quality = useQuery({
    queryKey: ['quality', id],
    queryFn: () => call<CameraQuality>('GET', `/api/v1/cameras/${id}/quality`),
  });
  if (quality.error) return <Failed error={quality.error} retry={() => void quality.refetch()} />;
  if (!quality.data) return <Loading what="its hours" />;
  const { hours } = quality.data;
  const told = hours.filter(({ figures }) => figures.framesReceived > 0).reverse();
  return (
    <section aria-labelledby="hours">
      <h2 id="hours">The last 24 hours</h2>
      <Sparkline label="Frames by the hour" values={hours.map(({ figures }) => figures.framesReceived)} />
      <Sparkline label="Reads by the hour" values={hours.map(({ figures }) => figures.reads)} />
      {told.length === 0 ? (
        <p className="quiet">Nothing came.</p>
      ) : (
        <Stacked label="Table of hours">
          <table>
            <thead>
              <tr>
                {['Hour (UTC)', 'Frames', 'Reads', 'With a plate', 'Unsure', 'Height', 'Until read'].map((title) => (
                  <th key={title} scope="col">
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {told.map(({ hour, figures }) => (
                <tr key={hour}>
                  <th scope="row">{hour.slice(5, 16).replace('T', ' ')}</th>
                  <td>{figures.framesReceived}</td>
                  <td>{figures.reads}</td>
                  <td>{percent(figures.captureRate)}</td>
                  <td>{percent(figures.unsureShare)}</td>
                  <td>{figures.plateHeightMedian === null ? '–' : `${figures.plateHeightMedian} px`}</td>
                  <td>{figures.latencySecondsMedian === null ? '–' : `${figures.latencySecondsMedian} s`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Stacked>
      )}
    </section>
  );
};

interface LastFrameProps {
  readonly id: string;
  readonly settings: CameraSettings | undefined;
  readonly opened: (look: Look) => void;
}

const LastFrame = ({ id, settings, opened }: LastFrameProps) => {
  const [reason, setReason] = useState('');
  const look = useMutation({
    mutationFn: () => call<CameraLook>('POST', `/api/v1/cameras/${id}/looks`, { reason: reason.trim() }),
    onSuccess: opened,
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    look.mutate();
  };
  return (
    <section aria-labelledby="look">
      <h2 id="look">Its newest frame</h2>
      <form className="narrow" onSubmit={submit} aria-label="Open the newest frame">
        <TextInput
          label="Why you open it"
          description="It is on record; the log commits to it."
          autoComplete="off"
          required
          withAsterisk={false}
          minLength={3}
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={look.isPending}>
          Open the newest frame
        </Button>
      </form>
      {look.error && <Failed error={look.error} />}
      {look.data && (
        <>
          <p role="status" className="told done">
            Opened; that is entry {look.data.receipt.entry} of our log.
          </p>
          <LookedAt look={look.data} ignored={settings?.ignoreZones ?? []} wanted={settings?.regionsOfInterest ?? []} />
        </>
      )}
    </section>
  );
};

type Camera = Json<CameraList>['cameras'][number];

const Credentials = ({ camera, may }: { readonly camera: Camera; readonly may: Record<string, boolean> }) => {
  const queries = useQueryClient();
  const [sure, setSure] = useState('');
  const [told, setTold] = useState('');
  const [adding, setAdding] = useState(false);
  const act = useMutation({
    mutationFn: (which: string) =>
      which === 'camera'
        ? call<CameraActed>('POST', `/api/v1/cameras/${camera.id}/revocation`, {})
        : call<CameraActed>('DELETE', `/api/v1/cameras/${camera.id}/credentials/${which}`, {}),
    onSuccess: ({ receipt }, which) => {
      setSure('');
      setTold(`${which === 'camera' ? 'The camera has ended' : 'Revoked'}; entry ${receipt.entry} of our log.`);
      return queries.invalidateQueries({ queryKey: ['cameras'] });
    },
  });
  const ask = (which: string, label: string, what: string) =>
    sure === which ? (
      <>
        <Button color="red" size="xs" loading={act.isPending} onClick={() => act.mutate(which)}>
          {what}
        </Button>{' '}
        <Button variant="default" size="xs" onClick={() => setSure('')}>
          No, keep it
        </Button>
      </>
    ) : (
      <Button variant="default" size="xs" aria-label={label} onClick={() => setSure(which)}>
        {which === 'camera' ? 'End this camera' : 'Revoke'}
      </Button>
    );
  const active = camera.status === 'active';
  return (
    <section aria-labelledby="credentials">
      <h2 id="credentials">Credentials</h2>
      <p role="status" className={told === '' ? 'visually-hidden' : 'told done'}>
        {told}
      </p>
      {act.error && <Failed error={act.error} />}
      <ul className="choices">
        {camera.credentials.map(({ id, scheme, createdAt, revokedAt }) => (
          <li key={id}>
            <code className="id">{id}</code> {scheme}, since {sayDay(createdAt)}{' '}
            {revokedAt !== null
              ? `, revoked ${sayDay(revokedAt)}`
              : may['camera.credential'] === true &&
                ask(id, `Revoke credential ${id}`, 'Revoke it: whoever sends with it is refused from now on')}
          </li>
        ))}
      </ul>
      {camera.credentials.length === 0 && <p className="quiet">None: it cannot send.</p>}
      {active &&
        may['camera.credential'] === true &&
        (adding ? (
          <Credential camera={camera} />
        ) : (
          <p className="pages">
            <Button variant="default" size="xs" onClick={() => setAdding(true)}>
              Make a new credential
            </Button>
          </p>
        ))}
      {active && may['camera.revoke'] === true && (
        <p className="pages">
          {ask('camera', `End this camera: ${camera.name}`, 'End it for good: it sends nothing any more')}
        </p>
      )}
    </section>
  );
};

export const CameraPage = ({ id }: { readonly id: string }) => {
  const [look, setLook] = useState<Look>();
  const health = useHealth();
  const list = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });
  const abilities = health.data?.abilities ?? {};
  const settings = useQuery({
    queryKey: ['camera-settings', id],
    queryFn: () => call<ShownSettings>('GET', `/api/v1/cameras/${id}/settings`),
    enabled: abilities['camera.settings'] === true,
  });
  const error = health.error ?? list.error;
  if (error) return <Failed error={error} retry={() => void Promise.all([health.refetch(), list.refetch()])} />;
  if (!health.data || !list.data) return <Loading what="the camera" />;
  const known = health.data.cameras.find(({ cameraId }) => cameraId === id);
  const camera = list.data.cameras.find((each) => each.id === id);
  if (!known || !camera)
    return (
      <>
        <h1>No such camera</h1>
        <Empty title="Your agency has no such camera">
          <PageLink to="cameras">All cameras</PageLink>
        </Empty>
      </>
    );
  const looks = camera.bearing === null ? '' : `; it looks towards ${camera.bearing}°`;
  const place = known.latitude === null ? 'not told' : `${known.latitude}, ${known.longitude}${looks}`;
  return (
    <>
      <p>
        <PageLink to="cameras">All cameras</PageLink>
      </p>
      <h1>{known.name}</h1>
      <dl className="facts">
        <dt>Standing</dt>
        <dd>{sayStanding[known.standing]}</dd>
        <dt>Last frame</dt>
        <dd>{known.lastFrame ? <Moment at={known.lastFrame.receivedAt} /> : 'none yet'}</dd>
        <dt>Clock</dt>
        <dd>{sayClock(known)}</dd>
        {known.refused && (
          <>
            <dt>Last turned away</dt>
            <dd>
              <Moment at={known.refused.at} /> {sayRefusal(known.refused.by)}
            </dd>
          </>
        )}
        <dt>Place</dt>
        <dd>{place}</dd>
      </dl>
      {abilities['camera.quality'] === true && <Hours id={id} />}
      {abilities['camera.look'] === true && known.lastFrame && (
        <LastFrame id={id} settings={settings.data?.settings as CameraSettings | undefined} opened={setLook} />
      )}
      {settings.error && <Failed error={settings.error} retry={() => void settings.refetch()} />}
      {settings.data && (
        <LeavesOut
          id={id}
          shown={settings.data as ShownSettings}
          may={abilities['camera.configure'] === true}
          look={look}
        />
      )}
      {abilities['camera.move'] === true && camera.status === 'active' && <PlaceOfCamera id={id} at={camera} />}
      <Credentials camera={camera} may={abilities} />
    </>
  );
};
