/**
 * Loaded before a server (`node --expose-gc --import`): answers any message with what the process holds once all garbage is gone.
 */
const collect = (globalThis as { gc?: () => void }).gc;
if (collect === undefined) throw new Error('the probe needs --expose-gc');

process.on('message', () => {
  // The second one takes what the first has only finalised.
  collect();
  collect();
  const { rss, heapUsed, external, arrayBuffers } = process.memoryUsage();
  process.send?.({ rss, heapUsed, external, arrayBuffers });
});
// The channel alone keeps no server.
process.channel?.unref();
