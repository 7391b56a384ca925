// What for, which case and why: beside every question, kept for the shift, never skipped.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { legalClasses } from '../session/legal-classes.js';
import { emptyDraft, type Draft } from './draft.js';
import type { Faults } from './question.js';
import { sectionOf } from './section.js';

const shown = [
  ...(['purpose', 'caseNumber', 'reason', 'behalf'] as const),
  ...(['behalfName', 'behalfClass', 'behalfState', 'others', 'own'] as const),
] as const;
type Shown = (typeof shown)[number];

interface Props {
  readonly change: (change: Partial<Draft>) => void;
  readonly faults: Faults;
  readonly purposes: readonly string[];
  /** Names of agencies whose law asks on whose behalf each search is made. */
  readonly askBehalf: readonly string[];
}

const Why = ({ draft, change, faults, purposes, askBehalf }: Props & { readonly draft: Pick<Draft, Shown> }) => (
  <fieldset className="why">
    <legend>Why (kept for your shift)</legend>
    <NativeSelect
      label="Purpose"
      value={draft.purpose}
      error={faults.purpose}
      onChange={(event) => change({ purpose: event.currentTarget.value })}
      data={[{ value: '', label: 'Choose…' }, ...purposes.map((each) => ({ value: each, label: each }))]}
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
      value={draft.behalf === '' && askBehalf.length === 0 ? 'self' : draft.behalf}
      error={faults.behalf}
      {...(askBehalf.length > 0 && { description: `The law of ${askBehalf.join(' and of ')} asks it of each search.` })}
      onChange={(event) => change({ behalf: event.currentTarget.value as Draft['behalf'] })}
      data={[
        ...(askBehalf.length > 0 ? [{ value: '', label: 'Choose…' }] : []),
        { value: 'self', label: 'My own agency' },
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
);

export const WhyFields = sectionOf<Shown, Props>(shown, Why);
