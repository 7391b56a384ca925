// The directory of agencies and the own agency's settings.
import type { AgencyFacts } from '../../access/facts.js';
import { notFound } from '../../core/errors.js';
import type { AgencyId } from '../../core/ids.js';
import type { LegalClass } from '../../core/roles.js';
import type { Bound } from './bound.js';

export interface AgencyDirectory {
  /** All agencies of the deployment, by name: public facts only. */
  list(): Promise<Omit<AgencyFacts, 'purposes' | 'law'>[]>;
}

export const agencyDirectory = ({ prisma, rows }: Bound): AgencyDirectory => ({
  list: async () => {
    const found = await prisma.agency.findMany({ where: rows('Agency'), orderBy: { name: 'asc' } });
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

export interface PurposeWriter {
  set(purposes: readonly string[]): Promise<void>;
}

export const purposeWriter = ({ prisma, rows }: Bound): PurposeWriter => ({
  set: async (purposes) => {
    const { count } = await prisma.agency.updateMany({ where: rows('Agency'), data: { purposes: [...purposes] } });
    if (count !== 1) throw notFound('agency');
  },
});
