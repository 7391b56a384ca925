// Faults of keys and of the object store. The sentence that leaves the house names no path, bucket or agency; what mends it
// is told to the operator, in `cause`.
import { messageOf, PlatewardError } from '../../core/errors.js';

const sentences = {
  key_missing: "This agency's key is not available; whoever runs the platform must restore the key ring.",
  key_wrong:
    "This agency's key is not the one that sealed its pictures; whoever runs the platform must restore the key ring.",
  key_destroyed: 'The key of this picture was destroyed; the picture cannot be opened any more.',
  keyring_damaged: 'The key ring is damaged; whoever runs the platform must restore it.',
  keyring_unreadable: 'The key ring cannot be read just now.',
  keyring_unwritable: 'The key ring cannot be written just now.',
  secret_damaged: 'A sealed secret does not open.',
  blob_missing: 'The picture is not in the store.',
  blob_damaged: 'The stored picture is damaged and does not open.',
  blob_store_full: 'There is no room left for pictures just now.',
  blob_store_unavailable: 'Pictures cannot be stored or fetched just now.',
} as const;

export type StoreFaultCode = keyof typeof sentences;

/** A 503: the request was right, the store behind it is not. `forOperator` says where and what mends it. */
export const storeFault = (code: StoreFaultCode, forOperator: string): PlatewardError => {
  const fault = new PlatewardError('unavailable', code, sentences[code], {}, 30);
  fault.cause = new Error(forOperator);
  return fault;
};

/** What the operator should read: the cause's sentence where there is one. */
export const operatorMessageOf = (error: unknown): string =>
  error instanceof PlatewardError && error.cause instanceof Error ? error.cause.message : messageOf(error);

/** Whether trying again later cannot help: the picture or its key is gone or damaged for good. */
export const isLostForGood = (error: unknown): boolean =>
  error instanceof PlatewardError && ['blob_missing', 'blob_damaged', 'key_destroyed'].includes(error.code);

/** Whether the store or the keys are away for everybody: no frame's own fault, and over when an operator has mended it. */
export const isStoreAway = (error: unknown): boolean =>
  error instanceof PlatewardError && Object.hasOwn(sentences, error.code) && !isLostForGood(error);
