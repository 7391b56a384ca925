// The directory of agencies and the own agency's settings.
import type { AgencyFacts } from '../../access/facts.js';
import { conflict, notFound } from '../../core/errors.js';
import type { AgencyId } from '../../core/ids.js';
import type { LegalClass } from '../../core/roles.js';
import type { Bound } from './bound.js';

/** What the law that an agency's data is under asks of whoever asks for it. */
export interface Asked {
  /** Whether each search must say on whose behalf it is made. */
  readonly beneficiary: boolean;
  /** What a grantee declares: everyone, or those of other states. */
  readonly declaration: { readonly id: string; readonly from: string; readonly text: string } | null;
}

export interface AgencyDirectory {
  /** All agencies of the deployment that people work in, and the own one, by name: public facts only. */
  list(): Promise<
    (Pick<AgencyFacts, 'agencyId' | 'slug' | 'name' | 'legalClass' | 'state'> & { readonly asks: Asked })[]
  >;
}

const asksNothing: Asked = { beneficiary: false, declaration: null };

export const agencyDirectory = ({ prisma, sql, rows, home }: Bound): AgencyDirectory => ({
  list: async () => {
    const found = await prisma.agency.findMany({
      where: { AND: [rows('Agency'), { OR: [{ synthetic: false }, { agencyId: home }] }] },
      orderBy: { name: 'asc' },
    });
    const laws = await sql.query<Asked & { readonly agency_id: string }>({
      name: 'agency-asks',
      text: `select agency_id, law_beneficiary as beneficiary, pack::jsonb -> 'declaration' as declaration
        from agencies where agency_id = any ($1)`,
      values: [found.map(({ agencyId }) => agencyId)],
    });
    const asks = new Map(
      laws.rows.map(({ agency_id, beneficiary, declaration }): [string, Asked] => [
        agency_id,
        { beneficiary, declaration },
      ]),
    );
    return found.map(({ agencyId, slug, name, legalClass, state }) => ({
      agencyId: agencyId as AgencyId,
      slug,
      name,
      legalClass: legalClass as LegalClass,
      state,
      asks: asks.get(agencyId) ?? asksNothing,
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
