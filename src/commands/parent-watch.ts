// Ties a server process to this one: when this process is gone, however it went, a tiny shell ends the server in order and
// removes its throw-away folder. It lives in a session of its own, so that Ctrl-C reaches neither it nor the server first.
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

// Reads standard input until it closes, which the kernel does when the parent is gone. $1 process id; $2 a file whose first line
// must still be that id (empty: not checked), so that a stranger with a reused id is left alone; $3 folder to remove (may be empty).
const script = `
cat >/dev/null
ours() { [ -z "$2" ] || [ "$(head -n 1 "$2" 2>/dev/null)" = "$1" ]; }
if ours "$1" "$2" && kill -INT "$1" 2>/dev/null; then
  i=0
  while kill -0 "$1" 2>/dev/null && [ $i -lt 150 ]; do sleep 0.2; i=$((i + 1)); done
  ours "$1" "$2" && kill -QUIT "$1" 2>/dev/null
fi
[ -z "$3" ] || rm -rf -- "$3"
exit 0
`;

export interface ParentWatch {
  /** Call when the server has ended by itself or was stopped. Leaves the folder alone. */
  release(): void;
}

export interface ParentWatchOptions {
  /** File whose first line is the server's process id while it runs. */
  readonly pidFile?: string;
  /** Folder to remove after the server has ended. */
  readonly throwAway?: string;
}

/** Ends process `pid` (SIGINT, after 30 s SIGQUIT) as soon as this process no longer exists. */
export const endWithParent = (pid: number, options: ParentWatchOptions = {}): ParentWatch => {
  const watch = spawn(
    '/bin/sh',
    ['-c', script, 'plateward-watch', String(pid), options.pidFile ?? '', options.throwAway ?? ''],
    {
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  );
  watch.unref();
  // Standard input is a socket in Node's hands; it must not keep this process alive.
  (watch.stdin as Socket).unref();
  watch.stdin.on('error', () => undefined);
  watch.on('error', () => undefined);
  return {
    release: () => {
      watch.kill('SIGKILL');
      watch.stdin.destroy();
    },
  };
};
