// Something folded away that opens by itself when it holds what must be seen, such as a fault, and stays open then. What is closed is made
// once the browser has time.
import { useEffect, useState, type ReactNode } from 'react';
import { useCalm } from './calm.js';

interface Props {
  readonly summary: ReactNode;
  readonly className?: string;
  /** Whether it holds something that must be seen. */
  readonly must?: boolean;
  readonly children: ReactNode;
}

export const Fold = ({ summary, className, must = false, children }: Props) => {
  const [open, setOpen] = useState(must);
  const calm = useCalm();
  useEffect(() => {
    if (must) setOpen(true);
  }, [must]);
  return (
    <details className={className} open={open || must} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {(open || must || calm) && children}
    </details>
  );
};
