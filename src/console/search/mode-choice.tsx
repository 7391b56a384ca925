// What is looked for: one of four questions of the same page.
import type { Draft, Mode } from './draft.js';
import { sectionOf } from './section.js';

const modes: readonly (readonly [Mode, string, string])[] = [
  ['passages', 'Passages', 'each car that passed a camera, once'],
  ['reads', 'Reads', 'each read by itself, before any vote'],
  ['travel', 'Travel', 'the way of one whole plate, with time, distance and least speed'],
  ['places', 'Several places', 'plates that were seen at each of two to five places'],
];

interface Props {
  readonly change: (change: Partial<Draft>) => void;
}

const Modes = ({ draft: { mode }, change }: Props & { readonly draft: Pick<Draft, 'mode'> }) => (
  <fieldset className="modes">
    <legend>Look for</legend>
    <div className="segments">
      {modes.map(([value, name]) => (
        <label key={value} data-chosen={mode === value}>
          <input
            type="radio"
            name="mode"
            value={value}
            checked={mode === value}
            onChange={() => change({ mode: value })}
          />
          {name}
        </label>
      ))}
    </div>
    <p className="quiet">{modes.find(([value]) => value === mode)?.[2]}</p>
  </fieldset>
);

export const ModeChoice = sectionOf<'mode', Props>(['mode'], Modes);
