#!/usr/bin/env node
// Runs Prisma's own command without the internet. It otherwise downloads an engine at each start, even to generate a client,
// which needs none: naming a program that does nothing keeps it from trying. Migrations are not applied by it but by
// src/vault/database/migrate.ts, so nothing here ever touches a database.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const command = path.join(root, 'node_modules/prisma/build/index.js');
if (!existsSync(command)) {
  console.error('Prisma is not installed. Run `npm ci --include=dev`.');
  process.exit(1);
}
const nothing = ['/bin/true', '/usr/bin/true'].find((file) => existsSync(file)) ?? process.execPath;
const { status } = spawnSync(process.execPath, [command, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: {
    PRISMA_SCHEMA_ENGINE_BINARY: nothing,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    ...process.env,
  },
});
process.exit(status ?? 1);
