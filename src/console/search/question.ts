// From what was typed to the question that is sent, or to the sentences that say what is missing, by field. The server checks all
// of it again; this only spares a person the way there and back.
import { nearPlate, parsePlatePattern } from '../../core/plate.js';
import { PlatewardError } from '../../core/errors.js';
import { vehicleNameForm } from '../../core/told.js';
import { areaOf, type Area } from '../map/area.js';
import type { Draft, Mode, PlaceDraft, WindowChoice } from './draft.js';

const dayMs = 86_400_000;
export const windows: readonly (readonly [WindowChoice, string, number])[] = [
  ['1h', 'Last hour', 1 / 24],
  ['24h', 'Last 24 hours', 1],
  ['7d', 'Last 7 days', 7],
  ['30d', 'Last 30 days', 30],
  ['366d', 'Last year', 366],
  ['custom', 'From … to …', 0],
];
/** What passed cameras is not listed for months: the longest time without a plate, and at one of several places, in days. */
export const listingDaysMax = 7;

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

export type Faults = Partial<Record<keyof Draft, string>> & {
  /** Which of several places the fault of places is about, from 0. */
  readonly place?: number;
};

/** Always the same, so that a form without faults is not made anew for it. */
export const noFaults: Faults = {};

/** What is sent. Each page of an answer is the same question, with where to go on. */
export interface Question {
  readonly mode: Mode;
  readonly fuzzy: boolean;
  readonly path: '/api/v1/searches' | '/api/v1/searches/places';
  readonly body: Readonly<Record<string, unknown>>;
}

/** Results that one question asks for. */
export const limit = 100;

const windowOf = ({ window, from, to }: Draft, now: Date): { readonly from?: string; readonly to?: string } => {
  const days = windows.find(([name]) => name === window)?.[2] ?? 30;
  if (window !== 'custom')
    return { from: new Date(now.getTime() - days * dayMs + (days > 1 ? 60_000 : 0)).toISOString() };
  return {
    ...(from !== '' && { from: new Date(from).toISOString() }),
    ...(to !== '' && { to: new Date(to).toISOString() }),
  };
};

export const statesOf = (text: string): string[] =>
  text
    .toUpperCase()
    .split(/[\s,;]+/)
    .filter((each) => each !== '');

const filtersOf = ({ regions, states, confidence, vehicleType, vehicleColor, make, model, direction }: Draft) => ({
  ...(vehicleType !== '' && { vehicleTypes: [vehicleType] }),
  ...(vehicleColor !== '' && { vehicleColors: [vehicleColor] }),
  ...(make.trim() !== '' && { make: make.trim() }),
  ...(model.trim() !== '' && { model: model.trim() }),
  ...(direction !== '' && { direction }),
  ...(regions.length > 0 && { regions }),
  ...(states.trim() !== '' && { states: statesOf(states) }),
  ...(confidence !== '' && { confidenceMin: Number(confidence) / 100 }),
});

