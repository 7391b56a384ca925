// How commands that read many pictures tell how far they are. Nothing but standard error.

/** A count on standard error for whoever waits: rewritten in place on a terminal, now and then elsewhere. */
export const showProgress = (total: number) => {
  const terminal = process.stderr.isTTY;
  let saidAt = performance.now();
  return {
    show(done: number) {
      if (total < 5 || done === total) return;
      if (terminal) process.stderr.write(`\r${done} of ${total} pictures`);
      else if (performance.now() - saidAt > 5_000) {
        saidAt = performance.now();
        process.stderr.write(`${done} of ${total} pictures\n`);
      }
    },
    clear() {
      if (terminal) process.stderr.write('\r\u001b[K');
    },
  };
};
