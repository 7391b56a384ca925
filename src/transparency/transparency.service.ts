// The public page of an agency, made from the public side of its log and from nothing else. It refuses to look at anything that the log
// commits to, and has no store but the log's public reader.
import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../config/config.js';
import type { Clock } from '../core/clock.js';
import { PlatewardError } from '../core/errors.js';
import { isAgencyId, type AgencyId, type AgencyName } from '../core/ids.js';
import { missingItems } from '../core/usage-policy.js';
import { Vault } from '../vault/vault.js';
import { CLOCK, CONFIG } from '../web/ground.js';
import { builtVerifier } from '../web/verifier-script.js';
import { LogCounts, type CountedAt, type ReadLog } from './counts.js';
import { csvOf } from '../core/csv.js';
import { agenciesPage, nothingPage } from './agencies-page.js';
import { transparencyPage, type Proof } from './page.js';
import { namesIn, tableOf } from './tables.js';
import { verifierPage, verifierPolicy } from './verifier.js';

const nothingHere = (): PlatewardError =>
  new PlatewardError('notFound', 'no_such_page', 'There is no such agency here, or it has no such table.');

interface Page extends CountedAt {
  readonly own: AgencyId;
  /** Short name, as it stands in addresses. */
  readonly slug: string;
  readonly proof: Proof;
}

@Injectable()
export class TransparencyService {
  private readonly counts = new LogCounts();
  private script: Promise<string> | undefined;

  constructor(
    private readonly vault: Vault,
    @Inject(CONFIG) private readonly config: Config,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The list of agencies that have a public page, as HTML. */
  async list(): Promise<string> {
    return agenciesPage(await this.vault.front.publicAgencies());
  }

  /** What people see where there is no such page, as HTML. */
  nothing(): string {
    return nothingPage;
  }

  /** The page as HTML. @throws PlatewardError 404 `no_such_page` */
  async html(agency: string): Promise<string> {
    const { numbers, own, slug, proof } = await this.page(agency);
    const title = numbers.agency?.name ?? slug;
    const base = `/transparency/${slug}`;
    return transparencyPage({ numbers, own, title, names: namesIn(numbers, own), base, now: this.clock.now() }, proof);
  }

  /** The page as JSON: numbers, what of the policy is missing, and the signed head that they are of. @throws as `html` */
  async json(agency: string): Promise<string> {
    const { numbers, own, proof } = await this.page(agency);
    return JSON.stringify({ agency: own, head: proof, missing: missingItems(numbers.policy?.items ?? {}), numbers });
  }

  /** One table as CSV. @throws as `html` */
  async csv(agency: string, name: string): Promise<string> {
    const { numbers, own } = await this.page(agency);
    const table = tableOf(name, numbers, own);
    if (!table) throw nothingHere();
    return csvOf(table.columns, table.rows);
  }

  /** The page that counts it again, and what that page is allowed. @throws as `html`, and 503 `verifier_missing` */
  async verifier(agency: string): Promise<{ text: string; policy: string }> {
    const [{ numbers, slug }, script] = await Promise.all([this.page(agency), (this.script ??= builtVerifier())]);
    return { text: verifierPage(slug, numbers.agency?.name ?? slug, script), policy: verifierPolicy(script) };
  }

  private async page(agency: string): Promise<Page> {
    const own = await this.agencyOf(agency as AgencyName);
    const read: ReadLog = async (work) =>
      (
        await this.vault
          .door({ kind: 'machine', agencyId: own, machine: 'publish' }, 'log.publish')
          .open({}, ({ log }) => work(log))
      ).value;
    const { head, numbers } = await this.counts.at(own, read);
    const signer = await this.vault.logSigner(own, head.keyNumber);
    const slug = numbers.agency?.slug ?? own;
    const proof = {
      checkpoint: signer.checkpoint(head),
      size: head.size,
      root: head.root.toString('hex'),
      key: signer.key,
      logUrl: `${this.config.PUBLIC_URL?.replace(/\/$/, '') ?? ''}/log/${slug}`,
    };
    return { head, numbers, own, slug, proof };
  }

  private async agencyOf(agency: AgencyName): Promise<AgencyId> {
    const found = isAgencyId(agency)
      ? (await this.vault.front.agencyIds()).find((each) => each === agency)
      : await this.vault.front.findAgency(agency);
    if (!found) throw nothingHere();
    return found;
  }
}
