// Why the key with which a log is signed is replaced: because it is time to, or because somebody else may have it.
export const logKeyCauses = ['scheduled', 'compromised'] as const;
export type LogKeyCause = (typeof logKeyCauses)[number];
