/**
 * Loaded before a server (`node --import`): its wall clock is set on or back by a message `{ stepMs }`, as an operator or NTP does.
 * Timers and `performance.now` go on as they do on a real machine. Nothing but a fault that is measured.
 */
const Real = Date;
let offsetMs = 0;

class SteppedDate extends Real {
  constructor(...parts: readonly unknown[]) {
    if (parts.length === 0) super(Real.now() + offsetMs);
    else super(...(parts as [number])); // whatever Date takes
  }

  static override now(): number {
    return Real.now() + offsetMs;
  }
}

globalThis.Date = SteppedDate as DateConstructor;

process.on('message', ({ stepMs }: { readonly stepMs: number }) => {
  offsetMs += stepMs;
  process.send?.({ now: new Date().toISOString() });
});
// The channel alone keeps no server.
process.channel?.unref();
