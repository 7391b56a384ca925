// Days and times as people type them behind an option.
import { InvalidArgumentError } from 'commander';

/** A day as its beginning (UTC), or a time. */
export const moment = (text: string): string => {
  const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-/.test(text))
    throw new InvalidArgumentError('It must be a day such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z.');
  return time.toISOString();
};
