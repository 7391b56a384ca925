// The legal classes as the screen offers them; the type checker holds the list to the one of the house.
import type { LegalClass } from '../../core/roles.js';

const all: Readonly<Record<LegalClass, true>> = {
  ...{ city: true, county: true, state: true, federal: true, university: true, tribal: true, special_district: true },
};

export const legalClasses: readonly string[] = Object.keys(all);
