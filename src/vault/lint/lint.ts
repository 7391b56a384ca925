// The schema linter: reads the catalogue and names every way around the second wall that a schema can have. It changes nothing,
// reads no row of any agency and needs no rights of its own. Every exception stands in expected.ts with its reason.
import { unavailable } from '../../core/errors.js';
import { withClient } from '../database/roles.js';
import { lintDrift } from './drift.js';
import { faultLine, type Catalogue, type SchemaFault } from './fault.js';
import { lintFunctions } from './functions.js';
import { lintKeys } from './keys.js';
import { lintPolicies } from './policies.js';
import { lintPrivileges } from './privileges.js';
import { lintRoles } from './roles.js';
import { lintServer } from './server.js';
import { lintTables } from './tables.js';

export type { SchemaFault } from './fault.js';
export { faultLine } from './fault.js';

/**
 * All faults of the database that the connection is to; empty when the walls stand.
 * @param schema text of prisma/schema.prisma; without it drift is not looked for
 */
export const lintSchema = async (client: Catalogue, schema?: string): Promise<SchemaFault[]> => [
  ...(await lintServer(client)),
  ...(await lintRoles(client)),
  ...(await lintTables(client)),
  ...(await lintPolicies(client)),
  ...(await lintKeys(client)),
  ...(await lintPrivileges(client)),
  ...(await lintFunctions(client)),
  ...(schema === undefined ? [] : await lintDrift(client, schema)),
];

/**
 * Refuses to go on over a database whose walls do not stand.
 * @throws PlatewardError `schema_faults` with every fault and what mends it
 */
export const expectWalls = async (url: string): Promise<void> => {
  const faults = await withClient(url, (client) => lintSchema(client));
  if (faults.length > 0)
    throw unavailable(
      'schema_faults',
      `The database has ${faults.length} fault(s) in its walls, and nothing is started over them. ${faults.map(faultLine).join(' ')}`,
    );
};
