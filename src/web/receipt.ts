// The receipt of an act that is always an entry.
import type { Receipt } from '../vault/ledger.js';

/** A receipt as it leaves the house: never without its proof. */
export type ProvenReceipt = Required<Receipt>;

/** @throws Error when an act that must be on record has no entry, or the entry no proof */
export const receiptOf = (receipts: readonly Receipt[]): ProvenReceipt => {
  const [receipt] = receipts;
  if (!receipt) throw new Error('an act that is always an entry has none');
  const { proof } = receipt;
  if (proof === undefined) throw new Error('an entry has no proof');
  return { ...receipt, proof };
};
