// Actions on where an auditor is told of flags outside the console: his own, which nobody else sees or changes.

export const flagDestinationActions = {
  'flag-destination.list': {
    members: ['auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: 'where the auditor himself is told of flags outside the console, and what came of it',
  },
  'flag-destination.add': {
    members: ['auditor'],
    does: 'writes',
    entry: 'always',
    opens: 'a new destination of flags, of the auditor himself',
  },
  'flag-destination.test': {
    members: ['auditor'],
    does: 'writes',
    entry: 'always',
    opens: 'a test message to such a destination of his own',
  },
  'flag-destination.remove': {
    members: ['auditor'],
    does: 'writes',
    entry: 'always',
    opens: 'the end of such a destination of his own',
  },
} as const;
