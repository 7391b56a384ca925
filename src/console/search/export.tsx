// What was found as a file. To take it out of the house is an act of its own: it is said before the button what goes on record and what the file
// will say, and afterwards where it stands. Several questions in a row are several files, since each is a search of its own.
import { Button, NativeSelect } from '@mantine/core';
import { memo, useState } from 'react';
import { fetchFile } from '../api/client.js';
import { Failed } from '../parts/states.js';
import type { Answer } from './older.js';

const kinds = [
  { value: 'pdf crops', label: 'PDF with the plates cut out' },
  { value: 'pdf frames', label: 'PDF with full pictures (30 at most)' },
  { value: 'pdf none', label: 'PDF without pictures' },
  { value: 'csv none', label: 'Table (CSV)' },
];

type Phase =
  | { readonly kind: 'ready' | 'making' }
  | { readonly kind: 'made'; readonly name: string }
  | { readonly kind: 'failed'; readonly error: unknown };

/** Hands a file to the browser, which asks where to keep it. */
const save = (name: string, file: Blob): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

const ExportOf = ({ answer }: { readonly answer: Pick<Answer, 'searchIds' | 'shown' | 'receipts'> }) => {
  const [wanted, setWanted] = useState(kinds[0]!.value);
  const [which, setWhich] = useState(0);
  const [phase, setPhase] = useState<Phase>({ kind: 'ready' });
  const make = async (): Promise<void> => {
    const [format, pictures] = wanted.split(' ');
    setPhase({ kind: 'making' });
    try {
      const path = `/api/v1/searches/${answer.searchIds[which]!}/exports`;
      const { name, file } = await fetchFile(path, { shown: answer.shown[which], format, pictures });
      save(name, file);
      setPhase({ kind: 'made', name });
    } catch (error) {
      setPhase({ kind: 'failed', error });
    }
  };
  return (
    <details className="recorded export">
      <summary>Export what was found</summary>
      <p>
        The file says on every page or line who exported it, when and for which case. That it was made is on record in
        your agency’s log and in that of every agency whose reads it holds.
      </p>
      {answer.searchIds.length > 1 && (
        <NativeSelect
          label="Which search"
          description="Each time you went further back was a search of its own; each is a file of its own."
          value={String(which)}
          onChange={({ currentTarget }) => setWhich(Number(currentTarget.value))}
          data={answer.receipts.map(({ entry }, at) => ({ value: String(at), label: `entry ${entry}` }))}
        />
      )}
      <NativeSelect
        label="As"
        value={wanted}
        onChange={({ currentTarget }) => setWanted(currentTarget.value)}
        data={kinds}
      />
      <p>
        <Button variant="default" size="xs" loading={phase.kind === 'making'} onClick={() => void make()}>
          Export (a new entry)
        </Button>
      </p>
      <p role="status">
        {phase.kind === 'made' &&
          `Exported as ${phase.name}, on record as entry ${/-(\d+)\.[a-z]+$/.exec(phase.name)?.[1] ?? ''}.`}
      </p>
      {phase.kind === 'failed' && <Failed error={phase.error} />}
    </details>
  );
};

export const ExportAnswer = memo(ExportOf);
