// `plateward camera health` and `camera look`: whether an agency's cameras work, and the newest frame of one of them, opened with a reason and on record.
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { findCamera } from './camera-find.js';
import { answer, say } from './say.js';

const healthy = z.looseObject({
  cameras: z.array(
    z.looseObject({
      name: z.string(),
      standing: z.string(),
      lastFrame: z.looseObject({ receivedAt: z.string(), reason: z.string().nullable() }).nullable(),
      clock: z.looseObject({ seconds: z.number() }).nullable(),
      refused: z.looseObject({ at: z.string(), by: z.string() }).nullable(),
    }),
  ),
});

const health = (options: AsMember & { readonly json?: true }): Promise<void> =>
  asMember(options, async (client) => {
    const { cameras } = await client.get('/api/v1/cameras/health', healthy);
    if (cameras.length === 0) say(`${client.agencyName} has no camera yet.`);
    for (const each of cameras) {
      const { name, standing, lastFrame, clock, refused } = each;
      if (options.json) answer(JSON.stringify(each));
      else
        answer(
          [
            name,
            standing,
            lastFrame ? `last frame ${lastFrame.receivedAt.slice(0, 19)}Z` : 'no frame yet',
            ...(lastFrame?.reason ? [lastFrame.reason] : []),
            ...(clock ? [`clock ${clock.seconds >= 0 ? '+' : ''}${clock.seconds} s`] : []),
            ...(refused ? [`turned away ${refused.at.slice(0, 19)}Z by ${refused.by}`] : []),
          ].join('  '),
        );
    }
  });

const looked = z.looseObject({
  frame: z.looseObject({ receivedAt: z.string(), state: z.string() }),
  plates: z.array(z.looseObject({ plate: z.string(), confidence: z.number() })),
  picture: z.object({ mediaType: z.string(), base64: z.string() }),
  receipt: z.looseObject({ entry: z.int() }),
});

const look = (
  name: string,
  { reason, out, ...options }: AsMember & { readonly reason: string; readonly out: string },
): Promise<void> =>
  asMember(options, async (client) => {
    const camera = await findCamera(client, name);
    const { frame, plates, picture, receipt } = await client.post(
      `/api/v1/cameras/${camera.id}/looks`,
      { reason },
      looked,
    );
    await writeFile(out, Buffer.from(picture.base64, 'base64'), { mode: 0o600, flag: 'wx' });
    answer(`${out}: the frame of ${frame.receivedAt.slice(0, 19)}Z, ${frame.state}.`);
    for (const each of plates) answer(`${each.plate}  ${Math.round(each.confidence * 100)} %`);
    say(`On record as entry ${receipt.entry}.`);
  });

export const cameraHealthCommand = (): Command =>
  signingIn(new Command('health').description('whether each camera works'), 'a member of that agency')
    .option('--json', 'one JSON object a line')
    .action(health);

export const cameraLookCommand = (): Command =>
  signingIn(
    new Command('look').description("write a camera's newest frame to a file, with what was read in it; on record"),
    'an administrator or supervisor of that agency',
  )
    .argument('<camera>', 'its name or id')
    .requiredOption('--reason <text>', 'why; the log commits to it')
    .requiredOption('--out <file>', 'where the picture is written; nothing is overwritten')
    .action(look);
