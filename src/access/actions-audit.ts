// Actions on an agency's own log, and its public side.

export const auditActions = {
  'audit.read': {
    members: ['auditor', 'administrator', 'supervisor'],
    does: 'reads',
    entry: 'always',
    opens: "the agency's own log",
  },
  'audit.preview': {
    members: ['auditor', 'administrator'],
    does: 'reads',
    entry: 'always',
    opens: 'the first entries of a release for a records request, as it would disclose them',
  },
  'audit.disclose': {
    members: ['auditor', 'administrator'],
    does: 'reads',
    entry: 'always',
    opens: "entries of the agency's own log for a records request: named fields, plates by pseudonyms",
  },
  'logkey.list': {
    members: ['officer', 'supervisor', 'administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: "the keys with which the agency's log was and is signed, by their public halves, and what is proposed",
  },
  'logkey.propose': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: "a proposal to replace the key with which the agency's log is signed",
  },
  'logkey.rotate': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens:
      'another key for the log, made by the house; the one before is destroyed, by another administrator than proposed it',
  },
  'period.list': {
    members: ['officer', 'supervisor', 'administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: "the months of the agency's log, how many entries of each have sealed values, and whose key is destroyed",
  },
  'period.seal': {
    members: [],
    machine: 'sweep',
    does: 'writes',
    entry: 'refusal',
    opens: "the sealing of opened values in the agency's log under the key of their month",
  },
  'period.propose': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: "a proposal to destroy the key of a month's personal values in the log",
  },
  'period.withdraw': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens: 'the end of such a proposal',
  },
  'period.destroy': {
    members: ['administrator'],
    does: 'writes',
    entry: 'always',
    opens:
      "the destruction of that key, by another administrator than proposed it: the month's personal values are gone, its entries stay",
  },
  'log.publish': {
    members: [],
    machine: 'publish',
    does: 'reads',
    entry: 'refusal',
    opens: "the public side of the agency's log: tree, commitments and facts, no opened value",
  },
} as const;
