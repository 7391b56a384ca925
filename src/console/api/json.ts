// What a schema's type becomes on its way through JSON: moments are text when they arrive.

/** The JSON form of T: dates as RFC 3339 text, everything else as it is. */
export type Json<T> = T extends Date
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : T extends readonly unknown[]
      ? { [K in keyof T]: Json<T[K]> }
      : T extends object
        ? { [K in keyof T]: Json<T[K]> }
        : T;
