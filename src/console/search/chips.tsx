// What narrows the question just now, in a row: each can be taken away.
import { areaOf, noArea, sayArea } from '../map/area.js';
import { emptyDraft, type Draft } from './draft.js';
import { statesOf, windows } from './question.js';
import { regionNames } from './regions.js';
import { sectionOf } from './section.js';
import { sayToldFilter, toldFields } from './vehicle-filters.js';

const narrowing = [
  ...(['mode', 'window', 'from', 'to', 'cameraIds'] as const),
  ...(['regions', 'states', 'confidence', 'area'] as const),
  ...toldFields,
] as const;
type Narrowing = Pick<Draft, (typeof narrowing)[number]>;

interface Chip {
  readonly text: string;
  /** What takes it away; undefined: it cannot be. */
  readonly without?: Partial<Draft>;
}

const sayTime = ({ window, from, to }: Narrowing): string => {
  if (window !== 'custom') return windows.find(([name]) => name === window)?.[1] ?? window;
  const day = (text: string, open: string): string => (text === '' ? open : text.replace('T', ' '));
  return `${day(from, 'the default')} to ${day(to, 'now')}`;
};

const chipsOf = (draft: Narrowing, cameraName: (id: string) => string): Chip[] => {
  const { mode, window, cameraIds, regions, states, confidence, area } = draft;
  const found = areaOf(area);
  const where: Chip[] =
    mode === 'places'
      ? []
      : [
          {
            text: sayTime(draft),
            ...(window !== emptyDraft.window && { without: { window: emptyDraft.window, from: '', to: '' } }),
          },
          ...cameraIds.map((id) => ({
            text: cameraName(id),
            without: { cameraIds: cameraIds.filter((each) => each !== id) },
          })),
          ...(found !== undefined && typeof found !== 'string'
            ? [{ text: sayArea(found), without: { area: noArea } }]
            : []),
        ];
  return [
    ...where,
    ...regions.map((each) => ({
      text: `${regionNames[each] ?? each} plates`,
      without: { regions: regions.filter((other) => other !== each) },
    })),
    ...statesOf(states).map((each) => ({
      text: `of ${each}`,
      without: {
        states: statesOf(states)
          .filter((other) => other !== each)
          .join(', '),
      },
    })),
    ...toldFields
      .filter((field) => draft[field].trim() !== '')
      .map((field) => ({ text: sayToldFilter(field, draft[field].trim()), without: { [field]: '' } })),
    ...(confidence === '' ? [] : [{ text: `at least ${confidence} % sure`, without: { confidence: '' } }]),
  ];
};

interface Props {
  readonly change: (change: Partial<Draft>) => void;
  readonly cameras: readonly { readonly id: string; readonly name: string }[];
}

const NarrowingChips = ({ draft, change, cameras }: Props & { readonly draft: Narrowing }) => {
  const chips = chipsOf(draft, (id) => cameras.find((each) => each.id === id)?.name ?? 'a camera');
  if (chips.length === 0) return null;
  return (
    <ul className="chips" aria-label="What narrows the search">
      {chips.map(({ text, without }) => (
        <li key={text}>
          {without ? (
            <button type="button" className="chip" aria-label={`Take away: ${text}`} onClick={() => change(without)}>
              {text} <span aria-hidden="true">×</span>
            </button>
          ) : (
            <span className="chip">{text}</span>
          )}
        </li>
      ))}
    </ul>
  );
};

export const Chips = sectionOf<keyof Narrowing, Props>(narrowing, NarrowingChips);
