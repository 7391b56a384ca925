// Incidents with licence-plate readers that were reported, in plain words, and what came of each when it was replayed here. The page
// docs/incidents.md is written from this list, and each incident has a test of its name beside it.

export interface Incident {
  /** Its number, and the name of its test file. */
  readonly id: string;
  readonly name: string;
  /** What was reported to have happened, and by whom. */
  readonly happened: string;
  /** `stopped`: it cannot be done. `revealed`: it can, and those concerned learn of it. `partly`: see `open`. */
  readonly outcome: 'stopped' | 'revealed' | 'partly';
  /** What Plateward does when somebody tries it. */
  readonly here: string;
  /** What it does not do. */
  readonly open?: string;
}

export const incidents: readonly Incident[] = [
  {
    id: 'A1',
    name: 'A lookup that nobody in the city had switched on',
    happened:
      'Mountain View, California: the vendor opened the city’s cameras to statewide and nationwide lookup for more than a year, partly without records of the searches; a records request brought it out (Mountain View Voice, 2026).',
    outcome: 'stopped',
    here: 'There is no setting to switch. Reach is the list of grants that the city’s administrators signed. The test lets a superuser turn every flag of every table on, write himself a grant for everything and widen the real one: no foreign row is found, and the city has an alert at once.',
  },
  {
    id: 'A2',
    name: 'Who switched it on again?',
    happened:
      'Ventura, California: sharing was off in 2023 and later on again, with 364,000 searches; nobody could say how (CBS Los Angeles).',
    outcome: 'revealed',
    here: 'What widens access is an entry with its person and its time, in the same transaction. One question to the log answers who asked, who approved and who ended it. A row that is turned back on without an entry opens nothing.',
  },
  {
    id: 'A3',
    name: 'Over a million foreign searches before anybody looked',
    happened:
      'San Francisco and Los Altos: 1.6 million and over a million searches from outside (lawsuit; KTVU). El Cerrito: access before the city had taken over its own administration.',
    outcome: 'stopped',
    here: 'A new agency shares nothing. A grant opens when two of its administrators have signed it. A camera without a credential of the city brings in no frame. Each search of another agency is counted in the owner’s log, by agency and purpose, on its public page.',
  },
  {
    id: 'A4',
    name: 'A federal pilot through one request',
    happened:
      'Customs and Border Protection searched tens of thousands of cameras through a pilot of “1-to-1” requests; the cities did not know (404 Media).',
    outcome: 'stopped',
    here: 'The legal class stands in the enrolment. Under California’s pack no administrator can approve a grant to a federal body, and such a grant opens nothing when it is there. One search over several cities is decided by each of them: who gave no grant shows nothing, is named in the answer and hears of it.',
  },
  {
    id: 'A5',
    name: 'Grantees that were in no list',
    happened:
      'Homeland Security Investigations, the Secret Service and the Naval Criminal Investigative Service had access that no list showed (letter of Senator Wyden; 404 Media).',
    outcome: 'revealed',
    here: 'The public page’s list of grantees is counted from the log, and any verifier counts the same. What was shown to an agency without a grant in the log makes the verifier fail.',
  },
  {
    id: 'A6',
    name: 'One search over 83,345 cameras',
    happened:
      'A search for a woman who had had an abortion went through 83,345 cameras in 6,809 networks; the reason stood there in plain words (EFF; 404 Media).',
    outcome: 'stopped',
    here: 'The owner’s list of purposes decides, for each owner anew, and the pack may forbid one. A search names each agency that it asks, 50 at most; one that refuses is named in the answer and in its own log.',
    open: 'Places that are sensitive can be left out of a grant by its list of cameras; there is no rule by place.',
  },
  {
    id: 'A7',
    name: 'The side door: searching for somebody else',
    happened:
      'Local officers searched for Immigration and Customs Enforcement, thousands of times in Virginia and elsewhere; the University of Washington found agencies that had never shared (UWCHR; Spokesman-Review).',
    outcome: 'stopped',
    here: 'Where the pack says so, a search says for whom it is made, and the class of that body decides, for own data too. What was said stands in the entry.',
    open: 'A false statement is not found out by itself: it stands in the log as that officer’s word.',
  },
  {
    id: 'A8',
    name: 'As vague as permissible',
    happened:
      'Officers were told to be “as vague as permissible”; reasons read “investigation”. Blocking words only changed the wording (404 Media; ACLU).',
    outcome: 'revealed',
    here: 'The purpose is one of the agency’s list and the case number is asked for each time, but no word is forbidden in a reason. A search that names no case, or whose reason is one word, says so in the log of both agencies; the share stands on the public page, by agency. One in five of them is drawn by the database’s lot for the searcher’s auditor, who looks it over and notes what came of it; a law may ask for a share of all searches.',
    open: 'Whether a case number belongs to a case is not looked up anywhere. A grant goes on when searches under it stay unreviewed.',
  },
  {
    id: 'A10',
    name: 'Stalking',
    happened:
      'A chief of police in Kansas searched 228 times in four months for his former partner and her friend; officers in Florida and Georgia did the like. The vendor knew of fifteen such cases (Reality Check; AP).',
    outcome: 'revealed',
    here: 'The database itself counts, for each member and plate, as searches are put on record. The fifth search for one plate in 30 days, whatever case numbers were typed, raises a flag that only the agency’s auditor sees and decides on. No setting turns it off, and an administrator neither sees nor ends it.',
    open: 'Whoever searches for one plate less often than five times in 30 days is not flagged by that. There is no second person to whom the flag goes when the auditor looks away.',
  },
  {
    id: 'A11',
    name: 'The chief who audits himself',
    happened: 'Chiefs of police who searched for private ends were their agencies’ own auditors (Reality Check; AP).',
    outcome: 'stopped',
    here: 'A role either searches or audits. An administrator cannot make himself both, and whatever he makes of others is an entry. The alerts and the log go to the auditor.',
  },
  {
    id: 'A12',
    name: 'Columns cut out of the audit',
    happened: 'In December 2025 the vendor removed fields from its audit export, and nobody could prove it.',
    outcome: 'revealed',
    here: 'The schema of entries is named by its hash in the log. An entry without a field, or with another value, no longer fits the tree that was signed: the verifier says which entry.',
  },
  {
    id: 'A18',
    name: 'The pool and the informal favour',
    happened:
      'Billions of reads of private and local cameras lay in one commercial pool that 9,000 federal users searched, beside informal favours (ACLU, 2019; WIRED).',
    outcome: 'stopped',
    here: 'There is no pool: each agency’s reads lie under its own key and policy. A grant is never passed on: whoever has one opens nothing of it to a third. No route gives reads without a purpose, a case and an entry.',
  },
  {
    id: 'A19',
    name: 'O or 0: the wrong person stopped',
    happened: 'A plate with O was taken for one with 0, and a woman of 76 was stopped (Colorado, 2026).',
    outcome: 'stopped',
    here: 'A search that forgives misreads says of each result which characters differ. Nothing but the very characters is called exact, and what is exact comes first.',
    open: 'There are no hot lists yet.',
  },
  {
    id: 'A20',
    name: 'The vendor’s support login',
    happened: 'Staff of the vendor could look into customers’ data.',
    outcome: 'stopped',
    here: 'Every account belongs to one agency; the operator has none. Pictures lie sealed under the agency’s key: who reads the whole database and every file of the store sees none of them.',
    open: 'Plates and times lie in the database in the clear.',
  },
  {
    id: 'A21',
    name: 'Harvesting everything through a grant',
    happened: 'A grantee, or whoever has its password, downloads all that it may search, page by page.',
    outcome: 'stopped',
    here: 'A search needs known characters. A grant bounds searches a day and rows a search. Each search over the bound is refused, stands in the owner’s log and raises its alert.',
  },
  {
    id: 'A22',
    name: 'Forged and replayed reads',
    happened: 'A rogue edge box sends frames that its camera never saw, or old ones again.',
    outcome: 'stopped',
    here: 'Each frame is signed by its camera with time and nonce. Another key, another picture, another time, the same message again and a revoked camera are refused, and nothing is kept of them.',
  },
];

export const incident = (id: string): string => {
  const found = incidents.find((each) => each.id === id);
  if (!found) throw new Error(`${id} is not in the list of incidents`);
  return `${found.id} ${found.name}`;
};
