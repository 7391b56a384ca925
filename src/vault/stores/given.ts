// What of another agency's read its grants give beside text and time. Row-level security asks the same of cameras and frames; this does not know it.
import type { GrantField } from '../../core/grant-fields.js';
import type { Bound } from './bound.js';
import type { FoundRead } from './reads.js';

const dayMs = 86_400_000;

/**
 * The read without what no grant of the permit gives of it: where its camera stands and which way the vehicle went; what its frame shows of the vehicle, and
 * says of the clock.
 */
export const asGiven =
  ({ permit, home }: Pick<Bound, 'permit' | 'home'>) =>
  <Read extends FoundRead>(read: Read): Read => {
    if (read.agencyId === home) return read;
    const of = permit.grants.filter(
      ({ ownerAgencyId, cameraIds, areaCameras, plates, dataWindowDays }) =>
        ownerAgencyId === read.agencyId &&
        (cameraIds === null || cameraIds.includes(read.cameraId)) &&
        (areaCameras === null ||
          areaCameras.some(({ cameraId, placedAt }) => cameraId === read.cameraId && read.capturedAt >= placedAt)) &&
        (plates === null || plates.includes(read.plate)) &&
        read.capturedAt.getTime() >= permit.facts.now.getTime() - dataWindowDays * dayMs,
    );
    const gives = (field: GrantField): boolean => of.some(({ fields }) => fields.includes(field));
    return {
      ...read,
      ...(!gives('place') && { cameraName: null, latitude: null, longitude: null, direction: null }),
      ...(!gives('picture') && { clockSuspect: null, vehicle: null }),
    };
  };
