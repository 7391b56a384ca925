// What entries of a log are about, for whoever looks for one answer in it and not for one kind. Every kind is on one of the two lists, so that a new one
// cannot quietly be left out of the answer to "who switched this on" (src/audit/groups.spec.ts).

/** Parts of a log that are asked for by name. The first three hold no entry in common. */
export const logGroups = ['own-searches', 'others-searches', 'refusals', 'access'] as const;
export type LogGroup = (typeof logGroups)[number];

/** Kinds that look at reads. */
export const searchKinds: readonly string[] = ['read.search', 'read.picture', 'read.watch', 'read.export'];

/** Kinds that can widen who sees what, or end it: grants, laws, people, cameras, keys, months of the log, times, witnesses, places that are told. */
export const accessKinds: readonly string[] = [
  ...['agency.enrol', 'agency.attest', 'log.key', 'logkey.propose', 'logkey.rotate'],
  ...['member.bootstrap', 'member.add', 'member.change'],
  ...['pack.propose', 'pack.adopt', 'pack.withdraw', 'purposes.set', 'policy.set'],
  ...['retention.set', 'retention.propose', 'retention.adopt', 'retention.withdraw'],
  ...['camera.add', 'camera.move', 'camera.credential', 'camera.revoke', 'camera.configure'],
  ...['grant.request', 'grant.approve', 'grant.decline', 'grant.suspend', 'grant.revoke', 'grant.expire'],
  ...['opening.ask', 'opening.confirm', 'opening.end', 'opening.review'],
  ...['period.propose', 'period.withdraw', 'period.destroy'],
  ...['key.add', 'key.revoke', 'sharing.resume'],
  ...['witnesses.propose', 'witnesses.adopt', 'witnesses.away', 'witnesses.back'],
  ...['destination.add', 'destination.remove', 'flag-destination.add', 'flag-destination.remove'],
  'audit.disclose',
];

/** Kinds that tell of work within what was open already. */
export const workKinds: readonly string[] = [
  ...[
    'log.schema',
    'session.begin',
    'session.fail',
    'refusal.count',
    'member.password',
    'data.purge',
    'read.count',
    'canary.run',
  ],
  ...searchKinds,
  ...[
    'read.follow',
    'read.watched',
    'camera.look',
    'read.review',
    'alert.acknowledge',
    'destination.test',
    'flag-destination.test',
  ],
  ...['flag.list', 'flag.decide', 'flag.enlist', 'review.list', 'review.decide'],
  ...['audit.read', 'audit.preview', 'digest.make', 'digest.set'],
];
