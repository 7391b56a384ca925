// Which witnesses an agency requires of its log.
export interface WitnessRule {
  /** How many of them must have cosigned; 0: none is required. */
  readonly needed: number;
  /** How old their cosignatures may be, in seconds. */
  readonly seconds: number;
  readonly witnesses: readonly {
    /** Verifier key of a C2SP tlog-cosignature, Ed25519. */
    readonly key: string;
    /** For people. */
    readonly name: string;
    /** Where `/add-checkpoint` is below. */
    readonly url: string;
  }[];
}
