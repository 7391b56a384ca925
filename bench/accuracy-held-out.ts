// Which of the training data was never learned from: the same rules as models/training (common.is_held_out, scenes.split), so that
// what is measured here is what was kept out there.

/** `common.is_held_out`: a fixed share of the files, told by their names alone. */
export const isHeldOut = (name: string, every = 12): boolean => {
  let value = 0;
  for (const c of name) value = (value * 131 + c.codePointAt(0)!) % 1_000_003;
  return value % every === 0;
};

/** `scenes.HOLD_NEGATIVES` */
const negativesHeld = 200;

/** The pictures without plates that `scenes.split` kept out, sorted. */
export const heldOutNegatives = (names: readonly string[]): string[] => {
  const sorted = names.toSorted();
  const step = Math.max(1, Math.floor(sorted.length / negativesHeld));
  return sorted.filter((_, i) => i % step === 0).slice(0, negativesHeld);
};

/** `scenes.LEARNED` without `lhqow`, whose boxes are too loose to measure by: folders of pictures with boxes. */
const boxedSources = ['ro', 'oi'];

/** Whether a file of train/labels.csv was kept out and its boxes can be measured by. */
export const isHeldOutPicture = (name: string): boolean =>
  boxedSources.includes(name.split('/')[1] ?? '') && isHeldOut(name);
