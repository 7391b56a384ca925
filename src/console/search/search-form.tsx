// The question: the plate as people type it, and beside it, never skipped, what for, which case and why. Slash puts the cursor into
// the plate field from anywhere on the page.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useLayoutEffect, useRef, type FormEvent } from 'react';
import { legalClasses } from '../session/legal-classes.js';
import { AgenciesToAsk, type OtherAgency } from './agencies-to-ask.js';
import { emptyDraft, type Draft } from './draft.js';
import { distances, windows, type Faults } from './question.js';

interface Props {
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
  readonly faults: Faults;
  /** Answers whether the question was asked. */
  readonly submit: () => boolean;
  readonly busy: boolean;
  readonly agency: { readonly name: string; readonly slug: string; readonly purposes: readonly string[] };
  readonly others: readonly OtherAgency[];
  readonly looking: boolean;
  readonly cameras: readonly { readonly id: string; readonly name: string; readonly status: string }[];
  readonly mayRequest: boolean;
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;

export const SearchForm = (props: Props) => {
  const { draft, change, faults, submit, busy, agency, others, looking, cameras, mayRequest } = props;
  const form = useRef<HTMLFormElement>(null);
  const plate = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      plate.current?.focus();
      plate.current?.select();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  // As soon as the faults of a question stand on the screen, the first of them is where the cursor goes.
  const refused = useRef(false);
  useLayoutEffect(() => {
    if (!refused.current) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (!wrong) return;
    refused.current = false;
    wrong.focus();
  });

  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (!busy) refused.current = !submit();
  };

  return (
    <form ref={form} className="search-form" onSubmit={onSubmit} noValidate aria-label="Search reads">
      <TextInput
        ref={plate}
        className="plate-field"
        label="Plate"
        description="As you see it. ? one unknown character, * several. Key: /"
        size="lg"
        autoFocus
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={64}
        value={draft.plate}
        error={faults.plate}
        onChange={(event) => change({ plate: event.currentTarget.value })}
      />
      <NativeSelect
        label="Misread plates"
        description="A camera can take 8 for B or miss a character. Misread ones are shown as such, never as exact."
        value={draft.fuzzy}
        onChange={(event) =>
          change({ fuzzy: distances.find(([value]) => value === event.currentTarget.value)?.[0] ?? '' })
        }
        data={distances.map(([value, label]) => ({ value, label }))}
      />
      <Button type="submit" size="lg" className="go" loading={busy}>
        Search
      </Button>
      <fieldset className="why">
        <legend>Why (kept for your shift)</legend>
        <NativeSelect
          label="Purpose"
          value={draft.purpose}
          error={faults.purpose}
          onChange={(event) => change({ purpose: event.currentTarget.value })}
          data={[{ value: '', label: 'Choose…' }, ...agency.purposes.map((each) => ({ value: each, label: each }))]}
        />
        <TextInput
          label="Case number"
          autoComplete="off"
          maxLength={60}
          value={draft.caseNumber}
          error={faults.caseNumber}
          onChange={(event) => change({ caseNumber: event.currentTarget.value })}
        />
        <TextInput
          className="reason"
          label="Reason"
          autoComplete="off"
          maxLength={500}
          value={draft.reason}
          error={faults.reason}
          onChange={(event) => change({ reason: event.currentTarget.value })}
        />
        <NativeSelect
          label="On behalf of"
          value={draft.behalf}
          onChange={(event) => change({ behalf: event.currentTarget.value === 'other' ? 'other' : 'self' })}
          data={[
            { value: 'self', label: `My own agency` },
            { value: 'other', label: 'Another body…' },
          ]}
        />
        {draft.behalf === 'other' && (
          <>
            <TextInput
              label="Its name"
              autoComplete="off"
              maxLength={120}
              value={draft.behalfName}
              error={faults.behalfName}
              onChange={(event) => change({ behalfName: event.currentTarget.value })}
            />
            <NativeSelect
              label="Its legal class"
              value={draft.behalfClass}
              onChange={(event) => change({ behalfClass: event.currentTarget.value })}
              data={[...legalClasses]}
            />
            <TextInput
              label="Its state"
              maxLength={2}
              value={draft.behalfState}
              error={faults.behalfState}
              onChange={(event) => change({ behalfState: event.currentTarget.value })}
            />
          </>
        )}
        <Button
          variant="default"
          size="xs"
          className="new-case"
          onClick={() => change({ ...emptyDraft, others: draft.others, own: draft.own })}
        >
          New case: clear these
        </Button>
      </fieldset>
      <fieldset className="when">
        <legend>When and where</legend>
        <NativeSelect
          label="Time"
          value={draft.window}
          onChange={(event) =>
            change({ window: windows.find(([name]) => name === event.currentTarget.value)?.[0] ?? '30d' })
          }
          data={windows.map(([value, label]) => ({ value, label }))}
        />
        {draft.window === 'custom' && (
          <>
            <TextInput
              type="datetime-local"
              label="From (local time)"
              value={draft.from}
              error={faults.from}
              onChange={(event) => change({ from: event.currentTarget.value })}
            />
            <TextInput
              type="datetime-local"
              label="To (local time)"
              value={draft.to}
              onChange={(event) => change({ to: event.currentTarget.value })}
            />
          </>
        )}
        <details>
          <summary>Only some of your cameras{draft.cameraIds.length > 0 && ` (${draft.cameraIds.length})`}</summary>
          {cameras.length === 0 && <p className="quiet">Your agency has no camera yet.</p>}
          <ul className="choices">
            {cameras.map(({ id, name, status }) => (
              <li key={id}>
                <label>
                  <input
                    type="checkbox"
                    checked={draft.cameraIds.includes(id)}
                    onChange={(event) =>
                      change({
                        cameraIds: event.currentTarget.checked
                          ? [...draft.cameraIds, id]
                          : draft.cameraIds.filter((each) => each !== id),
                      })
                    }
                  />
                  {name}
                  {status === 'revoked' && ' (ended)'}
                </label>
              </li>
            ))}
          </ul>
        </details>
      </fieldset>
      <AgenciesToAsk
        draft={draft}
        change={change}
        own={agency.name}
        others={others}
        fault={faults.others}
        looking={looking}
        mayRequest={mayRequest}
      />
    </form>
  );
};
