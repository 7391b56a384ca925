// One function for the life of a component that does what the newest of it would do, so that what is handed down does not change.
import { useCallback, useLayoutEffect, useRef } from 'react';

/** Not to be called while rendering. */
export const useStable = <Given extends readonly unknown[], Answer>(
  act: (...given: Given) => Answer,
): ((...given: Given) => Answer) => {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: Given) => latest.current(...given), []);
};
