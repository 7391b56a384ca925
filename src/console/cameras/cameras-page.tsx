// The agency's cameras, and, for those who may see it, how well each did in the last 24 hours.
import { useQuery } from '@tanstack/react-query';
import type { CamerasQuality } from '../../agencies/cameras-quality.schema.js';
import type { CameraList } from '../../agencies/cameras.schema.js';
import { call } from '../api/client.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { sayDay } from '../parts/time.js';
import { useSession } from '../session/session.js';

const percent = (share: number | null): string => (share === null ? '–' : `${Math.round(share * 100)} %`);

export const CamerasPage = () => {
  const mayQuality = useSession().may('camera.quality');
  const list = useQuery({ queryKey: ['cameras'], queryFn: () => call<CameraList>('GET', '/api/v1/cameras') });
  const quality = useQuery({
    queryKey: ['quality'],
    queryFn: () => call<CamerasQuality>('GET', '/api/v1/cameras/quality'),
    enabled: mayQuality,
  });
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <Loading what="the cameras" />;
  const figures = new Map(quality.data?.cameras.map(({ cameraId, total }) => [cameraId, total]));
  return (
    <>
      <h1>Cameras</h1>
      {quality.error && <Failed error={quality.error} retry={() => void quality.refetch()} />}
      {list.data.cameras.length === 0 ? (
        <Empty title="There is no camera yet">
          An administrator adds one with `plateward camera add`; docs/cameras.md says how it sends its frames.
        </Empty>
      ) : (
        <div className="scroll" role="region" aria-label="Table of cameras" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Camera</th>
                <th scope="col">Standing</th>
                <th scope="col">Since</th>
                {mayQuality && (
                  <>
                    <th scope="col">Frames, last 24 hours</th>
                    <th scope="col">Reads</th>
                    <th scope="col">Frames with a plate</th>
                    <th scope="col">Unsure reads</th>
                  </>
                )}
              </tr>
            </thead>
            <tbody>
              {list.data.cameras.map(({ id, name, status, createdAt, credentials }) => {
                const total = figures.get(id);
                const keys = credentials.filter(({ revokedAt }) => revokedAt === null).length;
                return (
                  <tr key={id}>
                    <th scope="row">{name}</th>
                    <td>{status === 'revoked' ? 'ended' : keys === 0 ? 'no credential: it cannot send' : 'active'}</td>
                    <td>{sayDay(createdAt)}</td>
                    {mayQuality && (
                      <>
                        <td>
                          {total?.framesReceived ?? '…'}
                          {(total?.framesClockSuspect ?? 0) > 0 &&
                            ` (${total?.framesClockSuspect} with a doubtful clock)`}
                        </td>
                        <td>{total?.reads ?? '…'}</td>
                        <td>{total ? percent(total.captureRate) : '…'}</td>
                        <td>{total ? percent(total.unsureShare) : '…'}</td>
                      </>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
};

export default CamerasPage;
