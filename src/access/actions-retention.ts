// Actions on how long an agency keeps its reads and pictures.

export const retentionActions = {
  'retention.get': {
    members: ['officer', 'supervisor', 'administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'how long reads and pictures are kept',
  },
  'retention.simulate': {
    members: ['administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'what another end of keeping would remove: counts of reads and frames, without plates',
  },
  'retention.set': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: 'a change of how long reads and pictures are kept that removes nothing',
  },
  'retention.propose': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: 'a proposal to keep reads and pictures for a shorter time',
  },
  'retention.adopt': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: "that shorter time, by another administrator's proposal, and so the removal of what is past it",
  },
  'retention.withdraw': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: 'the end of such a proposal',
  },
} as const;
