// A part of the form that is made anew only when what it shows has changed: each key in the plate field would else make the whole of it.
import { memo, type MemoExoticComponent, type ReactNode } from 'react';
import type { Draft } from './draft.js';

/** @param keys what the part needs of the draft; it is given no more */
export const sectionOf = <Key extends keyof Draft, Props extends object>(
  keys: readonly Key[],
  body: (props: Props & { readonly draft: Pick<Draft, Key> }) => ReactNode,
): MemoExoticComponent<(props: Props & { readonly draft: Pick<Draft, Key> }) => ReactNode> =>
  memo(body, (before, now) => {
    const others = Object.keys(now).filter((name) => name !== 'draft');
    const [old, fresh] = [before as Record<string, unknown>, now as Record<string, unknown>];
    return (
      keys.every((key) => before.draft[key] === now.draft[key]) && others.every((name) => old[name] === fresh[name])
    );
  });
