// Actions on an owner's digests: what others did with its data, told by period.

export const digestActions = {
  'digest.list': {
    members: ['administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: "digests of the use of the agency's data by others, in counts",
  },
  'digest.make': {
    members: ['administrator', 'auditor'],
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'a digest of that use, counted by the database, and its way to the destinations of alerts',
  },
  'digest.set': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: 'a change of how often digests are made',
  },
} as const;
