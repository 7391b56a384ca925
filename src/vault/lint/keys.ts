// Keys: a unique or foreign key that does not begin with agency_id tells one agency of another's rows, by the error that it raises.
import { ask, type Catalogue, type SchemaFault } from './fault.js';
import { keysAcrossAgencies, referencesAcrossAgencies, tenantSchema } from './expected.js';

const tenantTable = `exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = 'agency_id' and not t.attisdropped)`;

const uniqueKeys = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<{ table: string; key: string; first: string | null }>(
      client,
      `select c.relname as "table", k.relname as key, a.attname as first
        from pg_index i join pg_class c on c.oid = i.indrelid join pg_class k on k.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
          left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
        where n.nspname = $1 and (i.indisunique or i.indisexclusion) and not c.relispartition and c.relkind in ('r', 'p') and ${tenantTable}`,
      [tenantSchema],
    )
  )
    .filter(({ key, first }) => first !== 'agency_id' && !(key in keysAcrossAgencies))
    .map(({ table, key, first }) => ({
      rule: 'key.unique',
      object: `${table}.${key}`,
      because: `This unique key begins with ${first ?? 'an expression'}: a collision tells one agency that another has such a row.`,
      mend: 'make agency_id its first column, or name it in src/vault/lint/expected.ts with its reason.',
    }));

const foreignKeys = async (client: Catalogue): Promise<SchemaFault[]> =>
  (
    await ask<{ table: string; key: string; target: string; from: string; to: string }>(
      client,
      `select c.relname as "table", k.conname as key, f.relname as target, a.attname as "from", b.attname as "to"
        from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
          join pg_attribute b on b.attrelid = k.confrelid and b.attnum = k.confkey[1]
        where n.nspname = $1 and k.contype = 'f' and not c.relispartition and k.conparentid = 0`,
      [tenantSchema],
    )
  )
    .filter(({ key, from, to }) => (from !== 'agency_id' || to !== 'agency_id') && !(key in referencesAcrossAgencies))
    .map(({ table, key, target, from }) => ({
      rule: 'key.foreign',
      object: `${table}.${key}`,
      because: `This foreign key to ${target} begins with ${from}: it tells one agency whether another's row exists.`,
      mend: 'reference (agency_id, …), or name it in src/vault/lint/expected.ts with its reason.',
    }));

export const lintKeys = async (client: Catalogue): Promise<SchemaFault[]> => [
  ...(await uniqueKeys(client)),
  ...(await foreignKeys(client)),
];
