// A password that this browser made for somebody else, shown once: the server keeps only what a password is checked by.
import { Button } from '@mantine/core';

// Without those that are taken for each other: 0 and O, 1, I and l.
const letters = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Twenty characters in four groups: more than a hundred bits by the browser's own chance. */
export const newSecret = (): string => {
  const drawn: string[] = [];
  while (drawn.length < 20) {
    const [byte = 255] = crypto.getRandomValues(new Uint8Array(1));
    // What is beyond the last whole round of letters would make the first of them likelier.
    if (byte < Math.floor(256 / letters.length) * letters.length) drawn.push(letters[byte % letters.length]!);
  }
  return [0, 5, 10, 15].map((from) => drawn.slice(from, from + 5).join('')).join('-');
};

interface Props {
  readonly name: string;
  readonly login: string;
  readonly secret: string;
  readonly close: () => void;
}

export const OneTimeSecret = ({ name, login, secret, close }: Props) => (
  <section className="told done" aria-label="Password, shown once">
    <p>
      Give {name} this password by hand or by word, with the login <strong>{login}</strong>. It is shown this once:
      nobody can show it again, and after it is lost you make a new one. {name} changes it on the page Account.
    </p>
    <p>
      <code className="secret">{secret}</code>
    </p>
    <Button variant="default" onClick={close}>
      I have it, hide it
    </Button>
  </section>
);
