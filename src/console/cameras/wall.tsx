// Every camera of the agency at a glance: whether it works, its newest frame, and, for who may see it, how it did in the last 24 hours. What needs care stands
// first.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { CamerasHealth } from '../../agencies/cameras-health.schema.js';
import type { CamerasQuality } from '../../agencies/cameras-quality.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { base, openPage } from '../navigate.js';
import { PageLink } from '../parts/page-link.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Moment } from '../parts/time.js';
import { useSession } from '../session/session.js';
import { needsCare, percent, sayClock, sayRefusal, sayStanding, type Health } from './health.js';
import { Sparkline } from './sparkline.js';

/** How often the wall is looked at anew, in milliseconds. */
const againMs = 15_000;

export const useHealth = (everyMs: number = againMs) =>
  useQuery({
    queryKey: ['cameras', 'health'],
    refetchInterval: everyMs,
    queryFn: () => call<CamerasHealth>('GET', '/api/v1/cameras/health'),
  });

type Quality = Json<CamerasQuality>['cameras'][number];

const Figures = ({ quality }: { readonly quality: Quality | undefined }) => {
  if (!quality) return <p className="quiet">Counting…</p>;
  const { total, hours = [] } = quality;
  return (
    <>
      <Sparkline label="Frames by the hour" values={hours.map(({ figures }) => figures.framesReceived)} />
      <Sparkline label="Reads by the hour" values={hours.map(({ figures }) => figures.reads)} />
      <dl>
        <dt>Frames, 24 hours</dt>
        <dd>
          {total.framesReceived}
          {total.framesQuarantined > 0 && `, ${total.framesQuarantined} cannot be read`}
        </dd>
        <dt>Reads</dt>
        <dd>{total.reads}</dd>
        <dt>Frames with a plate</dt>
        <dd>{percent(total.captureRate)}</dd>
        <dt>Unsure reads</dt>
        <dd>{percent(total.unsureShare)}</dd>
      </dl>
    </>
  );
};

const Card = ({
  camera,
  quality,
  mayQuality,
}: {
  readonly camera: Health;
  readonly quality: Quality | undefined;
  readonly mayQuality: boolean;
}) => {
  const { cameraId, name, standing, lastFrame, refused } = camera;
  return (
    <li className="camera" data-standing={needsCare(camera) ? 'care' : standing}>
      <h2>{mayQuality ? <PageLink to={`cameras/${cameraId}`}>{name}</PageLink> : name}</h2>
      <p className="standing">{sayStanding[standing]}</p>
      <dl>
        <dt>Last frame</dt>
        <dd>{lastFrame ? <Moment at={lastFrame.receivedAt} /> : 'none yet'}</dd>
        {lastFrame?.reason && (
          <>
            <dt>Not read</dt>
            <dd>{lastFrame.reason}</dd>
          </>
        )}
        <dt>Clock</dt>
        <dd>{sayClock(camera)}</dd>
        {refused && standing === 'refused' && (
          <>
            <dt>Turned away</dt>
            <dd>
              <Moment at={refused.at} /> {sayRefusal(refused.by)}
            </dd>
          </>
        )}
      </dl>
      {mayQuality && <Figures quality={quality} />}
    </li>
  );
};

export const Wall = () => {
  const mayQuality = useSession().may('camera.quality');
  const health = useHealth();
  const quality = useQuery({
    queryKey: ['quality', 'hours'],
    queryFn: () => call<CamerasQuality>('GET', '/api/v1/cameras/quality?by=hour'),
    enabled: mayQuality,
    refetchInterval: 4 * againMs,
  });
  if (health.error) return <Failed error={health.error} retry={() => void health.refetch()} />;
  if (!health.data) return <Loading what="the cameras" />;
  const { cameras, abilities } = health.data;
  const figures = new Map(quality.data?.cameras.map((each) => [each.cameraId, each]));
  const order = [...cameras].sort((a, b) => Number(needsCare(b)) - Number(needsCare(a)));
  const care = cameras.filter(needsCare).length;
  return (
    <>
      <h1>Cameras</h1>
      <div className="bar">
        <p role="status">
          {cameras.length === 1 ? 'One camera' : `${cameras.length} cameras`}
          {care > 0 && `; ${care} to look after`}
        </p>
        {abilities['camera.add'] === true && (
          <Button
            component="a"
            href={`${base}/cameras/add`}
            onClick={(event: React.MouseEvent) => {
              event.preventDefault();
              openPage('cameras/add');
            }}
          >
            Add a camera
          </Button>
        )}
      </div>
      {abilities['camera.configure'] === true && (
        <p className="quiet">
          How long reads and pictures are kept: <PageLink to="settings">Agency settings</PageLink>.
        </p>
      )}
      {quality.error && <Failed error={quality.error} retry={() => void quality.refetch()} />}
      {cameras.length === 0 ? (
        <Empty title="There is no camera yet">
          {abilities['camera.add'] === true
            ? 'Add the first one: its key is made here, and its first frame is shown with what was read in it.'
            : 'An administrator of your agency adds one.'}
        </Empty>
      ) : (
        <ul className="camera-wall">
          {order.map((camera) => (
            <Card
              key={camera.cameraId}
              camera={camera}
              quality={figures.get(camera.cameraId)}
              mayQuality={mayQuality}
            />
          ))}
        </ul>
      )}
    </>
  );
};
