// What the owner of the data signs when it approves a grant: the whole scope, in one text. The first line keeps it from ever being taken
// for a signed head of a log, which the same key signs.
import { canonical } from './canonical.js';

export interface GrantScopeSigned {
  readonly grantId: string;
  readonly owner: string;
  readonly grantee: string;
  readonly purposes: readonly string[];
  /** null: all cameras of the owner. */
  readonly cameraIds: readonly string[] | null;
  readonly dataWindowDays: number;
  readonly validFrom: Date;
  readonly validUntil: Date;
  readonly searchesPerDayMax: number | null;
  readonly rowsPerSearchMax: number;
  readonly declarations: readonly string[];
  /** SHA-256 of the terms in words, hex. */
  readonly termsSha256: string;
}

/** The text to sign. */
export const grantText = (scope: GrantScopeSigned): string => {
  const { validFrom, validUntil } = scope;
  const times = { validFrom: validFrom.toISOString(), validUntil: validUntil.toISOString() };
  return `plateward/grant/1\n${canonical({
    grantId: scope.grantId,
    owner: scope.owner,
    grantee: scope.grantee,
    purposes: scope.purposes,
    cameraIds: scope.cameraIds,
    dataWindowDays: scope.dataWindowDays,
    ...times,
    searchesPerDayMax: scope.searchesPerDayMax,
    rowsPerSearchMax: scope.rowsPerSearchMax,
    declarations: scope.declarations,
    termsSha256: scope.termsSha256,
  })}\n`;
};
