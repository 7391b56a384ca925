// The actions of what is looked at live: reads as they come, and whether cameras work.

const searchers = ['officer', 'supervisor'] as const;

export const liveActions = {
  'read.watch': {
    members: searchers,
    does: 'reads',
    entry: 'always',
    opens: 'own reads as they come, for ten minutes',
  },
  'read.follow': {
    members: searchers,
    does: 'reads',
    entry: 'refusal',
    opens: 'the next reads of such a watch that is on record, with their crops; how many is told when it ends',
  },
  'read.watched': {
    members: searchers,
    machine: 'sweep',
    does: 'writes',
    entry: 'always',
    opens: 'the end of a watch, with how many reads and crops it showed',
  },
  'camera.health': {
    members: ['officer', 'supervisor', 'administrator', 'auditor'],
    does: 'reads',
    entry: 'refusal',
    opens: "whether the agency's cameras work: newest frame, credential, clock; no picture, no plate",
  },
  'camera.look': {
    members: ['administrator', 'supervisor'],
    does: 'reads',
    entry: 'always',
    opens: "a camera's newest frame with what was read in it, to see whether it works",
  },
} as const;
