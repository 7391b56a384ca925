// Canonical JSON: one text for one value, so that a hash of it means something (RFC 8785, JSON Canonicalization Scheme).
// Object keys are sorted by UTF-16 code units, as the RFC asks and Array.prototype.sort does; numbers print as ECMAScript does.

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The canonical text of a value. Members that are undefined are left out, as JSON has no word for them.
 * @throws TypeError for numbers that JSON cannot carry
 */
export const canonical = (value: Json): string => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('JSON has no such number');
    return JSON.stringify(value);
  }
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key]!)}`);
  return `{${members.join(',')}}`;
};

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
