// Files that a page saves: named once the browser says that one is whole, so that nobody reads a file that is still being written.
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Screen } from './chromium.js';

/** The files that one window saves, each taken once. */
export class Downloads {
  private readonly names = new Map<string, string>();
  private readonly whole: { guid: string; name: string }[] = [];

  private constructor(private readonly folder: string) {}

  /** From now on; the folder is the caller's, and so is taking it away. */
  static async of(screen: Screen, folder: string): Promise<Downloads> {
    const downloads = new Downloads(folder);
    const session = await screen.page.createCDPSession();
    session.on('Browser.downloadWillBegin', ({ guid, suggestedFilename }) => {
      downloads.names.set(guid, suggestedFilename);
    });
    session.on('Browser.downloadProgress', ({ guid, state }) => {
      if (state === 'completed') downloads.whole.push({ guid, name: downloads.names.get(guid)! });
    });
    await session.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      downloadPath: folder,
      eventsEnabled: true,
      browserContextId: screen.page.browserContext().id!,
    });
    return downloads;
  }

  /**
   * The next file of that ending, whole; it is taken away.
   * @throws Error where none is saved in half a minute; it says which were
   */
  async take(ending: string): Promise<Buffer> {
    for (const end = Date.now() + 30_000; Date.now() < end; await wait(25)) {
      const at = this.whole.findIndex(({ name }) => name.endsWith(ending));
      if (at === -1) continue;
      const file = path.join(this.folder, this.whole[at]!.guid);
      this.whole.splice(at, 1);
      const bytes = await readFile(file);
      await rm(file);
      return bytes;
    }
    const begun = [...this.names.values()].join(', ') || 'none';
    throw new Error(`no file ${ending} was saved (begun since the window opened: ${begun})`);
  }
}
