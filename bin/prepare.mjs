// Brings a clone to where it can run: dependencies as the lock file says, Prisma's client, the build. What is already so is left
// alone, so that the second run is quick and needs no network. Several at once wait for each other.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildConsole, consoleBuilt } from './console.mjs';

const say = (line) => process.stderr.write(`plateward: ${line}\n`);
const read = (file) => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
};
const fault = (message, exitCode = 1) => Object.assign(new Error(message), { exitCode });
const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

/** Whether node_modules holds what package-lock.json asks for, by npm's own record of what it installed. */
const installed = (root) => {
  const wanted = read(path.join(root, 'package-lock.json'));
  const present = read(path.join(root, 'node_modules/.package-lock.json'));
  if (wanted === undefined) throw fault('package-lock.json is missing. Clone the repository again.');
  if (present === undefined) return false;
  const stamp = createHash('sha256')
    .update(wanted)
    .update(present)
    .update(`${process.platform}-${process.arch}`)
    .digest('hex');
  const file = path.join(root, 'node_modules/.plateward-installed');
  if (read(file) === stamp) return true;
  const found = JSON.parse(present).packages;
  const complete = Object.entries(JSON.parse(wanted).packages).every(
    ([name, entry]) => name === '' || entry.optional || entry.devOptional || found[name]?.version === entry.version,
  );
  if (complete) remember(file, stamp);
  return complete;
};

/** A note that only saves time; a clone that cannot be written does without. */
const remember = (file, text) => {
  try {
    writeFileSync(file, text);
  } catch {
    // Looked up anew the next time.
  }
};

const npm = () => {
  const own = process.env.npm_execpath;
  return own && /npm-cli\.(c?js)$/.test(own)
    ? [process.execPath, own]
    : [process.platform === 'win32' ? 'npm.cmd' : 'npm'];
};

const countPackages = (root) => {
  try {
    return readdirSync(path.join(root, 'node_modules')).length;
  } catch {
    return 0;
  }
};

const install = async (root) => {
  say('installing dependencies with npm ci (once; about 1 GB, a minute or two)');
  const [program, ...first] = npm();
  const began = Date.now();
  const child = spawn(
    program,
    [...first, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      cwd: root,
      // What a command answers on standard output stays its own.
      stdio: ['ignore', 2, 2],
      // Its install script would fetch GPU libraries from another host, which nothing here uses.
      env: {
        ...process.env,
        ONNXRUNTIME_NODE_INSTALL: 'skip',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    },
  );
  const pass = (signal) => child.kill(signal);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, pass);
  const beat = setInterval(
    () => say(`still installing (${Math.round((Date.now() - began) / 1000)} s, ${countPackages(root)} folders so far)`),
    10_000,
  );
  const code = await new Promise((resolve, reject) => {
    child.once('exit', (status, signal) => resolve(signal ? 130 : status));
    child.once('error', () =>
      reject(fault('npm was not found. It comes with Node: install Node 20.11 or newer from https://nodejs.org.')),
    );
  }).finally(() => {
    clearInterval(beat);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, pass);
  });
  if (code === 130) throw fault('the installation was interrupted; run the same command again.', 130);
  if (code !== 0 || !installed(root))
    throw fault(
      'the dependencies could not be installed; npm says above why. Without internet: set `npm config set registry <your mirror>`, or copy node_modules from a machine of the same kind that has them.',
    );
  say(`dependencies installed in ${Math.round((Date.now() - began) / 1000)} s`);
};

const sources = (root) => {
  const files = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = path.join(folder, entry.name);
      // The console is bundled, not compiled: bin/console.mjs.
      if (entry.isDirectory()) {
        if (full !== path.join(root, 'src/console')) walk(full);
      } else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.spec.ts')) files.push(full);
    }
  };
  for (const folder of ['src', 'workers', 'bench'])
    if (existsSync(path.join(root, folder))) walk(path.join(root, folder));
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) files.push(path.join(root, file));
  return Object.fromEntries(
    files.sort().map((file) => {
      const { size, mtimeMs } = statSync(file);
      return [path.relative(root, file), `${size}:${mtimeMs}`];
    }),
  );
};

const schemaStamp = (root) =>
  createHash('sha256')
    .update(read(path.join(root, 'prisma/schema.prisma')) ?? '')
    .update(read(path.join(root, 'node_modules/prisma/package.json')) ?? '')
    .digest('hex');
const generatedFolder = (root) => path.join(root, 'src/vault/generated');
const generated = (root) =>
  read(path.join(generatedFolder(root), '.stamp')) === schemaStamp(root) &&
  existsSync(path.join(generatedFolder(root), 'client.ts'));

const generate = (root) => {
  say('generating the database client');
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(root, 'bin/prisma.mjs'), 'generate'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0)
    throw fault(`the database client could not be generated from prisma/schema.prisma:\n${stdout}${stderr}`);
  writeFileSync(path.join(generatedFolder(root), '.stamp'), schemaStamp(root));
};

const buildRecord = (root) => path.join(root, 'dist/.plateward-built');
const built = (root) => read(buildRecord(root)) === JSON.stringify(sources(root));

const build = (root) => {
  const before = JSON.parse(read(buildRecord(root)) ?? '{}');
  const now = sources(root);
  // What was built from a file that is gone must not be found any more.
  if (Object.keys(before).some((file) => !(file in now)))
    rmSync(path.join(root, 'dist'), { recursive: true, force: true });
  const began = Date.now();
  say('building');
  const { status, stdout } = spawnSync(
    process.execPath,
    [path.join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--pretty', 'false'],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw fault(`the build failed:\n${stdout}`);
  writeFileSync(buildRecord(root), JSON.stringify(now));
  say(`built in ${((Date.now() - began) / 1000).toFixed(1)} s`);
};

const bundle = async (root) => {
  const began = Date.now();
  say('bundling the console');
  await buildConsole(root).catch((error) => {
    throw fault(`the console could not be bundled:\n${error.message}`);
  });
  say(`bundled in ${((Date.now() - began) / 1000).toFixed(1)} s`);
};

/** Nobody installs and builds for longer than this. */
const lockMsMax = 30 * 60_000;

/** Runs `work` while no other launcher prepares the same clone. */
const alone = async (root, work) => {
  const folder = path.join(root, '.plateward');
  const lock = path.join(folder, 'preparing');
  mkdirSync(folder, { recursive: true });
  for (let waited = 0; ; waited += 1) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST')
        throw fault(`${folder} cannot be written (${error.code}). Run this as the user who owns the clone.`);
      const holder = Number(read(lock));
      const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      // Its holder is gone, wrote nothing into it, or has an id that now is somebody else's.
      if ((holder !== 0 && !alive(holder)) || (holder === 0 && ageMs > 5_000) || ageMs > lockMsMax)
        rmSync(lock, { force: true });
      else if (waited % 40 === 4) say(`waiting for process ${holder}, which is installing or building in this clone`);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
};

/** Installs, generates and builds what is missing or old. @throws an error with one sentence and an exit code */
export const prepare = async (root) => {
  if (installed(root) && generated(root) && built(root) && consoleBuilt(root)) return;
  await alone(root, async () => {
    try {
      if (!installed(root)) await install(root);
      if (!generated(root)) generate(root);
      if (!built(root)) build(root);
      if (!consoleBuilt(root)) await bundle(root);
    } catch (error) {
      if (error.code === 'EACCES' || error.code === 'EROFS')
        throw fault(`${error.path} cannot be written. Run this as the user who owns the clone.`);
      throw error;
    }
  });
};
