// Where sealed bytes lie. It sees no plain byte and knows no agency; it promises one thing: what `put` has returned for is
// there after a crash, whole.

export interface ObjectStore {
  /** What it is and where, for logs and errors; holds no secret. */
  readonly place: string;
  /** Durable and whole when it returns; an object of the same name is replaced at once or not at all. @throws PlatewardError `blob_store_unavailable`, `blob_store_full` */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** undefined when there is none. */
  get(name: string): Promise<Buffer | undefined>;
  exists(name: string): Promise<boolean>;
  /** No error when there is none. */
  delete(name: string): Promise<void>;
  /** Whether it can be used now. @throws PlatewardError with the command or setting that mends it */
  check(): Promise<void>;
}

/** Names are ours, never a stranger's: lower-case letters, digits, `-`, `_` and `.` in parts of at most 120 characters, no part beginning with a dot. */
export const isObjectName = (name: string): boolean =>
  name.length <= 480 && /^[a-z0-9][a-z0-9._-]{0,119}(?:\/[a-z0-9][a-z0-9._-]{0,119})*$/.test(name);
