// Moments as people read them: in the time of this computer, and the same in UTC beside it, so that two agencies mean one moment.
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const localDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const zone = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' });

/** The short name of this computer's time zone, such as CET. */
export const zoneName = (at: Date): string =>
  zone.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? 'local';

/** `23 Nov 2026, 22:14:05`, in local time. */
export const sayLocal = (at: string): string => local.format(new Date(at));
/** `23 Nov 2026`. */
export const sayDay = (at: string): string => localDay.format(new Date(at));
/** `2026-11-23 21:14:05 UTC`. */
export const sayUtc = (at: string): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A moment in local time and in UTC. */
export const Moment = ({ at }: { readonly at: string }) => (
  <span className="moment">
    <time dateTime={at}>
      {sayLocal(at)} {zoneName(new Date(at))}
    </time>
    <span className="quiet">{sayUtc(at)}</span>
  </span>
);
