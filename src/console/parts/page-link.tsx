// A link from one page of the console to another, as real as those beside the page.
import { Anchor } from '@mantine/core';
import { base, openPage } from '../navigate.js';

interface Props {
  /** Last part of its address. */
  readonly to: string;
  readonly children: string;
}

export const PageLink = ({ to, children }: Props) => (
  <Anchor
    underline="always"
    href={`${base}/${to}`}
    onClick={(event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      openPage(to);
    }}
  >
    {children}
  </Anchor>
);
