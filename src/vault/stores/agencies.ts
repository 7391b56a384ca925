// The directory of agencies and the own agency's settings.
import type { AgencyFacts } from '../../access/facts.js';
import { conflict, notFound } from '../../core/errors.js';
import type { AgencyId } from '../../core/ids.js';
import type { LegalClass } from '../../core/roles.js';
import type { Bound } from './bound.js';

export interface AgencyDirectory {
  /** All agencies of the deployment that people work in, and the own one, by name: public facts only. */
  list(): Promise<Pick<AgencyFacts, 'agencyId' | 'slug' | 'name' | 'legalClass' | 'state'>[]>;
}

export const agencyDirectory = ({ prisma, rows, home }: Bound): AgencyDirectory => ({
  list: async () => {
    const found = await prisma.agency.findMany({
      where: { AND: [rows('Agency'), { OR: [{ synthetic: false }, { agencyId: home }] }] },
      orderBy: { name: 'asc' },
    });
    return found.map(({ agencyId, slug, name, legalClass, state }) => ({
      agencyId: agencyId as AgencyId,
      slug,
      name,
      legalClass: legalClass as LegalClass,
      state,
    }));
  },
});

export interface OwnAgency {
  get(): Promise<AgencyFacts>;
}

export const ownAgency = ({ permit, rows }: Bound): OwnAgency => ({
  // The facts of the decision are the row, read in this transaction.
  get: async () => {
    rows('Agency');
    return permit.facts.home;
  },
});

export interface SharingResumer {
  /**
   * Lets the agency's grants open again what they give; the entry does it.
   * @throws PlatewardError 409 `sharing_not_stopped`
   */
  resume(): Promise<void>;
}

export const sharingResumer = ({ permit, rows, noted }: Bound): SharingResumer => ({
  resume: async () => {
    rows('Agency');
    const { sharingStoppedAt } = permit.facts.home;
    if (!sharingStoppedAt) throw conflict('sharing_not_stopped', "Sharing of this agency's data is not stopped.");
    noted({ stoppedAt: sharingStoppedAt.toISOString() });
  },
});

export interface PurposeWriter {
  set(purposes: readonly string[]): Promise<void>;
}

export const purposeWriter = ({ prisma, rows }: Bound): PurposeWriter => ({
  set: async (purposes) => {
    const { count } = await prisma.agency.updateMany({ where: rows('Agency'), data: { purposes: [...purposes] } });
    if (count !== 1) throw notFound('agency');
  },
});
