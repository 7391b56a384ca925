// What is told of an alert outside the console: which agency was refused, by which rule, how often, since when, and where to look. It holds
// no plate, no case, no reason and no member: an alert does not have them. The same message is the same bytes at every attempt.
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

/** @param consoleUrl where people look at alerts */
export const messageOf = (due: DueMessage, consoleUrl: string): Message => {
  const id = `${due.id}.${due.message}`;
  const agency = { slug: due.agencySlug, name: due.agencyName };
  if (!due.alert)
    return {
      id,
      body: JSON.stringify({
        type: 'test',
        timestamp: due.beganAt.toISOString(),
        data: { agency, console: consoleUrl },
      }),
      subject: `Test of alerts for ${due.agencyName}`,
      text: `An administrator of ${due.agencyName} has sent this to see whether alerts arrive here. They do.\n\n${consoleUrl}\n`,
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
