// The words for who people and agencies are.
import { z } from 'zod';

/** officer: searches; supervisor: also sees his agency's log; administrator: grants, cameras, members; auditor: sees accesses, never plates. */
export const roles = ['officer', 'supervisor', 'administrator', 'auditor'] as const;
export type Role = (typeof roles)[number];
export const role = z.enum(roles);

export const legalClasses = ['city', 'county', 'state', 'federal', 'university', 'tribal', 'special_district'] as const;
export type LegalClass = (typeof legalClasses)[number];
export const legalClass = z.enum(legalClasses);

/** Two-letter USPS code of a state or territory. */
export const stateCode = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z]{2}$/, 'must be a two-letter state code such as CA');

/** Short public name of an agency in addresses and logins, such as `springfield-pd`. */
export const slug = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 lower-case letters, digits or inner dashes');

/** A purpose as a stable word, such as `stolen-vehicle`. Each agency keeps its own list. */
export const purpose = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$/, 'must be 3 to 60 lower-case letters, digits or inner dashes');

/** The list that a new agency starts with. */
export const defaultPurposes: readonly string[] = [
  'stolen-vehicle',
  'missing-person',
  'homicide',
  'robbery',
  'assault',
  'hit-and-run',
  'amber-alert',
];
