// The receipt of an act that is always an entry.
import type { Receipt } from '../vault/ledger.js';

/** @throws Error when an act that must be on record has no entry */
export const receiptOf = (receipts: readonly Receipt[]): Receipt => {
  const [receipt] = receipts;
  if (!receipt) throw new Error('an act that is always an entry has none');
  return receipt;
};
