// Every action of the platform, once: the same string stands on the route, in the rules, in the log and in the docs.
import type { Role } from '../core/roles.js';
import { auditActions } from './actions-audit.js';
import { digestActions } from './actions-digests.js';
import { flagDestinationActions } from './actions-flags.js';
import { liveActions } from './actions-live.js';
import { openingActions } from './actions-openings.js';
import { retentionActions } from './actions-retention.js';
import type { MachineActor } from './actor.js';

export interface ActionRule {
  /** Roles of members who may; empty when no member ever may. */
  readonly members: readonly Role[];
  /** Whether a camera may, with its own credential. */
  readonly camera?: true;
  /** Which process may. */
  readonly machine?: MachineActor['machine'];
  readonly does: 'reads' | 'writes';
  /** `always`: each act is an entry. `refusal`: only a refused attempt is one, because the act shows or changes nothing that anyone was promised a record of. */
  readonly entry: 'always' | 'refusal';
  /** What it opens, for the generated page of doors. */
  readonly opens: string;
}

const everyone = ['officer', 'supervisor', 'administrator', 'auditor'] as const;
const administrators = ['administrator'] as const;
const searchers = ['officer', 'supervisor'] as const;

export const actions = {
  'session.get': {
    members: everyone,
    does: 'reads',
    entry: 'refusal',
    opens: "the member's own name, role and abilities",
  },
  'session.begin': {
    members: everyone,
    does: 'reads',
    entry: 'always',
    opens: "a session: the member's own name, role and abilities at its beginning",
  },
  'session.fail': {
    members: [],
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'how many sign-ins failed, of whom and from where, for the log',
  },
  'agency.list': { members: everyone, does: 'reads', entry: 'refusal', opens: 'the public directory of agencies' },
  'agency.get': { members: everyone, does: 'reads', entry: 'refusal', opens: "the own agency's settings" },
  'purposes.set': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: "the agency's list of search purposes",
  },
  ...retentionActions,
  'data.purge': {
    members: [],
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'the removal of reads and pictures that are past their time',
  },
  'policy.get': { members: everyone, does: 'reads', entry: 'refusal', opens: "the agency's usage and privacy policy" },
  'policy.set': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: "a change of the agency's usage and privacy policy",
  },
  'member.list': {
    members: ['administrator', 'auditor', 'supervisor'],
    does: 'reads',
    entry: 'refusal',
    opens: "the agency's members",
  },
  'member.add': { members: administrators, does: 'writes', entry: 'always', opens: 'a new member of the agency' },
  'member.change': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: "a member's role, standing or password",
  },
  'member.password': {
    members: everyone,
    does: 'writes',
    entry: 'always',
    opens: "a new password of the member's own, by the old one",
  },
  'camera.list': { members: everyone, does: 'reads', entry: 'refusal', opens: "the agency's cameras" },
  'camera.add': { members: administrators, does: 'writes', entry: 'always', opens: 'a new camera of the agency' },
  'camera.move': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: 'where a camera stands, and so the grants for an area that reach it',
  },
  'camera.credential': { members: administrators, does: 'writes', entry: 'always', opens: "a camera's credentials" },
  'camera.revoke': { members: administrators, does: 'writes', entry: 'always', opens: 'the end of a camera' },
  'camera.settings': {
    members: ['administrator', 'supervisor', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'what a camera leaves out: zones, sizes, confidence',
  },
  'camera.configure': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: 'a change of what a camera leaves out',
  },
  'camera.quality': {
    members: ['administrator', 'supervisor', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: "figures of the cameras' frames and reads, without plates",
  },
  'frame.deposit': { members: [], camera: true, does: 'writes', entry: 'refusal', opens: 'a new frame of the camera' },
  'frame.list': {
    members: ['administrator', 'supervisor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'the state of deposited frames, without pictures',
  },
  'frame.claim': {
    members: [],
    machine: 'recognize',
    does: 'writes',
    entry: 'refusal',
    opens: 'the next frame to recognise',
  },
  'frame.recognize': {
    members: [],
    machine: 'recognize',
    does: 'writes',
    entry: 'refusal',
    opens: 'the reads of a frame',
  },
  'frame.fail': {
    members: [],
    machine: 'recognize',
    does: 'writes',
    entry: 'refusal',
    opens: 'the reason why a frame was not read',
  },
  'frame.sweep': {
    members: [],
    machine: 'sweep',
    does: 'writes',
    entry: 'refusal',
    opens: 'frames whose work was left lying',
  },
  'read.count': {
    members: [],
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'how many frames and reads a day had, for the log',
  },
  'read.search': { members: searchers, does: 'reads', entry: 'always', opens: 'reads, own and granted' },
  'read.picture': {
    members: searchers,
    does: 'reads',
    entry: 'always',
    opens: 'the picture of a read that a search found',
  },
  ...liveActions,
  'read.export': {
    members: searchers,
    does: 'reads',
    entry: 'always',
    opens: 'a file of what a search showed, as far as it is still open: reads, and pictures where grants give them',
  },
  'refusal.count': {
    members: [],
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'how many refusals at another agency were held back from its log, for that log and the own one',
  },
  'read.review': {
    members: searchers,
    does: 'writes',
    entry: 'always',
    opens: 'a word about an own read that a search showed: right, wrong, or what it should be',
  },
  'key.list': {
    members: ['administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'the public halves of the keys that approve',
  },
  'key.add': { members: administrators, does: 'writes', entry: 'always', opens: "a key of the administrator's own" },
  'key.revoke': { members: administrators, does: 'writes', entry: 'always', opens: 'the end of a key that approves' },
  'grant.request': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: "a request for another agency's reads",
  },
  'grant.approve': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: "the own agency's reads for another agency",
  },
  'grant.decline': { members: administrators, does: 'writes', entry: 'always', opens: 'the answer no to a request' },
  'grant.suspend': {
    members: administrators,
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'a pause of a grant, until as many sign it again',
  },
  'grant.revoke': { members: administrators, does: 'writes', entry: 'always', opens: 'the end of a grant' },
  'grant.expire': {
    members: [],
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'the end of a grant whose time is over',
  },
  'grant.list': { members: everyone, does: 'reads', entry: 'refusal', opens: 'grants given and received' },
  ...openingActions,
  ...digestActions,
  'pack.list': {
    members: everyone,
    does: 'reads',
    entry: 'refusal',
    opens: "the law that the agency's data is under, and what was proposed",
  },
  'pack.propose': { members: administrators, does: 'writes', entry: 'always', opens: 'a proposal to change that law' },
  'pack.adopt': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: "that law, by another administrator's proposal",
  },
  'pack.withdraw': { members: administrators, does: 'writes', entry: 'always', opens: 'the end of a proposal' },
  'pack.simulate': {
    members: ['administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'what a law would change: counts of grants, searches and reads, without plates',
  },
  'canary.run': {
    members: [],
    machine: 'canary',
    does: 'writes',
    entry: 'always',
    opens: 'the word of how many ways across the wall were tried, and which led across; those stop all sharing',
  },
  'witnesses.get': {
    members: everyone,
    does: 'reads',
    entry: 'refusal',
    opens: 'which witnesses the agency requires, what was proposed, and whether enough of them have cosigned',
  },
  'witnesses.propose': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: 'a proposal of which witnesses are required, and how many',
  },
  'witnesses.adopt': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: "that requirement, by another administrator's proposal",
  },
  'witnesses.cosign': {
    members: [],
    machine: 'witness',
    does: 'writes',
    entry: 'refusal',
    opens: "the cosignatures of the agency's witnesses, each verified",
  },
  'witnesses.away': {
    members: [],
    machine: 'witness',
    does: 'writes',
    entry: 'always',
    opens: 'the word that too few witnesses cosign and searching has stopped',
  },
  'witnesses.back': {
    members: [],
    machine: 'witness',
    does: 'writes',
    entry: 'always',
    opens: 'the word that enough witnesses cosign again and searching goes on',
  },
  'sharing.get': {
    members: everyone,
    does: 'reads',
    entry: 'refusal',
    opens: 'what the newest run of the canaries found, and whether sharing is stopped',
  },
  'sharing.resume': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: 'the sharing of the own data again, after a run of the canaries that nothing crossed',
  },
  'alert.list': {
    members: ['administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: "what other agencies asked of the agency's data and were refused: who, by which rule, how often",
  },
  'alert.acknowledge': {
    members: ['administrator', 'auditor'],
    does: 'writes',
    entry: 'always',
    opens: 'the mark that an alert was seen',
  },
  'alert.deliver': {
    members: [],
    machine: 'deliver',
    does: 'writes',
    entry: 'refusal',
    opens: "what is to be told to the agency's destinations, and what came of it",
  },
  'destination.list': {
    members: ['administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'where alerts are told outside the console, and what came of it',
  },
  'destination.add': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: 'a new destination of alerts: a webhook or an address of e-mail',
  },
  'destination.test': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: 'a test message to a destination',
  },
  'destination.remove': {
    members: administrators,
    does: 'writes',
    entry: 'always',
    opens: 'the end of a destination',
  },
  'flag.list': {
    members: ['auditor'],
    does: 'reads',
    entry: 'always',
    opens: "searches of the agency's own members that look like misuse, and the labels of listed plates",
  },
  'flag.decide': {
    members: ['auditor'],
    does: 'writes',
    entry: 'always',
    opens: 'what a flag turned out to be',
  },
  'flag.enlist': {
    members: ['auditor'],
    does: 'writes',
    entry: 'always',
    opens: 'the list of plates of households and colleagues, whose search is flagged',
  },
  ...flagDestinationActions,
  'review.list': {
    members: ['auditor'],
    does: 'reads',
    entry: 'always',
    opens: "searches of the agency's own members that were drawn for review",
  },
  'review.decide': {
    members: ['auditor'],
    does: 'writes',
    entry: 'always',
    opens: 'what came of looking a search over',
  },
  'review.figures': {
    members: ['auditor', 'administrator', 'supervisor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'how many searches each member made, and how many say nothing',
  },
  ...auditActions,
} as const satisfies Record<string, ActionRule>;

export type Action = keyof typeof actions;
export const actionNames = Object.keys(actions) as readonly Action[];
export const isAction = (text: string): text is Action => Object.hasOwn(actions, text);
export const ruleOf = (action: Action): ActionRule => actions[action];
