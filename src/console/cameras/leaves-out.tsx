// What a camera leaves out: zones drawn over its frame, and the sizes and sureness below which a plate is not kept. The same as JSON for whoever has it as a file.
import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { cameraSettings, plateSizeMax, type CameraSettings } from '../../core/camera-settings.js';
import { zoneFault } from '../../core/zone.js';
import { call } from '../api/client.js';
import { Fold } from '../parts/fold.js';
import { Failed } from '../parts/states.js';
import type { Look } from './looked-at.js';
import { ZoneEditor } from './zone-editor.js';
import type { DrawnZone } from './zones.js';

export interface ShownSettings {
  readonly settings: CameraSettings;
  readonly revision: number;
}

const numbers = [
  ['plateWidthMin', 'Narrowest plate, pixels', plateSizeMax],
  ['plateHeightMin', 'Lowest plate, pixels', plateSizeMax],
  ['confidenceMin', 'Least sureness, 0 to 1', 1],
] as const;
type Numbers = Readonly<Record<(typeof numbers)[number][0], string>>;

const textsOf = (settings: CameraSettings): Numbers => ({
  plateWidthMin: String(settings.plateWidthMin),
  plateHeightMin: String(settings.plateHeightMin),
  confidenceMin: String(settings.confidenceMin),
});
const zonesOf = ({ ignoreZones, regionsOfInterest }: CameraSettings): DrawnZone[] => [
  ...ignoreZones.map((points): DrawnZone => ({ kind: 'ignoreZones', points })),
  ...regionsOfInterest.map((points): DrawnZone => ({ kind: 'regionsOfInterest', points })),
];

/** As it would be sent; whether it may be is the form's to say. */
const settingsOf = (zones: readonly DrawnZone[], texts: Numbers): CameraSettings => {
  const of = (kind: DrawnZone['kind']) => zones.filter((each) => each.kind === kind).map(({ points }) => points);
  const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));
  return {
    ...{ ignoreZones: of('ignoreZones'), regionsOfInterest: of('regionsOfInterest') },
    plateWidthMin: number(texts.plateWidthMin),
    plateHeightMin: number(texts.plateHeightMin),
    confidenceMin: number(texts.confidenceMin),
  };
};

interface Props {
  readonly id: string;
  readonly shown: ShownSettings;
  readonly may: boolean;
  /** The newest frame, once it was opened. */
  readonly look: Look | undefined;
}

export const LeavesOut = ({ id, shown, may, look }: Props) => {
  const queries = useQueryClient();
  const [zones, setZones] = useState<readonly DrawnZone[]>(() => zonesOf(shown.settings));
  const [texts, setTexts] = useState(() => textsOf(shown.settings));
  /** What is typed as JSON and not taken over yet. */
  const [typed, setTyped] = useState<string>();
  const [fault, setFault] = useState('');
  const settings = settingsOf(zones, texts);
  const change = useMutation({
    mutationFn: (wanted: CameraSettings) =>
      call<{ revision: number; receipt: { entry: number } }>('PATCH', `/api/v1/cameras/${id}/settings`, wanted),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['camera-settings', id] }),
  });
  const wrong = (name: keyof Numbers): string | undefined =>
    cameraSettings.shape[name].safeParse(settings[name]).success
      ? undefined
      : `A ${name === 'confidenceMin' ? 'number' : 'whole number'} from 0 to ${numbers.find(([each]) => each === name)![2]}.`;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.reset();
    const whole =
      zones.every(({ points }) => zoneFault(points) === undefined) && numbers.every(([name]) => !wrong(name));
    if (typed !== undefined) return setFault('Take over what you typed first, or leave it.');
    if (whole) change.mutate(settings);
  };
  const takeOver = (): void => {
    try {
      const read = cameraSettings.safeParse(JSON.parse(typed ?? ''));
      const issue = read.error?.issues[0];
      setFault(issue ? `${issue.path.join('.')}: ${issue.message}` : '');
      if (!read.success) return;
      setZones(zonesOf(read.data));
      setTexts(textsOf(read.data));
      setTyped(undefined);
    } catch {
      setFault('This is not JSON.');
    }
  };
  return (
    <section aria-labelledby="settings">
      <h2 id="settings">What it leaves out</h2>
      <p>
        {shown.revision === 0 ? 'Nothing was ever set: all is kept.' : `Changed ${shown.revision} times.`}
        {may && !look && ' Open the newest frame above to draw over it.'}
      </p>
      <form onSubmit={submit} aria-label="What it leaves out" noValidate>
        <ZoneEditor zones={zones} change={setZones} look={look} readOnly={!may} />
        <div className="pair">
          {numbers.map(([name, label, most]) => (
            <TextInput
              key={name}
              label={label}
              description="0: any"
              type="number"
              min={0}
              max={most}
              step={name === 'confidenceMin' ? 0.01 : 1}
              readOnly={!may}
              value={texts[name]}
              error={wrong(name)}
              onChange={(event) => setTexts({ ...texts, [name]: event.currentTarget.value })}
            />
          ))}
        </div>
        <Fold summary="The same as JSON" must={fault !== ''}>
          <Textarea
            label="Settings, as JSON"
            autosize
            minRows={6}
            maxRows={24}
            spellCheck={false}
            readOnly={!may}
            classNames={{ input: 'code' }}
            value={typed ?? JSON.stringify(settings, null, 2)}
            error={fault === '' ? undefined : fault}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {may && typed !== undefined && (
            <p className="pages">
              <Button variant="default" size="xs" onClick={takeOver}>
                Take it over
              </Button>
              <Button
                variant="default"
                size="xs"
                onClick={() => {
                  setTyped(undefined);
                  setFault('');
                }}
              >
                Leave it
              </Button>
            </p>
          )}
        </Fold>
        {may && (
          <p className="pages">
            <Button type="submit" variant="default" loading={change.isPending}>
              Set them
            </Button>
          </p>
        )}
      </form>
      {change.error && <Failed error={change.error} />}
      <p role="status" className={change.data ? 'told done' : 'visually-hidden'}>
        {change.data && `Set; that is entry ${change.data.receipt.entry} of our log. It holds from the next frame on.`}
      </p>
    </section>
  );
};
