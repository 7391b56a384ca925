// Why a message did not arrive, as one sentence of ours. What the other side wrote is never repeated: it could be anything.
import { PlatewardError } from '../../src/core/errors.js';

export class DeliveryFault extends Error {
  override readonly name = 'DeliveryFault';
}

const sentences: Readonly<Record<string, string>> = {
  ENOTFOUND: 'Its name is not known.',
  EAI_AGAIN: 'Its name could not be looked up just now.',
  ECONNREFUSED: 'It refuses connections.',
  ECONNRESET: 'It broke the connection off.',
  EPIPE: 'It broke the connection off.',
  EHOSTUNREACH: 'It cannot be reached.',
  ENETUNREACH: 'It cannot be reached.',
  ETIMEDOUT: 'It did not answer in time.',
  TIMEOUT: 'It did not answer in time.',
  CERT_HAS_EXPIRED: 'Its certificate has expired.',
  ERR_TLS_CERT_ALTNAME_INVALID: 'Its certificate is for another name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is signed by nobody that is known.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is signed by nobody that is known.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its certificate is signed by nobody that is known.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its certificate is signed by nobody that is known.',
  // Of the mail server, as nodemailer names them.
  ECONNECTION: 'The mail server cannot be reached.',
  ESOCKET: 'The mail server cannot be reached.',
  EDNS: 'The name of the mail server is not known.',
  ETLS: 'The mail server offers no TLS that holds.',
  EREQUIRETLS: 'The mail server offers no TLS that holds.',
  EAUTH: 'The mail server refuses our login.',
  EENVELOPE: 'The mail server refuses the address.',
  EMESSAGE: 'The mail server refuses the message.',
};

/** @returns a sentence of at most 300 characters */
export const faultSentence = (error: unknown): string => {
  if (error instanceof DeliveryFault) return error.message;
  if (error instanceof PlatewardError) return 'What signs its messages cannot be opened by this installation.';
  if (error instanceof Error) {
    if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'It did not answer in time.';
    const { code } = error as NodeJS.ErrnoException;
    const inner = error instanceof AggregateError ? (error.errors as unknown[])[0] : error.cause;
    if (code !== undefined && Object.hasOwn(sentences, code)) return sentences[code]!;
    if (inner instanceof Error) return faultSentence(inner);
  }
  return 'The connection failed.';
};
