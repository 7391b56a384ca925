// From what was typed to the question that is sent, or to the sentences that say what is missing, by field. The server checks all
// of it again; this only spares a person the way there and back.
import { nearPlate, parsePlatePattern } from '../../core/plate.js';
import { PlatewardError } from '../../core/errors.js';
import type { Draft, WindowChoice } from './draft.js';

const dayMs = 86_400_000;
export const windows: readonly (readonly [WindowChoice, string, number])[] = [
  ['24h', 'Last 24 hours', 1],
  ['7d', 'Last 7 days', 7],
  ['30d', 'Last 30 days', 30],
  ['366d', 'Last year', 366],
  ['custom', 'From … to …', 0],
];

/** How far a read may be from the plate, as it is offered. */
export const distances: readonly (readonly [Draft['fuzzy'], string])[] = [
  ['', 'Exactly as typed'],
  ['0', 'Also characters that look alike'],
  ['1', 'Also one other character'],
  ['2', 'Also two other characters'],
];

/** The distance of that choice. */
const distanceOf = (fuzzy: Draft['fuzzy']): 0 | 1 | 2 | undefined =>
  fuzzy === '' ? undefined : fuzzy === '0' ? 0 : fuzzy === '1' ? 1 : 2;

export type Faults = Partial<Record<keyof Draft, string>>;

export interface Question {
  readonly plate?: string;
  readonly fuzzy?: 0 | 1 | 2;
  readonly purpose: string;
  readonly caseNumber: string;
  readonly reason: string;
  readonly onBehalfOf: 'self' | { readonly name: string; readonly legalClass: string; readonly state: string };
  readonly agencies: readonly string[];
  readonly cameraIds?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly as: 'passages';
  readonly limit: number;
}

/** Results that one question asks for. */
export const limit = 100;

const windowOf = ({ window, from, to }: Draft, now: Date): Pick<Question, 'from' | 'to'> => {
  const days = windows.find(([name]) => name === window)?.[2] ?? 30;
  if (window !== 'custom') return { from: new Date(now.getTime() - days * dayMs + 60_000).toISOString() };
  return {
    ...(from !== '' && { from: new Date(from).toISOString() }),
    ...(to !== '' && { to: new Date(to).toISOString() }),
  };
};

const plateFault = ({ plate, fuzzy }: Draft): string | undefined => {
  const distance = distanceOf(fuzzy);
  try {
    const pattern = parsePlatePattern(plate);
    if (distance !== undefined) nearPlate(pattern, distance);
    return undefined;
  } catch (error) {
    if (!(error instanceof PlatewardError)) return 'This cannot be read as a plate.';
    if (error.code === 'fuzzy_pattern')
      return 'Misread plates are found of a whole plate alone: leave out ? and *, or choose “Exactly as typed” below.';
    if (error.code === 'fuzzy_too_short')
      return 'Too short: too many plates would be like it. Type more of it, or let fewer characters differ.';
    return error.publicMessage;
  }
};

const faultsOf = (draft: Draft, agencies: readonly string[]): Faults => {
  const faults: Faults = {};
  if (draft.plate.trim() === '' && draft.cameraIds.length === 0)
    faults.plate = 'Type a plate, or choose cameras below to see what passed them.';
  else if (draft.plate.trim() !== '') faults.plate = plateFault(draft);
  if (draft.purpose === '') faults.purpose = 'Choose what the search is for.';
  if (!/[\p{L}\p{N}]/u.test(draft.caseNumber)) faults.caseNumber = 'Give the case or incident number.';
  if (draft.reason.trim().length < 3) faults.reason = 'Say why in a few words; every agency that answers keeps it.';
  if (draft.behalf === 'other') {
    if (draft.behalfName.trim() === '') faults.behalfName = 'Name the body that you search for.';
    if (!/^[a-z]{2}$/i.test(draft.behalfState.trim())) faults.behalfState = 'Give two letters, such as IL.';
  }
  if (agencies.length === 0) faults.others = 'Choose at least one agency to ask.';
  if (draft.window === 'custom' && draft.from !== '' && draft.to !== '' && draft.from >= draft.to)
    faults.from = 'The beginning must be before the end.';
  return Object.fromEntries(Object.entries(faults).filter(([, sentence]) => sentence !== undefined));
};

/**
 * @param agencies short names of those that are asked
 * @param now the moment from which the window counts back
 */
export const questionOf = (
  draft: Draft,
  agencies: readonly string[],
  now: Date,
): { readonly faults: Faults; readonly question?: Question } => {
  const faults = faultsOf(draft, agencies);
  if (Object.keys(faults).length > 0) return { faults };
  const plate = draft.plate.trim();
  const fuzzy = plate === '' ? undefined : distanceOf(draft.fuzzy);
  const question: Question = {
    ...(plate !== '' && { plate }),
    ...(fuzzy !== undefined && { fuzzy }),
    purpose: draft.purpose,
    caseNumber: draft.caseNumber.trim(),
    reason: draft.reason.trim(),
    onBehalfOf:
      draft.behalf === 'self'
        ? 'self'
        : {
            name: draft.behalfName.trim(),
            legalClass: draft.behalfClass,
            state: draft.behalfState.trim().toUpperCase(),
          },
    agencies,
    ...(draft.cameraIds.length > 0 && { cameraIds: draft.cameraIds }),
    ...windowOf(draft, now),
    as: 'passages',
    limit,
  };
  return { faults, question };
};
