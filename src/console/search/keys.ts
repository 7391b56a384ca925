// Keys of the outcome: from result to result, to the map, the timeline and back. They work while the focus is in the outcome and in no
// field, so that nothing typed is taken for one of them.
import { typing } from './typing.js';

const step: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };
/** Where these keys lead; the first that is there. */
const places: Readonly<Record<string, readonly string[]>> = {
  m: ['.map'],
  t: ['.bars [tabindex="0"]'],
  l: ['.passages article[data-last="true"]', '.passages article'],
};

const move = (outcome: Element, by: number): HTMLElement | undefined => {
  const cards = [...outcome.querySelectorAll<HTMLElement>('.passages article')];
  const now = cards.findIndex((card) => card.contains(document.activeElement));
  return cards[Math.min(Math.max(now + by, 0), cards.length - 1)];
};

/** Listens until the answer is called. */
export const watchKeys = (help: () => void): (() => void) => {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector('dialog[open]')) return;
    if (event.key === '?') {
      event.preventDefault();
      return help();
    }
    const focused = document.activeElement;
    const outcome = focused?.closest('.outcome');
    if (!focused || !outcome || focused.closest('pre, form')) return;
    const place = places[event.key];
    const by = focused.closest('.map, .bars') ? undefined : step[event.key];
    const there = place?.map((each) => outcome.querySelector<HTMLElement>(each)).find((each) => each !== null);
    const next = place ? there : by && move(outcome, by);
    if (!next) return;
    event.preventDefault();
    next.focus();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
};
