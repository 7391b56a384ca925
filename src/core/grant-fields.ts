// What a grant may give of a read beside its text and time.

/** `place`: name and position of the camera. */
export const grantFields = ['picture', 'place'] as const;
export type GrantField = (typeof grantFields)[number];
