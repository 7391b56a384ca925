// An alert as people read it: what happened, how often, and what to do about it. The console and the command say the same.
import { sayAction, sayRule } from './rule-sentence.js';

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

/** Alerts that tell of something else than a refusal. */
const titles: Readonly<Record<string, (asker: string, times: string) => string>> = {
  wall_crossed: (_, often) => `A test of the wall crossed it ${often}`,
  witnesses_away: (_, often) => `Too few witnesses cosigned our log ${often}`,
  account_locked: (_, often) => `An account of ours was locked ${often}`,
  opening_asked: (asker, often) => `${asker}: asks to open an emergency grant, ${often}`,
  opening_begun: (asker, often) => `${asker}: has opened an emergency grant, ${often}`,
};
const sentences: Readonly<Record<string, string>> = {
  wall_crossed:
    'All sharing of our data is stopped. The entry in our log names the ways that led across; an administrator lets sharing go on, on the page Sharing, when a later test finds none.',
  witnesses_away:
    'Nothing of or by our agency is searched until enough of the witnesses that it requires cosign again; then searching goes on by itself.',
  account_locked:
    'Somebody gave a wrong password too often. The entry in our log says whose account it is and from where it was tried; an administrator can unlock it.',
  refused_too_often:
    'It went on asking for what it has no right to, and was told to wait. One entry in our log counts what was refused meanwhile.',
  opening_asked:
    'It opens nothing until a second member of theirs confirms it, within the hour. An administrator or auditor can refuse it now, on the page Sharing.',
  opening_begun:
    'What the grant says is open to them, for as many minutes as it says. An administrator or auditor can end it at once, on the page Sharing, and one must review it when it is over.',
};

/** What happened and how often, without a full stop. */
export const alertTitle = (rule: string, asker: string, count: number): string =>
  titles[rule]?.(asker, times(count)) ?? `${asker}: refused ${times(count)}`;

/** What was tried and why it was refused, or what follows. */
export const alertSentence = (rule: string, kind: string): string =>
  sentences[rule] ?? `${sayAction(kind)}; refused, because ${sayRule(rule)}.`;
