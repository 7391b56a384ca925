// The question: the plate as people type it, and beside it, never skipped, what for, which case and why. Slash puts the cursor into
// the plate field from anywhere on the page.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { memo, useEffect, useLayoutEffect, useRef, type FormEvent } from 'react';
import { AgenciesToAsk, type OtherAgency } from './agencies-to-ask.js';
import { Chips } from './chips.js';
import type { Draft } from './draft.js';
import { Filters } from './filters.js';
import { ModeChoice } from './mode-choice.js';
import { PlacesFields } from './places-fields.js';
import { distances, type Faults } from './question.js';
import { typing } from './typing.js';
import { WhenWhere } from './when-where.js';
import { WhyFields } from './why-fields.js';

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
  /** Names of agencies whose law asks on whose behalf each search is made. */
  readonly askBehalf: readonly string[];
}

const Form = (props: Props) => {
  const { draft, change, faults, submit, busy, agency, others, looking, cameras, mayRequest, askBehalf } = props;
  const form = useRef<HTMLFormElement>(null);
  const plate = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      (plate.current ?? form.current?.querySelector<HTMLElement>('input, select'))?.focus();
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
      <ModeChoice draft={draft} change={change} />
      {draft.mode !== 'places' && (
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
      )}
      {draft.mode !== 'places' && draft.mode !== 'travel' && (
        <NativeSelect
          label="Misread plates"
          description="A camera can take 8 for B or miss a character. Misread ones are shown as such, never as exact."
          value={draft.fuzzy}
          onChange={(event) =>
            change({ fuzzy: distances.find(([value]) => value === event.currentTarget.value)?.[0] ?? '' })
          }
          data={distances.map(([value, label]) => ({ value, label }))}
        />
      )}
      {draft.mode === 'places' && <PlacesFields draft={draft} change={change} faults={faults} cameras={cameras} />}
      <Chips draft={draft} change={change} cameras={cameras} />
      <Button type="submit" size="lg" className="go" loading={busy}>
        Search
      </Button>
      <WhyFields draft={draft} change={change} faults={faults} purposes={agency.purposes} askBehalf={askBehalf} />
      {draft.mode !== 'places' && <WhenWhere draft={draft} change={change} faults={faults} cameras={cameras} />}
      <Filters draft={draft} change={change} faults={faults} />
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

export const SearchForm = memo(Form);