const plateFault = ({ plate, fuzzy, mode }: Draft): string | undefined => {
  const distance = mode === 'travel' ? undefined : distanceOf(fuzzy);
  try {
    const pattern = parsePlatePattern(plate);
    if (mode === 'travel' && pattern.kind !== 'exact')
      return 'The way of a plate needs the whole plate, without ? and *.';
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

const windowFault = ({ window, from, to, plate }: Draft, now: Date): Faults => {
  if (window === 'custom' && from !== '' && to !== '' && from >= to)
    return { from: 'The beginning must be before the end.' };
  if (plate.trim() !== '') return {};
  const sentence = `Without a plate a search covers at most ${listingDaysMax} days: choose a shorter time.`;
  if (window !== 'custom')
    return (windows.find(([name]) => name === window)?.[2] ?? 0) > listingDaysMax ? { window: sentence } : {};
  const end = to === '' ? now : new Date(to);
  return from !== '' && end.getTime() - new Date(from).getTime() > listingDaysMax * dayMs ? { from: sentence } : {};
};

const placeFault = ({ by, cameraIds, area, from, to }: PlaceDraft): string | undefined => {
  if (by === 'cameras' && cameraIds.length === 0) return 'choose at least one camera, or an area.';
  const found = areaOf(area);
  if (by === 'area' && typeof found === 'string') return found;
  if (by === 'area' && found === undefined) return 'give the four sides of the area.';
  if (from === '' || to === '') return 'say from when to when.';
  if (from >= to) return 'the beginning must be before the end.';
  if (new Date(to).getTime() - new Date(from).getTime() > listingDaysMax * dayMs)
    return `at most ${listingDaysMax} days at one place.`;
  return undefined;
};

/** What is wrong with where and when. */
const placesFaults = ({ places }: Draft): Faults => {
  const at = places.findIndex((each) => placeFault(each) !== undefined);
  if (at >= 0) return { places: `Place ${at + 1}: ${placeFault(places[at]!) ?? ''}`, place: at };
  const times = places.flatMap(({ from, to }) => [new Date(from).getTime(), new Date(to).getTime()]);
  return Math.max(...times) - Math.min(...times) > 366 * dayMs
    ? { places: 'All places must lie within 366 days.' }
    : {};
};

const whereFaults = (draft: Draft, now: Date): Faults => {
  const area = areaOf(draft.area);
  const plate =
    draft.plate.trim() !== '' || draft.mode === 'travel'
      ? plateFault(draft)
      : draft.cameraIds.length === 0 && area === undefined
        ? 'Type a plate, or choose cameras or an area below to see what passed there.'
        : undefined;
  return { plate, ...windowFault(draft, now), ...(typeof area === 'string' && { area }) };
};

const faultsOf = (draft: Draft, agencies: readonly string[], now: Date, askBehalf: boolean): Faults => {
  const faults: { -readonly [Name in keyof Faults]: Faults[Name] } = {
    ...(draft.mode === 'places' ? placesFaults(draft) : whereFaults(draft, now)),
  };
  if (draft.purpose === '') faults.purpose = 'Choose what the search is for.';
  if (!/[\p{L}\p{N}]/u.test(draft.caseNumber)) faults.caseNumber = 'Give the case or incident number.';
  if (draft.reason.trim().length < 3) faults.reason = 'Say why in a few words; every agency that answers keeps it.';
  if (askBehalf && draft.behalf === '')
    faults.behalf = 'Choose on whose behalf you search; without it you are refused.';
  if (draft.behalf === 'other') {
    if (draft.behalfName.trim() === '') faults.behalfName = 'Name the body that you search for.';
    if (!/^[a-z]{2}$/i.test(draft.behalfState.trim())) faults.behalfState = 'Give two letters, such as IL.';
  }
  if (agencies.length === 0) faults.others = 'Choose at least one agency to ask.';
  if (statesOf(draft.states).some((each) => !/^[A-Z]{2}$/.test(each)))
    faults.states = 'Give states by two letters, with commas between them, such as IL, MO.';
  for (const field of ['make', 'model'] as const)
    if (draft[field].trim() !== '' && !vehicleNameForm.test(draft[field].trim()))
      faults[field] = 'Use letters A to Z, digits, spaces and . & + - alone.';
  if (draft.confidence !== '' && !(Number(draft.confidence) >= 0 && Number(draft.confidence) <= 100))
    faults.confidence = 'Give percent, from 0 to 100.';
  return Object.fromEntries(Object.entries(faults).filter(([, sentence]) => sentence !== undefined));
};

const placeOf = ({ by, cameraIds, area, from, to }: PlaceDraft) => ({
  ...(by === 'cameras' ? { cameraIds } : { area: areaOf(area) as Area }),
  ...{ from: new Date(from).toISOString(), to: new Date(to).toISOString() },
});

const whyOf = (draft: Draft, agencies: readonly string[]) => ({
  purpose: draft.purpose,
  caseNumber: draft.caseNumber.trim(),
  reason: draft.reason.trim(),
  onBehalfOf:
    draft.behalf !== 'other'
      ? 'self'
      : {
          name: draft.behalfName.trim(),
          legalClass: draft.behalfClass,
          state: draft.behalfState.trim().toUpperCase(),
        },
  agencies,
});

/** The question of a draft without faults. */
const askedOf = (draft: Draft, agencies: readonly string[], now: Date): Question => {
  const { mode } = draft;
  const common = { ...whyOf(draft, agencies), ...filtersOf(draft) };
  if (mode === 'places') {
    const body = { ...common, places: draft.places.map(placeOf) };
    return { mode, fuzzy: false, path: '/api/v1/searches/places', body };
  }
  const plate = draft.plate.trim();
  const fuzzy = plate === '' || mode === 'travel' ? undefined : distanceOf(draft.fuzzy);
  const area = areaOf(draft.area);
  const body = {
    ...common,
    ...(plate !== '' && { plate }),
    ...(fuzzy !== undefined && { fuzzy }),
    ...(draft.cameraIds.length > 0 && { cameraIds: draft.cameraIds }),
    ...(area !== undefined && { area }),
    ...windowOf(draft, now),
    ...{ as: mode, limit },
  };
  return { mode, fuzzy: fuzzy !== undefined, path: '/api/v1/searches', body };
};

/**
 * @param agencies short names of those that are asked
 * @param now the moment from which the window counts back
 * @param askBehalf whether the law of one of them asks on whose behalf a search is made
 */
export const questionOf = (
  draft: Draft,
  agencies: readonly string[],
  now: Date,
  askBehalf = false,
): { readonly faults: Faults; readonly question?: Question } => {
  const faults = faultsOf(draft, agencies, now, askBehalf);
  if (Object.keys(faults).length > 0) return { faults };
  return { faults: noFaults, question: askedOf(draft, agencies, now) };
};
