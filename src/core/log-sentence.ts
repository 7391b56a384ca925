// An entry of a log as one sentence for people: who did what, to whom, for which case, and what was shown. It says nothing that the entry does not
// say, and leaves out what it does not know; the console and the command use the same.
import { verdictsIn, type SaidBody } from './log-said.js';

export { saidIn, verdictsIn, type SaidBody, type SaidVerdict } from './log-said.js';

/** Opened values by field. */
export type OpenedValues = Readonly<Record<string, { readonly value: string } | undefined>>;

export interface Names {
  /** Name of an agency, by its id. */
  readonly agency: (id: string) => string;
  /** Login or name of a member, by id; undefined where it is not known. */
  readonly member?: (id: string) => string | undefined;
  readonly camera?: (id: string) => string | undefined;
  /** Why a rule refused, after "because". */
  readonly rule?: (rule: string) => string;
}

interface Told {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly opened: OpenedValues;
  readonly names: Names;
  readonly said: SaidBody;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
const list = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
const count = (value: unknown, one: string, many = `${one}s`): string =>
  value === 1 ? `one ${one}` : `${typeof value === 'number' ? value.toLocaleString('en-US') : '?'} ${many}`;
const joined = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)!}`;
const short = (id: unknown): string => (text(id) ?? '?').slice(-8);
const minute = (time: unknown): string => (text(time) ?? '?').slice(0, 16).replace('T', ' ');
const utcDay = (time: unknown): string => (text(time) ?? '?').slice(0, 10);

const camera = ({ facts, names }: Told): string => {
  const id = text(facts['cameraId']);
  const name = id === undefined ? undefined : names.camera?.(id);
  return name === undefined ? `the camera …${short(id)}` : `the camera ${name}`;
};
const member = ({ opened, names }: Told): string => {
  const id = opened['memberId']?.value;
  if (id === undefined) return 'a member';
  return `the member ${names.member?.(id) ?? `…${short(id)}`}`;
};
const theGrant = ({ facts }: Told): string => `the grant …${short(facts['grantId'])}`;
const opening = (told: Told): string => `the opening …${short(told.facts['openingId'])} of ${theGrant(told)}`;
const law = ({ facts }: Told): string =>
  facts['pack'] === undefined ? `the change …${short(facts['changeId'])}` : `the law ${text(facts['pack']) ?? '?'}`;

const answers = ({ said, names }: Told): string =>
  joined(
    verdictsIn(said).map(({ agencyId, verdict, rows, grants = [], rule }) => {
      const shown = rows === undefined ? 'nothing shown' : `${count(rows, 'row')} shown`;
      if (verdict === 'refused')
        return `${names.agency(agencyId)} refused it${rule === undefined ? '' : `, because ${names.rule?.(rule) ?? rule}`}`;
      const under = grants.length > 0 ? ` under the grant …${short(grants[0])}` : '';
      return `${shown} of ${names.agency(agencyId)}${under}`;
    }),
  );

const question = (told: Told): string => {
  const { facts, opened } = told;
  const cameras = list(facts['cameras']).length;
  const what = opened['plate'] ? `reads of ${opened['plate'].value}` : 'reads';
  return [
    what,
    ...(facts['from'] === undefined ? [] : [`from ${minute(facts['from'])} to ${minute(facts['to'])} UTC`]),
    ...(cameras > 0 ? [`at ${count(cameras, 'camera')}`] : []),
    ...(facts['purpose'] === undefined ? [] : [`for ${text(facts['purpose']) ?? '?'}`]),
    ...(opened['caseNumber'] ? [`case ${opened['caseNumber'].value}`] : []),
  ].join(', ');
};

const request = ({ facts }: Told): string =>
  [
    `${text(facts['ownerName']) ?? 'an agency'} for reads of ${facts['area'] ? 'the cameras in an area' : facts['cameraIds'] === null || facts['cameraIds'] === undefined ? 'all cameras' : count(list(facts['cameraIds']).length, 'camera')}`,
    ...(facts['dataWindowDays'] === undefined ? [] : [`as far back as ${count(facts['dataWindowDays'], 'day')}`]),
    ...(list(facts['purposes']).length === 0 ? [] : [`for ${joined(list(facts['purposes']))}`]),
    ...(facts['validUntil'] === undefined ? [] : [`until ${utcDay(facts['validUntil'])}`]),
  ].join(', ') + ` (grant …${short(facts['grantId'])})`;

const change = (told: Told): string => {
  const { facts } = told;
  const changed = [
    ...(facts['role'] === undefined ? [] : [`role ${text(facts['role']) ?? '?'}`]),
    ...(facts['status'] === undefined ? [] : [`standing ${text(facts['status']) ?? '?'}`]),
    ...(facts['password'] === true ? ['a new password'] : []),
    ...(facts['unlock'] === true ? ['unlocked'] : []),
  ];
  return member(told) + (changed.length > 0 ? `: ${joined(changed)}` : '');
};

/** Done, to do, and what it was done to. */
type Verb = readonly [done: string, toDo: string, object: (told: Told) => string];
const fixed = (what: string) => (): string => what;

const verbs: Readonly<Record<string, Verb>> = {
  'log.schema': ['declared', 'declare', ({ facts }) => `what entries hold, version ${text(facts['version']) ?? '?'}`],
  'log.key': ['announced', 'announce', ({ facts }) => `the key that signs this log: ${text(facts['key']) ?? '?'}`],
  'agency.enrol': [
    'enrolled',
    'enrol',
    ({ facts }) =>
      `${text(facts['name']) ?? text(facts['slug']) ?? 'the agency'}${facts['pack'] === undefined ? '' : `, under the law ${text(facts['pack']) ?? '?'}`}`,
  ],
  'agency.attest': [
    'attested',
    'attest',
    ({ facts }) =>
      `what the agency is: ${text(facts['legalClass']) ?? '?'}, ${text(facts['state']) ?? '?'} (${text(facts['attestedBy']) ?? '?'})`,
  ],
  'member.bootstrap': [
    'let in',
    'let in',
    (told) => `${member(told)}, the first, as ${text(told.facts['role']) ?? '?'}`,
  ],
  'member.add': ['added', 'add', (told) => `${member(told)} as ${text(told.facts['role']) ?? '?'}`],
  'member.change': ['changed', 'change', change],
  'member.password': ['changed', 'change', fixed('the own password')],
  'session.begin': ['began', 'begin', fixed('a session')],
  'session.fail': ['counted', 'count', ({ facts }) => `${count(facts['failures'], 'sign-in')} that failed`],
  'refusal.count': [
    'counted',
    'count',
    ({ facts }) => `${count(facts['refusals'], 'refusal')} that no entry of their own tells`,
  ],
  'pack.propose': ['proposed', 'propose', law],
  'pack.adopt': ['adopted', 'adopt', law],
  'pack.withdraw': ['withdrew', 'withdraw', law],
  'purposes.set': [
    'set',
    'set',
    ({ facts }) => `the purposes of searches to ${joined(list(facts['purposes'])) || '?'}`,
  ],
  'retention.set': [
    'set',
    'set',
    ({ facts }) =>
      facts['days'] === 0
        ? 'no end of the agency’s own to how long reads are kept'
        : `how long reads are kept to ${count(facts['days'], 'day')}`,
  ],
  'retention.propose': [
    'proposed',
    'propose',
    ({ facts }) => `to keep reads for ${count(facts['days'], 'day')} alone (change …${short(facts['changeId'])})`,
  ],
  'retention.adopt': [
    'adopted',
    'adopt',
    ({ facts }) =>
      `that reads are kept for ${count(facts['days'], 'day')} alone, as another administrator proposed (change …${short(facts['changeId'])})`,
  ],
  'retention.withdraw': [
    'withdrew',
    'withdraw',
    ({ facts }) => `the proposal …${short(facts['changeId'])} to keep reads for a shorter time`,
  ],
  'data.purge': [
    'removed',
    'remove',
    ({ facts }) =>
      `what was from before ${minute(facts['before'])} UTC: ${count(facts['frames'], 'frame')}, ${count(facts['reads'], 'read')}, ${count(facts['pictures'], 'picture')}`,
  ],
  'policy.set': [
    'changed',
    'change',
    ({ facts }) => `the usage and privacy policy, revision ${text(facts['revision']) ?? '?'}`,
  ],
  'camera.add': ['added', 'add', camera],
  'camera.move': [
    'moved',
    'move',
    (told) =>
      `${camera(told)} to where it stands now` +
      (told.said.outcome === 'refused' ? '' : '; what it read elsewhere is in no grant for an area'),
  ],
  'camera.credential': ['gave', 'give', (told) => `${camera(told)} a credential`],
  'camera.revoke': [
    'ended',
    'end',
    (told) => (told.facts['credentialId'] === undefined ? camera(told) : `a credential of ${camera(told)}`),
  ],
  'camera.configure': ['changed', 'change', (told) => `what ${camera(told)} leaves out`],
  'camera.look': [
    'looked at',
    'look at',
    (told) => `the newest frame of ${camera(told)}, with ${count(told.facts['reads'], 'read')} drawn on it`,
  ],
  'read.count': [
    'counted',
    'count',
    ({ facts }) =>
      `${count(facts['reads'], 'read')} and ${count(facts['frames'], 'frame')} of ${text(facts['day']) ?? '?'}`,
  ],
  'read.search': ['searched', 'search', question],
  'read.picture': [
    'opened',
    'open',
    (told) => `a picture of a read (${text(told.facts['picture']) ?? '?'}): ${question(told)}`,
  ],
  'read.export': ['took', 'take', (told) => `a file of what a search showed: ${question(told)}`],
  'read.watch': ['began', 'begin', (told) => `to watch reads as they come: ${question(told)}`],
  'read.follow': ['followed', 'follow', ({ facts }) => `the watch …${short(facts['under'])}`],
  'read.watched': [
    'ended',
    'end',
    ({ facts }) =>
      `the watch …${short(facts['under'])}, in which ${count(facts['rows'], 'read')} and ${count(facts['crops'], 'picture')} were shown`,
  ],
  'read.review': [
    'said',
    'say',
    ({ facts }) => `of the read …${short(facts['read'])}: ${text(facts['verdict']) ?? '?'}`,
  ],
  'grant.request': ['asked', 'ask', request],
  'grant.approve': [
    'signed',
    'sign',
    (told) =>
      theGrant(told) +
      (told.facts['approved'] === false ? ', which then needed more signatures' : '; it opened with it'),
  ],
  'grant.decline': ['declined', 'decline', theGrant],
  'grant.suspend': [
    'suspended',
    'suspend',
    (told) => theGrant(told) + (told.facts['unused'] === true ? ', which nobody had used' : ''),
  ],
  'grant.revoke': ['revoked', 'revoke', theGrant],
  'grant.expire': ['ended', 'end', (told) => `${theGrant(told)}, whose time was over`],
  'opening.ask': [
    'asked for',
    'ask for',
    (told) =>
      [
        `an opening of ${theGrant(told)}, for emergencies`,
        ...(told.facts['purpose'] === undefined ? [] : [`for ${text(told.facts['purpose']) ?? '?'}`]),
        ...(told.opened['caseNumber'] ? [`case ${told.opened['caseNumber'].value}`] : []),
      ].join(', '),
  ],
  'opening.confirm': ['confirmed', 'confirm', opening],
  'opening.end': ['ended', 'end', opening],
  'opening.review': ['reviewed', 'review', (told) => `${opening(told)}: ${text(told.facts['decision']) ?? '?'}`],
  'key.add': ['added', 'add', ({ facts }) => `the key …${short(facts['keyId'])}, with which grants are signed`],
  'key.revoke': ['ended', 'end', ({ facts }) => `the key …${short(facts['keyId'])}`],
  'digest.make': [
    'made',
    'make',
    ({ facts }) =>
      `the digest of ${utcDay(facts['from'])} to ${utcDay(facts['to'])}: ${count(facts['searches'], 'search', 'searches')} of the own data by others, ${count(facts['refused'], 'refusal')}; it goes to ${count(list(facts['destinations']).length, 'destination')}`,
  ],
  'digest.set': [
    'set',
    'set',
    ({ facts }) =>
      facts['every'] === 'off'
        ? 'that no digest is made by itself'
        : `that a digest is made every ${text(facts['every']) ?? '?'}`,
  ],
  'canary.run': [
    'tried',
    'try',
    ({ facts }) =>
      `${count(facts['tried'], 'way')} across the wall between agencies; ${facts['crossed'] === 0 ? 'none led across' : `${count(facts['crossed'], 'way')} LED ACROSS`}`,
  ],
  'sharing.resume': ['let', 'let', fixed('the sharing of the own data go on')],
  'logkey.propose': [
    'proposed',
    'propose',
    ({ facts }) =>
      `to replace the key that signs this log${facts['cause'] === 'compromised' ? ', because somebody else may have it' : ''}`,
  ],
  'logkey.rotate': [
    'replaced',
    'replace',
    ({ facts }) => `the key that signs this log, by ${text(facts['key']) ?? '?'}; the one before is destroyed`,
  ],
  'period.propose': [
    'proposed',
    'propose',
    ({ facts }) => `to destroy the personal values in this log of ${text(facts['period']) ?? '?'}`,
  ],
  'period.withdraw': [
    'withdrew',
    'withdraw',
    ({ facts }) =>
      `the proposal …${short(facts['changeId'])} to destroy the personal values of ${text(facts['period']) ?? '?'}`,
  ],
  'period.destroy': [
    'destroyed',
    'destroy',
    ({ facts }) =>
      `the personal values in this log of ${text(facts['period']) ?? '?'}, in ${count(facts['entries'], 'entry', 'entries')}; the entries stay`,
  ],
  'witnesses.propose': ['proposed', 'propose', fixed('which witnesses must cosign the log')],
  'witnesses.adopt': ['adopted', 'adopt', fixed('which witnesses must cosign the log')],
  'witnesses.away': ['found', 'find', fixed('too few witnesses, and searching stopped')],
  'witnesses.back': ['found', 'find', fixed('enough witnesses again, and searching went on')],
  'alert.acknowledge': [
    'marked',
    'mark',
    ({ facts, names }) =>
      `an alert as seen: ${count(facts['count'], 'refusal')} of ${names.agency(text(facts['asker']) ?? '')}`,
  ],
  'destination.add': [
    'added',
    'add',
    ({ facts }) => `a place that is told of alerts (${text(facts['channel']) ?? '?'})`,
  ],
  'destination.test': ['sent', 'send', fixed('a test to a place that is told of alerts')],
  'destination.remove': ['removed', 'remove', fixed('a place that is told of alerts')],
  'flag-destination.add': [
    'added',
    'add',
    ({ facts }) => `a place where the auditor himself is told of flags (${text(facts['channel']) ?? '?'})`,
  ],
  'flag-destination.test': ['sent', 'send', fixed('a test to a place where the auditor himself is told of flags')],
  'flag-destination.remove': ['removed', 'remove', fixed('a place where the auditor himself is told of flags')],
  'flag.list': ['read', 'read', fixed('the flags of misuse, or the labels of listed plates')],
  'flag.decide': [
    'decided on',
    'decide on',
    ({ facts }) => `a flag (${text(facts['pattern']) ?? '?'}): ${text(facts['decision']) ?? '?'}`,
  ],
  'flag.enlist': [
    'changed',
    'change',
    ({ facts }) => `the list of watched plates: one ${facts['listed'] === true ? 'put on it' : 'taken off it'}`,
  ],
  'review.list': ['read', 'read', fixed('the searches that were drawn for review')],
  'review.decide': ['looked over', 'look over', ({ facts }) => `a drawn search: ${text(facts['decision']) ?? '?'}`],
  'audit.read': ['read', 'read', fixed('this log')],
  'audit.preview': [
    'looked at',
    'look at',
    ({ facts }) =>
      `what a release of ${utcDay(facts['from'])} to ${utcDay(facts['to'])} would disclose (${count(facts['entries'], 'entry', 'entries')})`,
  ],
  'audit.disclose': [
    'released',
    'release',
    ({ facts }) =>
      `${count(facts['entries'], 'entry', 'entries')} from ${utcDay(facts['from'])} to ${utcDay(facts['to'])}, with ${joined(list(facts['fields'])) || 'no personal field'}`,
  ],
};

/** Kinds that have a sentence of their own. */
export const sentencedKinds: readonly string[] = Object.keys(verbs);

/** Who acted, as far as the entry says. */
export const whoOf = ({ by }: SaidBody, opened: OpenedValues, names: Names): string => {
  if (by.kind !== 'member') return `The ${by.kind} ${by.id ?? ''}`.trim();
  const role = by.role === undefined ? '' : ` (${by.role})`;
  return `${opened['person']?.value ?? 'A member'}${role} of ${names.agency(by.agencyId)}`;
};

/** What was done, without who: `searched reads, …`. */
export const sentenceOf = (said: SaidBody, opened: OpenedValues, names: Names): string => {
  const told = { said, opened, names, facts: said.facts };
  const [done, toDo, object] = verbs[said.kind] ?? ['did', 'do', fixed(said.kind)];
  const who = whoOf(said, opened, names);
  const answered = answers(told);
  const after = answered === '' ? '' : `: ${answered}`;
  const from = opened['network'] ? ` From the network address ${opened['network'].value}.` : '';
  if (said.outcome !== 'refused') return `${who} ${done} ${object(told)}${after}.${from}`;
  const why = said.rule === undefined ? '' : `, because ${names.rule?.(said.rule) ?? said.rule}`;
  return `${who} tried to ${toDo} ${object(told)} and was refused${why}${after}.${from}`;
};

/** `2026-11-23 21:14:05.07 UTC`: microseconds since 1970, cut to hundredths of a second. */
export const hundredthsOf = (micros: string): string => {
  const whole = BigInt(micros);
  const date = new Date(Number(whole / 1000n));
  const cents = String((whole / 10_000n) % 100n).padStart(2, '0');
  return `${date.toISOString().slice(0, 19).replace('T', ' ')}.${cents} UTC`;
};
