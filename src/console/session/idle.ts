// When nobody has touched the console for a while. By the clock rather than by a timer's length, so that a laptop that slept is
// locked the moment it wakes.

/** How long the console stays open without anybody touching it, in minutes. */
export const idleMinutesMax = 10;
const lookMs = 1_000;
const signs = ['keydown', 'pointerdown', 'pointermove', 'wheel', 'touchstart'] as const;

/**
 * Calls back once when nobody has touched the page for `idleMinutesMax`.
 * @returns ends the watch
 */
export const watchIdle = (onIdle: () => void): (() => void) => {
  let touched = Date.now();
  const overdue = (): boolean => Date.now() - touched >= idleMinutesMax * 60_000;
  const touch = (): void => {
    // The touch that wakes a laptop does not open what should have been locked.
    if (!overdue()) touched = Date.now();
  };
  for (const sign of signs) window.addEventListener(sign, touch, { capture: true, passive: true });
  const timer = window.setInterval(() => {
    if (!overdue()) return;
    stop();
    onIdle();
  }, lookMs);
  const stop = (): void => {
    window.clearInterval(timer);
    for (const sign of signs) window.removeEventListener(sign, touch, { capture: true });
  };
  return stop;
};
