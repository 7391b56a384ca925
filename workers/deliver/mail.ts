// One message by e-mail, through the installation's own mail server (SMTP_URL), over TLS unless the operator says that the way there needs none.
// It is plain text, has one recipient, carries nothing that was asked for, and no header of it can be chosen by whom it tells of.
import { createTransport } from 'nodemailer';
import type { Config } from '../../src/config/config.js';
import { DeliveryFault } from './fault.js';
import type { Message } from './message.js';

/** Longest that the mail server may take for each step, in milliseconds. */
const stepMsMax = 10_000;

export type MailRules = Pick<Config, 'SMTP_URL' | 'SMTP_FROM' | 'SMTP_PLAIN'>;

/**
 * Resolves when the mail server has taken the message.
 * @throws DeliveryFault when the installation has no mail server; or the fault of the connection
 */
export const sendMail = async (
  to: string,
  { id, subject, text }: Message,
  { SMTP_URL, SMTP_FROM, SMTP_PLAIN }: MailRules,
  more: { readonly ca?: string } = {},
): Promise<void> => {
  if (!SMTP_URL || !SMTP_FROM) throw new DeliveryFault('This installation sends no e-mail.');
  const { protocol, hostname, port, username, password } = new URL(SMTP_URL.reveal());
  const secure = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !SMTP_PLAIN,
    ignoreTLS: SMTP_PLAIN,
    ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    tls: { minVersion: 'TLSv1.2', ...(more.ca !== undefined && { ca: more.ca }) },
    connectionTimeout: stepMsMax,
    greetingTimeout: stepMsMax,
    socketTimeout: stepMsMax,
  });
  try {
    // The same id at each attempt: a mail program shows what arrives twice as one.
    const messageId = `<${id}@${SMTP_FROM.split('@')[1] ?? 'plateward.invalid'}>`;
    await transport.sendMail({
      from: SMTP_FROM,
      to,
      subject,
      text,
      messageId,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  } finally {
    transport.close();
  }
};
