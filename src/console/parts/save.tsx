// A file made here and handed to the person in front of the screen; nothing is asked of the server for it.
import { Button } from '@mantine/core';

/** Puts it into a file of that name, where the browser keeps what is downloaded. */
export const saveFile = (name: string, media: string, content: string | Uint8Array<ArrayBuffer>): void => {
  const address = URL.createObjectURL(new Blob([content], { type: media }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The browser has begun to read it by then.
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
};

interface Props {
  readonly name: string;
  readonly what: string;
  readonly text: () => string;
}

/** A table as CSV. */
export const SaveCsv = ({ name, what, text }: Props) => (
  <Button
    variant="default"
    size="xs"
    aria-label={`Download (CSV): ${what}`}
    onClick={() => saveFile(name, 'text/csv;charset=utf-8', text())}
  >
    Download (CSV)
  </Button>
);
