// Who can see our data, and whose can we see, as one picture: our agency in the middle, data of others coming in, ours going out. A
// line says by its style what it is and by its thickness how much it is used; both stand beside it in words as well.
import { isOpen, linksOf, sayLink, thicknessOf, type Drawn, type Link } from './standing.js';
import type { Grant } from './grant.js';

/** Agencies that the picture shows on each side; the table has all. */
const most = 8;
const dashes: Readonly<Record<Drawn, string | undefined>> = {
  'in-force': undefined,
  expiring: '22 5',
  requested: '8 6',
  suspended: '1.5 6',
};

/** It points to the right: the way that data goes, into the middle and out of it. */
const Arrow = ({ link }: { readonly link: Link }) => {
  const thick = thicknessOf(link);
  return (
    <span className="arrow" data-line={link.line} aria-hidden="true">
      <svg viewBox="0 0 100 16" preserveAspectRatio="none">
        <line x1="0" y1="8" x2="100" y2="8" strokeWidth={thick} strokeDasharray={dashes[link.line]} />
      </svg>
      <svg viewBox="0 0 12 16" className="head">
        <polygon points="0,0 12,8 0,16" />
      </svg>
    </span>
  );
};

interface SideProps {
  readonly links: readonly Link[];
  readonly title: string;
  readonly none: string;
  readonly side: 'in' | 'out';
}

const Side = ({ links, title, none, side }: SideProps) => (
  <div className="side" data-side={side}>
    <p className="quiet">{title}</p>
    {links.length === 0 ? (
      <p>{none}</p>
    ) : (
      <ul aria-label={title}>
        {links.slice(0, most).map((link) => (
          <li key={`${link.agencyId} ${link.line}`}>
            <span>
              <strong>{link.name}</strong> <span className="quiet">{sayLink(link)}</span>
            </span>
            <Arrow link={link} />
          </li>
        ))}
      </ul>
    )}
    {links.length > most && <p className="quiet">and {links.length - most} more, in the table below</p>}
  </div>
);

interface Props {
  readonly own: string;
  readonly given: readonly Grant[];
  readonly received: readonly Grant[];
  readonly nameOf: (id: string) => string;
}

export const SharingPicture = ({ own, given, received, nameOf }: Props) => {
  const now = Date.now();
  const into = linksOf(received, ({ ownerAgencyId }) => ownerAgencyId, nameOf, now);
  const out = linksOf(given, ({ granteeAgencyId }) => granteeAgencyId, nameOf, now);
  const agenciesOf = (links: readonly Link[]): number =>
    new Set(links.filter(isOpen).map(({ agencyId }) => agencyId)).size;
  const [seeing, seen] = [agenciesOf(out), agenciesOf(into)];
  return (
    <figure className="sharing-picture">
      <figcaption>
        {seeing === 0 ? 'No other agency' : seeing === 1 ? 'One other agency' : `${seeing} other agencies`} can see our
        data; we can see the data of {seen === 0 ? 'none' : seen === 1 ? 'one' : seen}.
      </figcaption>
      <div className="sides">
        <Side side="in" links={into} title="Whose data we can see" none="Nobody’s." />
        <p className="middle">
          <strong>{own}</strong>
        </p>
        <Side side="out" links={out} title="Who can see our data" none="Nobody." />
      </div>
      <p className="quiet">
        Arrows show the way that data goes. A solid line: in force. Long dashes: in force, and ending within 30 days.
        Short dashes: asked for, and nothing open. Dots: suspended or resting. The thicker, the more searches.
      </p>
    </figure>
  );
};
