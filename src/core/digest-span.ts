// What span of time a digest is of, in words. It knows no form of a digest, so that a page in the browser can say it without one.

export const day = (at: string): string => at.slice(0, 10);

/** The beginning or end of a digest (UTC): the day where it is midnight, as those of the schedule are. */
const border = (at: string): string => (at.slice(11, 16) === '00:00' ? day(at) : at.slice(0, 16).replace('T', ' '));

/** What a digest is of. */
export const digestSpan = ({ from, to }: { readonly from: string; readonly to: string }): string =>
  `${border(from)} to ${border(to)}`;
