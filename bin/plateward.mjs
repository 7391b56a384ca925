#!/usr/bin/env node
// The one way in: `npm start`, `npm test` and `npm run plateward -- …` all come here, also in a clone where nothing is
// installed yet. It brings dependencies, Prisma client and build up to date, then hands over. It needs nothing but Node, writes
// its progress to standard error, and knows no command of Plateward's itself.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from './prepare.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  console.error(
    `Plateward needs Node 20.11 or newer; this is Node ${process.versions.node}. Get it from https://nodejs.org or with \`nvm install 22\`.`,
  );
  process.exit(1);
}

const [command = '--help', ...rest] = process.argv.slice(2);
// npm changes into the project's folder; paths in the arguments are meant from where the user stands.
const standing =
  process.env.npm_lifecycle_event && existsSync(process.env.INIT_CWD ?? '') ? process.env.INIT_CWD : process.cwd();
const absolute = (value, otherwise) => (value ? path.resolve(standing, value) : path.join(root, otherwise));

const targets = {
  test: () => ({ file: 'node_modules/vitest/vitest.mjs', args: ['run', ...rest], cwd: root, tied: false }),
  bench: () => ({ file: 'dist/bench/main.js', args: rest, cwd: root, tied: true }),
  cards: () => ({ file: 'dist/bench/cards/main.js', args: rest, cwd: root, tied: true }),
  recognize: () => ({ file: 'dist/workers/recognize/command.js', args: rest, cwd: standing, tied: true }),
  models: () => ({ file: 'dist/workers/recognize/models/command.js', args: rest, cwd: standing, tied: true }),
  canary: () => ({ file: 'dist/workers/canary/command.js', args: rest, cwd: standing, tied: true }),
  witness: () => ({ file: 'dist/workers/witness/command.js', args: rest, cwd: standing, tied: true }),
};
const target = targets[command]?.() ?? {
  file: 'dist/src/commands/main.js',
  args: [command, ...rest],
  cwd: standing,
  tied: true,
};

try {
  await prepare(root);
} catch (error) {
  console.error(`plateward: ${error.message}`);
  process.exit(error.exitCode ?? 1);
}
if (!existsSync(path.join(root, target.file))) {
  console.error(
    `plateward: ${target.file} is missing, although the build succeeded. This version has no \`${command}\`.`,
  );
  process.exit(1);
}

// A tied child is told by its closing channel that we are gone, however we went.
const child = spawn(process.execPath, [path.join(root, target.file), ...target.args], {
  cwd: target.cwd,
  stdio: ['inherit', 'inherit', 'inherit', ...(target.tied ? ['ipc'] : [])],
  env: {
    ...process.env,
    DATA_DIR: absolute(process.env.DATA_DIR, '.plateward'),
    MODELS_DIR: absolute(process.env.MODELS_DIR, 'models'),
    ...(command === 'test' ? { DATA_DIR: process.env.DATA_DIR, MODELS_DIR: process.env.MODELS_DIR } : {}),
  },
});
// Ctrl-C reaches the child by itself; a signal that was sent to us alone does not. It takes either once.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  console.error(`plateward: ${target.file} could not be started: ${error.message}.`);
  process.exit(1);
});
child.on('exit', (code, signal) => {
  if (signal) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  } else process.exit(code ?? 1);
});

// npm and the shell that it runs us in wait for us; when one of them is gone somebody has killed it, and nobody would ever end us.
const parentOf = (pid) => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
};
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  const above = parentOf(parent);
  setInterval(() => {
    if (process.ppid !== parent || parentOf(parent) !== above) child.kill('SIGTERM');
  }, 500).unref();
}
