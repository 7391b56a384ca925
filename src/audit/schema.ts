// What an entry of each kind holds: which facts stand in it for everybody, in which form, and which personal fields it must commit
// to. The whole table is text whose hash is itself in the log, so that a field cannot quietly fall away. It refuses to let anything
// be public that it does not name: what has no form here, or does not fit it, is committed to instead.
import { createHash } from 'node:crypto';
import { canonical, type Json } from './canonical.js';
import { logKinds } from './schema-log.js';
import { question } from './schema-question.js';

/** Forms of public facts, as regular expressions over the fact's canonical JSON text, so that any verifier can hold entries to them. */
const id = '"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"';
const word = '"[a-z][a-z0-9_.-]{0,63}"';
const hash = '"[0-9a-f]{64}"';
const verdict = `\\{"agencyId":${id}(,"grants":\\[(${id}(,${id})*)?\\])?(,"rows":[0-9]{1,9})?(,"rule":${word})?,"verdict":"(own|granted|refused)"\\}`;

const time = '"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,9})?Z"';
const degrees = '-?[0-9]{1,3}(\\.[0-9]{1,17})?(e-[0-9]{1,3})?';

const area = `\\{"east":${degrees},"north":${degrees},"south":${degrees},"west":${degrees}\\}`;
const place = `\\{("area":${area},)?("cameras":\\[${id}(,${id})*\\],)?"from":${time},"to":${time}\\}`;

export const forms = {
  id,
  ids: `\\[(${id}(,${id})*)?\\]`,
  /** null: all of them. */
  idsOrAll: `(null|\\[(${id}(,${id})*)?\\])`,
  word,
  words: `\\[(${word}(,${word})*)?\\]`,
  /** Names of fields. */
  fields: '\\[("[A-Za-z]{1,64}"(,"[A-Za-z]{1,64}")*)?\\]',
  hash,
  time,
  day: '"[0-9]{4}-[0-9]{2}-[0-9]{2}"',
  month: '"[0-9]{4}-[0-9]{2}"',
  count: '[0-9]{1,15}',
  /** null: no bound. */
  countOrNone: '(null|[0-9]{1,15})',
  flag: '(true|false)',
  state: '"[A-Z]{2}"',
  states: '\\["[A-Z]{2}"(,"[A-Z]{2}")*\\]',
  /** 0 to 1 */
  share: '(0|1|0\\.[0-9]{1,17}|[0-9](\\.[0-9]{1,17})?e-[0-9]{1,3})',
  /** Which way vehicles went. */
  direction: '"(N|NE|E|SE|S|SW|W|NW|approaching|receding|[0-9]{1,3}[+]-[0-9]{1,2})"',
  /** A part of the map in degrees. */
  area,
  /** Where and when, several of them. */
  places: `\\[${place}(,${place})*\\]`,
  /** Names of agencies, as the public directory has them. */
  name: '"[^"]{1,240}"',
  verdicts: `\\[(${verdict}(,${verdict})*)?\\]`,
  key: '"[!-~]{1,200}"',
  before: `\\{"chain":${hash},"entries":[0-9]{1,15},"root":${hash}\\}`,
  /** base64 */
  signature: '"[A-Za-z0-9+/]{40,100}={0,2}"',
  text: '"(\\\\.|[^"\\\\])*"',
} as const;

type Form = keyof typeof forms;

interface Kind {
  /** Facts that may stand in the entry for everybody. */
  readonly facts: Readonly<Record<string, Form>>;
  /** Facts that an entry of something done must have. */
  readonly needs?: readonly string[];
  /** Personal fields that an entry of something done must commit to. */
  readonly commits?: readonly string[];
}

const grantStep: Kind = { facts: { grantId: 'id' }, needs: ['grantId'] };
const opening: Kind = {
  facts: { grantId: 'id', openingId: 'id' },
  needs: ['grantId', 'openingId'],
  commits: ['member', 'person'],
};

