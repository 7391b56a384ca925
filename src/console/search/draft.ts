// What an officer has typed into the search form. Purpose, case and reason last for the shift, in this tab alone; the plate stays in
// memory and is never stored. Another member who signs in here finds none of it.

import { noArea, type AreaText } from '../map/area.js';

export type WindowChoice = '1h' | '24h' | '7d' | '30d' | '366d' | 'custom';

/** What is looked for: cars that passed, each read by itself, the way of one plate, or plates that were seen at several places. */
export type Mode = 'passages' | 'reads' | 'travel' | 'places';

/** One of several places, each in its time. */
export interface PlaceDraft {
  readonly by: 'cameras' | 'area';
  readonly cameraIds: readonly string[];
  readonly area: AreaText;
  /** Local times of `datetime-local` fields. */
  readonly from: string;
  readonly to: string;
}
export const emptyPlace: PlaceDraft = { by: 'cameras', cameraIds: [], area: noArea, from: '', to: '' };

export interface Draft {
  readonly plate: string;
  /** How many characters may differ beside those that look alike; empty: none differs at all. */
  readonly fuzzy: '' | '0' | '1' | '2';
  readonly purpose: string;
  readonly caseNumber: string;
  readonly reason: string;
  /** Empty: not said, which only a law that asks for it minds. */
  readonly behalf: '' | 'self' | 'other';
  readonly behalfName: string;
  readonly behalfClass: string;
  readonly behalfState: string;
  /** Short names of the agencies to ask, beside the own one. */
  readonly others: readonly string[];
  readonly own: boolean;
  readonly window: WindowChoice;
  /** Local times of `datetime-local` fields; empty when open. */
  readonly from: string;
  readonly to: string;
  readonly cameraIds: readonly string[];
  readonly mode: Mode;
  /** Kinds of plates. */
  readonly regions: readonly string[];
  /** States as typed, with commas between them. */
  readonly states: string;
  /** In percent; empty: any. */
  readonly confidence: string;
  /** What a camera told of the vehicle; empty: any. */
  readonly vehicleType: string;
  readonly vehicleColor: string;
  readonly make: string;
  readonly model: string;
  readonly direction: string;
  readonly area: AreaText;
  readonly places: readonly PlaceDraft[];
}

export const emptyDraft: Draft = {
  ...{ plate: '', fuzzy: '', purpose: '', caseNumber: '', reason: '' },
  ...{ behalf: '', behalfName: '', behalfClass: 'city', behalfState: '' },
  ...{ others: [], own: true, window: '30d', from: '', to: '', cameraIds: [] },
  ...{ vehicleType: '', vehicleColor: '', make: '', model: '', direction: '' },
  ...{ mode: 'passages', regions: [], states: '', confidence: '', area: noArea, places: [emptyPlace, emptyPlace] },
};

const prefix = 'plateward.shift.';
const plates = new Map<string, string>();

const isDraft = (value: unknown): value is Partial<Draft> => typeof value === 'object' && value !== null;

/** What this member typed before, in this tab. */
export const loadDraft = (memberId: string): Draft => {
  const plate = plates.get(memberId) ?? '';
  try {
    const stored: unknown = JSON.parse(window.sessionStorage.getItem(prefix + memberId) ?? '{}');
    return isDraft(stored) ? { ...emptyDraft, ...stored, plate } : { ...emptyDraft, plate };
  } catch {
    return { ...emptyDraft, plate };
  }
};

export const keepDraft = (memberId: string, { plate, ...rest }: Draft): void => {
  plates.set(memberId, plate);
  try {
    window.sessionStorage.setItem(prefix + memberId, JSON.stringify(rest));
  } catch {
    // A browser that stores nothing forgets at the end of the page; the search works all the same.
  }
};

/** Forgets what all members but this one typed; all of them for the empty id. */
export const forgetDraftsBut = (memberId: string): void => {
  for (const id of [...plates.keys()]) if (id !== memberId) plates.delete(id);
  try {
    for (const key of Object.keys(window.sessionStorage))
      if (key.startsWith(prefix) && key !== prefix + memberId) window.sessionStorage.removeItem(key);
  } catch {
    // Nothing was stored, so nothing is left.
  }
};
