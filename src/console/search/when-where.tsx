// When and where: a time, some of the agency's cameras, an area.
import { NativeSelect, TextInput } from '@mantine/core';
import { isNoArea } from '../map/area.js';
import { Fold } from '../parts/fold.js';
import { AreaFields } from './area-fields.js';
import { CameraChoice } from './camera-choice.js';
import type { Draft } from './draft.js';
import { windows, type Faults } from './question.js';
import { sectionOf } from './section.js';

export interface FieldsProps {
  readonly change: (change: Partial<Draft>) => void;
  readonly faults: Faults;
  readonly cameras: readonly { readonly id: string; readonly name: string; readonly status: string }[];
}

type Shown = 'window' | 'from' | 'to' | 'cameraIds' | 'area';

const WhenWhereFields = ({ draft, change, faults, cameras }: FieldsProps & { readonly draft: Pick<Draft, Shown> }) => (
  <fieldset className="when">
    <legend>When and where</legend>
    <NativeSelect
      label="Time"
      value={draft.window}
      error={faults.window}
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
    <Fold summary={<>Only some of your cameras{draft.cameraIds.length > 0 && ` (${draft.cameraIds.length})`}</>}>
      <CameraChoice cameras={cameras} chosen={draft.cameraIds} choose={(cameraIds) => change({ cameraIds })} />
    </Fold>
    <Fold summary={<>Only an area{!isNoArea(draft.area) && ' (one is set)'}</>} must={faults.area !== undefined}>
      <AreaFields name="search" area={draft.area} change={(area) => change({ area })} fault={faults.area} />
    </Fold>
  </fieldset>
);

export const WhenWhere = sectionOf<Shown, FieldsProps>(['window', 'from', 'to', 'cameraIds', 'area'], WhenWhereFields);
