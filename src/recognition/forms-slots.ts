// Texts from readers that answer a character for each of a few slots, with a padding character where the plate has ended. The slots
// are independent, so a text's probability is the product over all of them; texts that differ only in where the padding stands
// are one text and their probabilities add up.
import type { Probabilities, Reading } from './ctc.js';
import { separators } from './manifest-forms.js';

export interface SlotAlphabet {
  /** Characters of the classes in order, padding and separators included. */
  readonly characters: string;
  readonly pad: string;
}

/** Classes followed a slot, texts kept, candidates answered. */
const followed = 4;
const beam = 24;
const answered = 5;

/** The likeliest text; empty where every slot is padding. Separators are not kept. */
export const decodeSlots = ({ data, steps, classes }: Probabilities, { characters, pad }: SlotAlphabet): Reading => {
  let beams: readonly { readonly picks: readonly number[]; readonly p: number }[] = [{ picks: [], p: 1 }];
  for (let slot = 0; slot < steps; slot++) {
    const row = data.subarray(slot * classes, (slot + 1) * classes);
    const best = Array.from(row.keys())
      .sort((a, b) => row[b]! - row[a]!)
      .filter((k, rank) => rank === 0 || row[k]! > 0)
      .slice(0, followed);
    beams = beams
      .flatMap(({ picks, p }) => best.map((k) => ({ picks: [...picks, k], p: p * row[k]! })))
      .sort((a, b) => b.p - a.p)
      .slice(0, beam);
  }
  const isKept = (k: number) => characters[k] !== pad && !separators.includes(characters[k]!);
  const spell = (picks: readonly number[]) =>
    picks
      .filter(isKept)
      .map((k) => characters[k])
      .join('');
  const texts = new Map<string, number>();
  for (const { picks, p } of beams) texts.set(spell(picks), (texts.get(spell(picks)) ?? 0) + p);
  const candidates = [...texts]
    .map(([text, p]) => ({ text, confidence: Math.min(1, p) }))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, answered);
  const { text, confidence } = candidates[0]!;
  const { picks } = beams.find((each) => spell(each.picks) === text)!;
  const chars = picks.flatMap((k, slot) =>
    isKept(k) ? [{ c: characters[k]!, p: Math.min(1, data[slot * classes + k]!) }] : [],
  );
  return { text, confidence: Math.min(confidence, ...chars.map(({ p }) => p)), chars, candidates };
};

/** Rows of `classes` numbers as probabilities, in place (softmax). */
export const softmaxRows = (data: Float32Array, classes: number): void => {
  for (let at = 0; at < data.length; at += classes) {
    const row = data.subarray(at, at + classes);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    let sum = 0;
    for (let k = 0; k < row.length; k++) sum += row[k] = Math.exp(row[k]! - most);
    for (let k = 0; k < row.length; k++) row[k]! /= sum;
  }
};
