// Loaded before web and workers when the launcher starts them (`node --import`). The channel to the launcher closes when that is
// gone, however it went; then this process ends in order, and after ten seconds in any case.
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), 10_000).unref();
});
process.channel?.unref();
