// The actions of openings: how a grant for emergencies is opened by two, ended and reviewed.

const everyone = ['officer', 'supervisor', 'administrator', 'auditor'] as const;

export const openingActions = {
  'opening.list': {
    members: everyone,
    does: 'reads',
    entry: 'refusal',
    opens: 'openings of a grant for emergencies, given or received',
  },
  'opening.ask': {
    members: ['officer', 'supervisor', 'administrator'],
    does: 'writes',
    entry: 'always',
    opens: 'the wish to open a grant for emergencies; it opens nothing yet, and the owner hears of it',
  },
  'opening.confirm': {
    members: ['supervisor', 'administrator'],
    does: 'writes',
    entry: 'always',
    opens: "another agency's reads for as long as a grant for emergencies says, when another member has asked",
  },
  'opening.end': { members: everyone, does: 'writes', entry: 'always', opens: 'the end of an opening before its time' },
  'opening.review': {
    members: ['auditor', 'administrator'],
    does: 'writes',
    entry: 'always',
    opens: 'what the owner found of an opening, without which there is no other',
  },
} as const;
