// Where the project's own files are, whether this runs from dist, from the sources or in an image.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const findRoot = (): string => {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'prisma', 'migrations'))) {
    const above = path.dirname(folder);
    if (above === folder) return process.cwd();
    folder = above;
  }
  return folder;
};

/** Folder that holds prisma/, models/ and, once built, dist/. */
export const projectRoot = findRoot();
export const migrationsFolder = path.join(projectRoot, 'prisma', 'migrations');

/** Entry points of the processes, built. */
export const webEntry = path.join(projectRoot, 'dist', 'src', 'main.js');
export const workerEntry = path.join(projectRoot, 'dist', 'workers', 'main.js');
/** The command that opens models: only workers know the inference library. */
export const modelsEntry = path.join(projectRoot, 'dist', 'workers', 'recognize', 'models', 'command.js');
/** Loaded before an entry point in a child, so that it ends with its parent. */
export const tiedPreload = path.join(projectRoot, 'dist', 'src', 'commands', 'tied', 'main.js');

/** Pictures that we rendered ourselves, with what stands on them. */
export const demoPictures = path.join(projectRoot, 'test', 'golden');
