// The way to every page that the member's role opens, by groups: beside the page where there is room, behind one button where there
// is not. Links are real links, so that a new tab works as everywhere.
import { Anchor, Button } from '@mantine/core';
import { useState } from 'react';
import { AlertCount } from './alerts/alert-count.js';
import { base, openPage } from './navigate.js';
import { groups, type Page } from './pages.js';

interface Props {
  readonly pages: readonly Page[];
  readonly open: Page | undefined;
}

export const Navigation = ({ pages, open }: Props) => {
  const [shown, setShown] = useState(false);
  const follow = (name: string): void => {
    setShown(false);
    openPage(name);
  };
  const standing = groups
    .map((group) => ({ group, of: pages.filter((page) => page.group === group) }))
    .filter(({ of }) => of.length > 0);
  return (
    <>
      <Button
        className="menu"
        variant="default"
        size="xs"
        aria-expanded={shown}
        aria-controls="pages"
        onClick={() => setShown(!shown)}
      >
        Pages{open ? `: ${open.title}` : ''}
        {!shown && pages.some(({ name }) => name === 'alerts') && <AlertCount />}
      </Button>
      <nav className="navigation" aria-label="Pages" id="pages" data-shown={shown}>
        {standing.map(({ group, of }) => (
          <div key={group}>
            {(of.length > 1 || of[0]?.title !== group) && <p aria-hidden="true">{group}</p>}
            <ul aria-label={group}>
              {of.map((page) => (
                <li key={page.name}>
                  <Anchor
                    href={page.name === '' ? base : `${base}/${page.name}`}
                    aria-current={page === open ? 'page' : undefined}
                    onClick={(event) => {
                      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
                      event.preventDefault();
                      follow(page.name);
                    }}
                  >
                    {page.title}
                    {page.name === 'alerts' && <AlertCount />}
                  </Anchor>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </nav>
    </>
  );
};