/** Kinds of entries. One that is not named here has no public facts at all. */
const kinds: Readonly<Record<string, Kind>> = {
  ...logKinds,
  'agency.enrol': {
    facts: {
      slug: 'word',
      name: 'name',
      legalClass: 'word',
      state: 'state',
      pack: 'word',
      packSha256: 'hash',
      document: 'text',
      approvalsNeeded: 'count',
      attestedBy: 'name',
      synthetic: 'flag',
    },
    needs: ['slug'],
  },
  'agency.attest': {
    facts: { legalClass: 'word', state: 'state', attestedBy: 'name' },
    needs: ['legalClass', 'state', 'attestedBy'],
  },
  'member.bootstrap': { facts: { role: 'word' }, needs: ['role'], commits: ['memberId'] },
  'member.add': { facts: { role: 'word' }, needs: ['role'], commits: ['member', 'memberId', 'person'] },
  'member.change': {
    facts: { role: 'word', status: 'word', password: 'flag', unlock: 'flag' },
    commits: ['member', 'memberId', 'person'],
  },
  'member.password': { facts: {}, commits: ['member', 'person'] },
  'session.begin': { facts: {}, commits: ['member', 'person'] },
  /** Of whom and from where stands committed to, also for logins that nobody has: what is public is the same for both. */
  'session.fail': {
    facts: { failures: 'count', from: 'time', to: 'time' },
    needs: ['failures', 'from', 'to'],
    commits: ['signIns'],
  },
  'refusal.count': {
    facts: { owner: 'id', refusals: 'count', from: 'time', to: 'time' },
    needs: ['owner', 'refusals', 'from', 'to'],
  },
  'pack.propose': {
    facts: { changeId: 'id', pack: 'word', version: 'count', packSha256: 'hash', document: 'text' },
    needs: ['changeId', 'pack', 'packSha256', 'document'],
    commits: ['member', 'person'],
  },
  'pack.adopt': {
    facts: { changeId: 'id', pack: 'word', version: 'count', packSha256: 'hash' },
    needs: ['changeId', 'pack', 'packSha256'],
    commits: ['member', 'person'],
  },
  'pack.withdraw': { facts: { changeId: 'id' }, needs: ['changeId'], commits: ['member', 'person'] },
  'purposes.set': { facts: { purposes: 'words' }, needs: ['purposes'], commits: ['member', 'person'] },
  /** 0: no end of the agency's own. */
  'retention.set': { facts: { days: 'count' }, needs: ['days'], commits: ['member', 'person'] },
  /** What is kept is shortened by two: `days` as proposed, and as it is then. */
  'retention.propose': {
    facts: { changeId: 'id', days: 'count' },
    needs: ['changeId', 'days'],
    commits: ['member', 'person'],
  },
  'retention.adopt': {
    facts: { changeId: 'id', days: 'count' },
    needs: ['changeId', 'days'],
    commits: ['member', 'person'],
  },
  'retention.withdraw': { facts: { changeId: 'id' }, needs: ['changeId'], commits: ['member', 'person'] },
  'data.purge': {
    facts: { before: 'time', frames: 'count', reads: 'count', pictures: 'count' },
    needs: ['before', 'frames', 'reads', 'pictures'],
  },
  'policy.set': {
    facts: {
      revision: 'count',
      purposes: 'text',
      users: 'text',
      monitoring: 'text',
      sharing: 'text',
      custodian: 'text',
      accuracy: 'text',
      retention: 'text',
    },
    needs: ['revision'],
    commits: ['member', 'person'],
  },
  'camera.add': { facts: { cameraId: 'id' }, needs: ['cameraId'], commits: ['member', 'person'] },
  /** Where it stands opens it to grants for that area. */
  'camera.move': { facts: { cameraId: 'id' }, needs: ['cameraId'], commits: ['member', 'person'] },
  'camera.credential': {
    facts: { cameraId: 'id', credentialId: 'id', scheme: 'word' },
    needs: ['cameraId', 'credentialId'],
    commits: ['member', 'person'],
  },
  'camera.revoke': {
    facts: { cameraId: 'id', credentialId: 'id', revoked: 'flag' },
    needs: ['cameraId'],
    commits: ['member', 'person'],
  },
  'camera.configure': {
    facts: { cameraId: 'id', revision: 'count' },
    needs: ['cameraId', 'revision'],
    commits: ['change', 'member', 'person'],
  },
  /** The reason why a camera's newest frame was opened is committed to. */
  'camera.look': {
    facts: { cameraId: 'id', frameId: 'id', reads: 'count' },
    needs: ['cameraId', 'frameId', 'reads'],
    commits: ['reason', 'member', 'person'],
  },
  'read.count': { facts: { day: 'day', frames: 'count', reads: 'count' }, needs: ['day', 'frames', 'reads'] },
  'read.search': { ...question, needs: ['purpose', 'from', 'to', 'searchId', 'asked'] },
  'read.picture': { ...question, needs: ['purpose', 'searchId', 'asked', 'under', 'read', 'picture'] },
  'read.watch': { ...question, needs: ['purpose', 'from', 'to', 'searchId', 'asked'] },
  /** Only where it was refused. */
  'read.follow': { facts: { under: 'id' } },
  /** `under`: the watch; told by its member, or by a process when its time is over. */
  'read.watched': {
    facts: { under: 'id', purpose: 'word', rows: 'count', crops: 'count' },
    needs: ['under', 'purpose', 'rows', 'crops'],
  },
  /** `pictures`: none, crops, or crops and frames; the rows of each owner are in `asked`. */
  'read.export': {
    ...question,
    facts: { ...question.facts, format: 'word', pictures: 'word' },
    needs: ['purpose', 'searchId', 'asked', 'under', 'format', 'pictures'],
  },
  /** The text that it was corrected to is committed to, as a plate. */
  'read.review': {
    facts: { read: 'id', under: 'id', verdict: 'word' },
    needs: ['read', 'under', 'verdict'],
    commits: ['reason', 'member', 'person'],
  },
  'grant.request': {
    facts: {
      owner: 'id',
      grantId: 'id',
      purposes: 'words',
      ownerName: 'name',
      granteeName: 'name',
      cameraIds: 'idsOrAll',
      /** Which of the owner's cameras stand there is looked up at each search. */
      area: 'area',
      dataWindowDays: 'count',
      validFrom: 'time',
      validUntil: 'time',
      searchesPerDayMax: 'countOrNone',
      rowsPerSearchMax: 'count',
      termsSha256: 'hash',
      declarations: 'words',
      granteeClass: 'word',
      granteeState: 'state',
      /** Stands for the plates, which are committed to. */
      platesCommitment: 'hash',
      platesPerDayMax: 'countOrNone',
      fields: 'words',
      amends: 'id',
      /** For emergencies: how long one opening lasts. */
      openingMinutes: 'count',
    },
    needs: ['owner', 'grantId'],
  },
  'grant.approve': {
    facts: { grantId: 'id', keyId: 'id', documentSha256: 'hash', signature: 'signature', approved: 'flag' },
    needs: ['grantId'],
  },
  /** Openings of a grant for emergencies: asked for by one member of the grantee, confirmed by another, reviewed by the owner. In both logs, whole. */
  'opening.ask': {
    facts: { grantId: 'id', openingId: 'id', purpose: 'word' },
    needs: ['grantId', 'openingId', 'purpose'],
    commits: ['caseNumber', 'reason', 'member', 'person'],
  },
  'opening.confirm': opening,
  'opening.end': opening,
  'opening.review': {
    facts: { grantId: 'id', openingId: 'id', decision: 'word' },
    needs: ['grantId', 'openingId', 'decision'],
    commits: ['note', 'member', 'person'],
  },
  'key.add': {
    facts: { keyId: 'id', publicKey: 'signature' },
    needs: ['keyId', 'publicKey'],
    commits: ['member', 'person'],
  },
  'key.revoke': { facts: { keyId: 'id' }, needs: ['keyId'], commits: ['member', 'person'] },
  'grant.decline': grantStep,
  /** `unused`: by the process that finds grants which nobody uses. */
  'grant.suspend': { facts: { grantId: 'id', unused: 'flag' }, needs: ['grantId'] },
  'grant.revoke': grantStep,
  'grant.expire': grantStep,
  /** What an owner is told of the use of its data, by a process or a member; `destinations`: where it goes. */
  'digest.make': {
    facts: {
      ...{ digestId: 'id', from: 'time', to: 'time', documentSha256: 'hash', destinations: 'ids' },
      ...{ grants: 'count', searches: 'count', rows: 'count', refused: 'count' },
    },
    needs: ['digestId', 'from', 'to', 'documentSha256', 'grants', 'searches', 'rows', 'refused', 'destinations'],
  },
  'digest.set': { facts: { every: 'word' }, needs: ['every'], commits: ['member', 'person'] },
  /** `paths`: the ways that led across. */
  'canary.run': {
    facts: { tried: 'count', crossed: 'count', paths: 'words', listSha256: 'hash' },
    needs: ['tried', 'crossed', 'paths', 'listSha256'],
  },
  /** `document`: what is proposed, as JSON: {needed, seconds, witnesses: [{key, name, url}]}. */
  'witnesses.propose': {
    facts: { changeId: 'id', document: 'text' },
    needs: ['changeId', 'document'],
    commits: ['member', 'person'],
  },
  'witnesses.adopt': {
    facts: { changeId: 'id', document: 'text' },
    needs: ['changeId', 'document'],
    commits: ['member', 'person'],
  },
  'witnesses.away': { facts: { needed: 'count' }, needs: ['needed'] },
  'witnesses.back': { facts: { needed: 'count' }, needs: ['needed'] },
  'sharing.resume': { facts: { stoppedAt: 'time' }, needs: ['stoppedAt'], commits: ['note', 'member', 'person'] },
  'alert.acknowledge': {
    facts: { alertId: 'id', asker: 'id', refused: 'word', refusedBy: 'word', count: 'count' },
    needs: ['alertId', 'asker', 'refused', 'refusedBy', 'count'],
    commits: ['member', 'person'],
  },
  /** The address is committed to: an e-mail address is a person's, and that of a webhook may hold a token. */
  'destination.add': {
    facts: { destinationId: 'id', channel: 'word' },
    needs: ['destinationId', 'channel'],
    commits: ['address', 'member', 'person'],
  },
  'destination.test': {
    facts: { destinationId: 'id', deliveryId: 'id' },
    needs: ['destinationId', 'deliveryId'],
    commits: ['member', 'person'],
  },
  'destination.remove': { facts: { destinationId: 'id' }, needs: ['destinationId'], commits: ['member', 'person'] },
  /** Of an auditor's own. The address is nobody's but his, and is not in the log. */
  'flag-destination.add': {
    facts: { destinationId: 'id', channel: 'word' },
    needs: ['destinationId', 'channel'],
    commits: ['member', 'person'],
  },
  'flag-destination.test': {
    facts: { destinationId: 'id', deliveryId: 'id' },
    needs: ['destinationId', 'deliveryId'],
    commits: ['member', 'person'],
  },
  'flag-destination.remove': {
    facts: { destinationId: 'id' },
    needs: ['destinationId'],
    commits: ['member', 'person'],
  },
  'flag.list': { facts: {}, commits: ['member', 'person'] },
  'flag.decide': {
    facts: { flagId: 'id', pattern: 'word', decision: 'word' },
    needs: ['flagId', 'pattern', 'decision'],
    commits: ['note', 'member', 'person'],
  },
  'flag.enlist': {
    facts: { listedPlateId: 'id', listed: 'flag' },
    needs: ['listedPlateId', 'listed'],
    commits: ['member', 'person'],
  },
  'review.list': { facts: {}, commits: ['member', 'person'] },
  'review.decide': {
    facts: { reviewed: 'id', decision: 'word' },
    needs: ['reviewed', 'decision'],
    commits: ['note', 'member', 'person'],
  },
  'audit.read': { facts: {}, commits: ['member', 'person'] },
  'audit.preview': {
    facts: { from: 'time', to: 'time', fields: 'fields', entries: 'count' },
    needs: ['from', 'to', 'fields', 'entries'],
    commits: ['member', 'person'],
  },
  'audit.disclose': {
    facts: { from: 'time', to: 'time', fields: 'fields', entries: 'count', suppressBelow: 'count' },
    needs: ['from', 'to', 'fields', 'entries'],
    commits: ['request', 'member', 'person'],
  },
};

const version = 30;

/** The table as text: canonical JSON, the same for every log that this version writes. */
export const schemaDocument: string = canonical({ version, forms, kinds } as unknown as Json);

/** SHA-256 of the document, in hex; each entry names it. */
export const schemaHash: string = createHash('sha256').update(schemaDocument, 'utf8').digest('hex');

export const schemaVersion = version;

/** Names of the kinds that the table knows, for the test that none is forgotten. */
export const kindNames: readonly string[] = Object.keys(kinds);

const expressions = new Map(Object.entries(forms).map(([form, text]) => [form, new RegExp(`^${text}$`, 'u')]));

/** Whether this fact of this kind may stand in the entry for everybody. */
export const isPublicFact = (kind: string, name: string, value: Json): boolean => {
  const form = Object.hasOwn(kinds, kind) ? kinds[kind]?.facts[name] : undefined;
  return form !== undefined && (expressions.get(form)?.test(canonical(value)) ?? false);
};
