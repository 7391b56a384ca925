// The usage and privacy policy of an agency that keeps reads of plates: the seven items that Cal. Civ. Code 1798.90.51 (b)(2) asks for, in
// its order. One form for the interface, the command's file, the entry in the log and the public page.
import { z } from 'zod';

/** What each item says, as the public page heads it, and the letter of the law's list. */
export const policyItems = {
  purposes: { letter: 'A', title: 'Authorised purposes' },
  users: { letter: 'B', title: 'Who may use it, and their training' },
  monitoring: { letter: 'C', title: 'How use is monitored' },
  sharing: { letter: 'D', title: 'Sale, sharing and transfer' },
  custodian: { letter: 'E', title: 'Official custodian' },
  accuracy: { letter: 'F', title: 'Accuracy and correction of errors' },
  retention: { letter: 'G', title: 'How long it is kept, and how it is destroyed' },
} as const;

export type PolicyItem = keyof typeof policyItems;
export const policyItemNames = Object.keys(policyItems) as readonly PolicyItem[];

/** Longest text of one item, in characters. */
export const policyTextMax = 4000;

const text = (does: string) =>
  z
    .string()
    .trim()
    .min(1)
    .max(policyTextMax)
    // Line breaks are text; other control characters are not.
    .regex(/^(?:[^\p{Cc}]|[\n\t])*$/u, 'holds a character that is not text')
    .meta({ description: does });

/** Every item as text; one that is left out is missing, and the public page says so. */
export const usagePolicy = z.strictObject({
  purposes: text('The authorised purposes for using the system and collecting its data.').optional(),
  users: text('Job titles that may use it or collect its data, and the training that they need.').optional(),
  monitoring: text('How the system is monitored for security and for compliance with privacy laws.').optional(),
  sharing: text('Purposes of, process for, and restrictions on the sale, sharing or transfer of its data.').optional(),
  custodian: text('Title of the official custodian, or owner, of the system.').optional(),
  accuracy: text('Measures that ensure accuracy and correct errors.').optional(),
  retention: text('How long data is kept, and how it is decided whether and when to destroy it.').optional(),
});
export type UsagePolicy = z.output<typeof usagePolicy>;

/** Items that a policy lacks, in the law's order. */
export const missingItems = (policy: Readonly<Partial<Record<PolicyItem, string | undefined>>>): PolicyItem[] =>
  policyItemNames.filter((item) => policy[item] === undefined);
