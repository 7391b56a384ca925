// Where Prisma's command finds the schema. Migrations are applied by our own runner (src/vault/database/migrate.ts), not by Prisma.
import { defineConfig } from 'prisma/config';

export default defineConfig({ schema: 'prisma/schema.prisma', migrations: { path: 'prisma/migrations' } });
