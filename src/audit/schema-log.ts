// What entries about the log itself hold: how to read what follows, and which keys sign it. A part of the table of entries (schema.ts).
export const logKinds = {
  'log.schema': {
    facts: { version: 'count', sha256: 'hash', document: 'text', before: 'before' },
    needs: ['version', 'sha256', 'document'],
  },
  'log.key': { facts: { key: 'key', number: 'count' }, needs: ['key', 'number'] },
  'logkey.propose': {
    facts: { changeId: 'id', cause: 'word' },
    needs: ['changeId', 'cause'],
    commits: ['member', 'person'],
  },
  /** `possession`: the new key's signature over whose place it takes; `destroyed`: of the private half of the key before, once it has signed this entry's head. */
  'logkey.rotate': {
    facts: {
      changeId: 'id',
      cause: 'word',
      number: 'count',
      before: 'key',
      key: 'key',
      possession: 'signature',
      destroyed: 'flag',
    },
    needs: ['changeId', 'number', 'before', 'key', 'possession', 'destroyed'],
    commits: ['member', 'person'],
  },
  'period.propose': {
    facts: { changeId: 'id', period: 'month' },
    needs: ['changeId', 'period'],
    commits: ['reason', 'member', 'person'],
  },
  'period.withdraw': {
    facts: { changeId: 'id', period: 'month' },
    needs: ['changeId', 'period'],
    commits: ['member', 'person'],
  },
  /** `entries`: how many lose their personal values; `proposer`: the administrator who proposed it, by id. */
  'period.destroy': {
    facts: { changeId: 'id', period: 'month', entries: 'count' },
    needs: ['changeId', 'period', 'entries'],
    commits: ['reason', 'proposer', 'member', 'person'],
  },
} as const;
