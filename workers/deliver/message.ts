// What is told outside the console. Of a digest: its sentences. Of an alert: which agency was refused, by which rule, how often, since when, and where to look. It holds
// no plate, no case, no reason and no member: an alert does not have them. The same message is the same bytes at every attempt.
import { digestSentences } from '../../src/core/digest.js';
import { digestSpan } from '../../src/core/digest-span.js';
import type { DueMessage } from '../../src/vault/stores/deliveries.js';

export interface Message {
  /** The same at each attempt at this message, so that a receiver can leave out what it has seen. */
  readonly id: string;
  /** JSON for a webhook. */
  readonly body: string;
  /** For a person. */
  readonly subject: string;
  readonly text: string;
}

/** @param console address of the console */
export const messageOf = (due: DueMessage, console: string): Message => {
  const consoleUrl = `${console}/${due.digest ? 'sharing' : due.flag ? 'flags' : 'alerts'}`;
  const id = `${due.id}.${due.message}`;
  const agency = { slug: due.agencySlug, name: due.agencyName };
  if (due.digest) return { id, ...digestMessage(due, due.digest, consoleUrl) };
  if (due.flag) return { id, ...flagMessage(due, due.flag, consoleUrl) };
  if (due.notice) return { id, ...noticeMessage(due, due.notice, console) };
  if (!due.alert)
    return {
      id,
      body: JSON.stringify({
        type: 'test',
        timestamp: due.beganAt.toISOString(),
        data: { agency, console: consoleUrl },
      }),
      subject: `Test of messages for ${due.agencyName}`,
      text: `Somebody of ${due.agencyName} has sent this to see whether messages arrive here. They do.\n\n${consoleUrl}\n`,
    };
  const { alert, count } = due;
  return {
    id,
    body: JSON.stringify({
      type: due.message === 1 ? 'alert.raised' : 'alert.grown',
      timestamp: due.beganAt.toISOString(),
      data: {
        alertId: alert.id,
        agency,
        asker: alert.asker,
        action: alert.kind,
        rule: alert.rule,
        count,
        since: alert.firstAt.toISOString(),
        console: consoleUrl,
      },
    }),
    ...sayingOf(due, alert, count, consoleUrl),
  };
};

const patterns: Readonly<Record<string, string>> = {
  plate_repeated: 'a member has searched for one plate again and again',
  burst: 'a member has made very many searches in ten minutes',
  unusual_hour: 'a member has searched at an hour at which he hardly ever does',
  after_refusal: 'a member has searched for a plate right after that was refused',
  listed_plate: 'a member has searched for a plate that you have listed',
};

