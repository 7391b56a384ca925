// What the entry of a search, and of what is opened under it, holds of the question. A vehicle's make and model are whatever somebody typed: they are committed
// to, as the plate is.

export const question = {
  facts: {
    purpose: 'word',
    from: 'time',
    to: 'time',
    cameras: 'ids',
    /** How many characters of the plate may differ, beside those that look alike. */
    fuzzy: 'count',
    regions: 'words',
    states: 'states',
    confidenceMin: 'share',
    area: 'area',
    vehicleTypes: 'words',
    vehicleColors: 'words',
    direction: 'direction',
    places: 'places',
    beneficiary: 'word',
    beneficiaryClass: 'word',
    beneficiaryState: 'state',
    searchId: 'id',
    asked: 'verdicts',
    /** Whether it names no case, or its reason is one word. */
    vague: 'flag',
    under: 'id',
    read: 'id',
    picture: 'word',
  },
  commits: ['caseNumber', 'reason', 'member', 'person'],
} as const;
