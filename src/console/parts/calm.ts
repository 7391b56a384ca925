// Whether the browser has had time since the page was opened: what nobody sees at first is made then, and not before what he waits for.
import { useEffect, useState } from 'react';

/** How long it is waited for at most; milliseconds. */
const longest = 1_000;
let calmed = false;

export const useCalm = (): boolean => {
  const [calm, setCalm] = useState(calmed);
  useEffect(() => {
    if (calm) return undefined;
    const become = (): void => {
      calmed = true;
      setCalm(true);
    };
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(become, 200);
      return () => clearTimeout(timer);
    }
    const request = window.requestIdleCallback(become, { timeout: longest });
    return () => window.cancelIdleCallback(request);
  }, [calm]);
  return calm;
};