/** A flag, for the auditor: which pattern and how often. Of whom stands in the console, to read which is an entry. */
const flagMessage = (
  { agencySlug: slug, agencyName: name, beganAt, message, count }: DueMessage,
  { id, pattern, firstAt }: NonNullable<DueMessage['flag']>,
  consoleUrl: string,
): Omit<Message, 'id'> => ({
  body: JSON.stringify({
    type: message === 1 ? 'flag.raised' : 'flag.grown',
    timestamp: beganAt.toISOString(),
    data: { flagId: id, agency: { slug, name }, pattern, count, since: firstAt.toISOString(), console: consoleUrl },
  }),
  subject: `A flag at ${name}: ${pattern}`,
  text: [
    `At ${name} ${patterns[pattern] ?? pattern}: ${count} ${count === 1 ? 'search' : 'searches'}, since ${firstAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    `Who it is stands in the console, to read which is an entry of your log: ${consoleUrl}`,
    '',
  ].join('\n\n'),
});

/** What was done to an auditor's account by somebody else, which he hears of where he is told of flags. */
const noticeMessage = (
  { agencySlug: slug, agencyName: name, beganAt }: DueMessage,
  notice: NonNullable<DueMessage['notice']>,
  consoleUrl: string,
): Omit<Message, 'id'> => ({
  body: JSON.stringify({
    type: 'auditor.changed',
    timestamp: beganAt.toISOString(),
    data: { agency: { slug, name }, notice, console: consoleUrl },
  }),
  subject: notice === 'role' ? `You are no longer an auditor of ${name}` : `Your password at ${name} was changed`,
  text: [
    notice === 'role'
      ? `An administrator of ${name} has ended your role of auditor, or your membership. No flag is told here any more.`
      : `An administrator of ${name} has given your account another password. Whoever has it can read flags in your name and end the places where you are told of them. If you did not ask for it, say so to whoever you answer to.`,
    `The entry member.change of the log of ${name} says who did it and when.`,
    '',
  ].join('\n\n'),
});

/** What others did with the agency's data; a webhook is given the whole document. */
const digestMessage = (
  { agencySlug: slug, agencyName: name, beganAt }: DueMessage,
  { id, document, sha256 }: NonNullable<DueMessage['digest']>,
  consoleUrl: string,
): Omit<Message, 'id'> => ({
  body: JSON.stringify({
    type: 'digest.made',
    timestamp: beganAt.toISOString(),
    data: { digestId: id, agency: { slug, name }, digest: document, sha256, console: consoleUrl },
  }),
  subject: `Use of the data of ${name} by others, ${digestSpan(document)}`,
  text: [
    `What other agencies did with the data of ${name} from ${document.from} to ${document.to}, counted by the database:`,
    ...digestSentences(document),
    `The entry digest.make of your log has the SHA-256 of this digest: ${sha256}. See all of it: ${consoleUrl}`,
    '',
  ].join('\n\n'),
});

/** The alert for a person. */
const sayingOf = (
  { agencyName }: DueMessage,
  alert: NonNullable<DueMessage['alert']>,
  count: number,
  consoleUrl: string,
): Pick<Message, 'subject' | 'text'> => {
  const times = count === 1 ? 'once' : `${count} times`;
  const since = `${alert.firstAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (alert.rule === 'wall_crossed')
    return {
      subject: `A test crossed the wall around the data of ${agencyName}: sharing is stopped`,
      text: [
        `Canaries found a way across the wall between agencies, ${times} since ${since}. Which one stands in the entry canary.run of your log.`,
        `Nothing of ${agencyName} is shared until a later run finds none and an administrator says that it goes on (plateward sharing --resume).`,
        `The alert: ${consoleUrl}`,
        '',
      ].join('\n\n'),
    };
  if (alert.rule === 'witnesses_away')
    return {
      subject: `Too few witnesses cosign the log of ${agencyName}: searching is stopped`,
      text: [
        `Too few of the witnesses that ${agencyName} requires have cosigned its log, ${times} since ${since}. Nothing of or by ${agencyName} is searched; frames are taken and alerts told as before.`,
        `Searching goes on by itself when enough cosign again (plateward witnesses says which do).`,
        `The alert: ${consoleUrl}`,
        '',
      ].join('\n\n'),
    };
  if (alert.rule === 'opening_asked' || alert.rule === 'opening_begun') {
    const begun = alert.rule === 'opening_begun';
    return {
      subject: begun
        ? `${alert.asker.name} has opened an emergency grant to data of ${agencyName}`
        : `${alert.asker.name} asks to open an emergency grant to data of ${agencyName}`,
      text: [
        begun
          ? `A second member of ${alert.asker.name} (${alert.asker.slug}) has confirmed it, ${times} since ${since}: what the grant says is open to them now, for as many minutes as it says.`
          : `A member of ${alert.asker.name} (${alert.asker.slug}) has asked for it, ${times} since ${since}. It opens nothing until a second member confirms it, within the hour.`,
        `An administrator or auditor of ${agencyName} can end it at once, and one must review it when it is over; until then it cannot be opened again. Case and reason stand in the entry ${alert.kind} of your log (plateward grant openings).`,
        `The alert: ${consoleUrl}`,
        '',
      ].join('\n\n'),
    };
  }
  if (alert.rule === 'account_locked')
    return {
      subject: `An account of ${agencyName} was locked after wrong passwords`,
      text: [
        `An account of ${agencyName} was locked ${times} since ${since}, after too many wrong passwords. Whose it is and from where it was tried stands in the entry session.fail of your log.`,
        `It opens again by itself after 15 minutes, or at once when an administrator unlocks it.`,
        `The alert: ${consoleUrl}`,
        '',
      ].join('\n\n'),
    };
  return {
    subject: `${alert.asker.name} was refused data of ${agencyName} ${times}`,
    text: [
      `${alert.asker.name} (${alert.asker.slug}) asked ${agencyName} for what it has no right to and was refused, ${times} since ${since}.`,
      `What was asked: ${alert.kind}. The rule that refused it: ${alert.rule}.`,
      `Nothing was shown to them. See the alert and mark it as seen: ${consoleUrl}`,
      '',
    ].join('\n\n'),
  };
};
