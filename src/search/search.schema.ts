// The form of a search and of its answer.
import { z } from 'zod';
import { confusableGroups } from '../core/confusable.js';
import { areaAsked } from '../core/area.js';
import { filterForms, placesFilterForms } from '../core/read-filter-forms.js';
import { agencyId, agencyName, cameraId, grantId, memberId, readId, readReviewId, searchId } from '../core/ids.js';
import { nearCharactersMin } from '../core/plate.js';
import { plainText, instant } from '../core/text.js';
import { bearing } from '../core/told-form.js';
import { vehicleColors, vehicleTypes, ways } from '../core/told.js';
import { readVerdict } from '../core/read-verdict.js';
import { receipt } from '../core/receipt.js';
import { legalClass, purpose, stateCode } from '../core/roles.js';

export const limitDefault = 100;
export const limitMax = 500;

export const newSearch = z.strictObject({
  plate: z.string().max(64).optional().meta({
    description:
      'The plate, with ? for one unknown character and * for several; at least two known ones. Leave it out to see what passed cameras.',
  }),
  fuzzy: z
    .union([z.literal(0), z.literal(1), z.literal(2)])
    .optional()
    .meta({
      description: `Finds misread plates too: those that differ in characters that look alike (${confusableGroups.map((group) => [...group].join('/')).join(', ')}), and in so many others. The plate must be whole, of at least ${nearCharactersMin[0]}, ${nearCharactersMin[1]} or ${nearCharactersMin[2]} characters for 0, 1 or 2.`,
    }),
  from: instant.optional().meta({
    description: 'Included. By default 30 days ago; a day ago without a plate.',
    examples: ['2026-11-01T00:00:00Z'],
  }),
  to: instant.optional().meta({
    description: 'Not included. By default open. At most 366 days after `from`; 7 days without a plate.',
    examples: ['2026-11-23T00:00:00Z'],
  }),
  cameraIds: z
    .array(cameraId)
    .min(1)
    .max(500)
    .optional()
    .meta({ description: "Only these cameras. Needed to search another agency's reads without a plate." }),
  agencies: z
    .array(agencyName)
    .min(1)
    .max(50)
    .optional()
    .meta({ description: 'Agencies to ask, by id or short name; by default the own one alone.' }),
  purpose: purpose.meta({ description: "One of the own agency's list." }),
  caseNumber: plainText(1, 60),
  reason: plainText(3, 500).meta({ description: 'Why, in words. It is kept in the log of every agency that answers.' }),
  onBehalfOf: z
    .union([z.literal('self'), z.strictObject({ name: plainText(1, 120), legalClass, state: stateCode })])
    .optional()
    .meta({
      description:
        "For whom the search is made: `self` for the own agency, or another body with its legal class and state. Left out: nothing is said, which some laws do not allow. The law of the data's owner judges it like a grantee.",
    }),
  as: z.enum(['reads', 'passages', 'travel']).default('reads').meta({
    description:
      'One result a read, or one a passage: the reads of one vehicle at one camera, voted into one text. The plate then has to fit the voted text. `travel`: the passages of one whole plate, with the way between them (`leg`).',
  }),
  ...filterForms,
  limit: z.int().min(1).max(limitMax).default(limitDefault),
  after: z.string().min(1).max(8000).optional().meta({
    description:
      '`next` of an answer to the same question: what comes after it, newest first. `from` and `to` are then those of the first page, so that reads which arrive meanwhile shift nothing. A page is a search of its own, with its entry, and counts for budgets.',
  }),
});
export type NewSearch = z.output<typeof newSearch>;

const match = z
  .object({
    kind: z.enum(['exact', 'wildcard', 'confusable', 'edit', 'corrected']).meta({
      description:
        '`exact`: the observed text is the asked one. `confusable`: it differs only in characters that look alike. `edit`: in others too. `corrected`: a member of the own agency corrected the read to what was asked; `differs` is then of the corrected text.',
    }),
    differs: z
      .array(
        z.object({
          at: z.int().meta({ description: "Place in the read's text, from 0." }),
          asked: z.string().nullable().meta({ description: 'null: the read has a character too many.' }),
          read: z.string().nullable().meta({ description: 'null: the read lacks a character.' }),
          confusable: z.boolean(),
        }),
      )
      .meta({ description: 'Which characters differ.' }),
    likelihood: z.number().optional().meta({
      description:
        "Of a text that differs: how far the reader's own doubt, character by character, and its other readings speak for the asked plate, 0 to 1. For order only.",
    }),
  })
  .meta({ id: 'Match', description: 'Why a read was found.' });

const readReview = z
  .object({
    reviewId: readReviewId,
    verdict: readVerdict,
    corrected: z.string().nullable().meta({ description: 'What it should be; null unless it was corrected.' }),
    reason: z.string(),
    by: z.object({ id: memberId, login: z.string(), name: z.string() }),
    at: z.date(),
  })
  .meta({ id: 'ReadReview', description: 'What a member said of a read. The observed text stays as it was read.' });

const link = z.string().meta({ description: 'Path to a picture, good until `linksExpireAt`, in this session only.' });

const found = z
  .object({
    agencyId,
    readId,
    plate: z.string(),
    match: match.optional().meta({ description: 'When a plate was asked for.' }),
    reviews: z.array(readReview).meta({
      description:
        "What members said last of an own read, at most ten, newest first; the newest stands. Of another agency's: none.",
    }),
    confidence: z.number(),
    chars: z.array(z.object({ c: z.string(), p: z.number() })).meta({ description: 'Confidence of each character.' }),
    candidates: z
      .array(z.object({ text: z.string(), confidence: z.number() }))
      .meta({ description: 'Other readings, best first.' }),
    region: z.string().nullable(),
    regionConfidence: z.number().nullable(),
    state: z.string().nullable().meta({ description: 'State that issued the plate, where the reader is sure enough.' }),
    stateConfidence: z.number().nullable(),
    camera: z.object({
      id: cameraId,
      name: z.string().nullable(),
      latitude: z.number().nullable(),
      longitude: z.number().nullable(),
    }),
    capturedAt: z.date(),
    receivedAt: z.date(),
    clockSuspect: z.boolean().nullable().meta({
      description:
        "Whether the camera's time of capture is doubtful; `receivedAt` is ours. Null: a grant without pictures does not tell.",
    }),
    vehicle: z
      .object({
        type: z.enum(vehicleTypes).nullable(),
        color: z.enum(vehicleColors).nullable(),
        make: z.string().nullable(),
        model: z.string().nullable(),
      })
      .nullable()
      .meta({
        description:
          'Of the vehicle, as the camera told it; it is not read by us. Null: it told nothing, or no grant of its owner gives pictures.',
      }),
    direction: z
      .object({ bearing: bearing.nullable(), way: z.enum(ways).nullable(), by: z.enum(['camera', 'size']) })
      .nullable()
      .meta({
        description:
          'Which way the vehicle went: a bearing of travel in degrees, and as seen from the camera. By what the camera told, or by how the plate grew or shrank between two frames (`size`). Null: neither says it, or no grant of its owner gives places.',
      }),
    corners: z
      .array(z.tuple([z.number(), z.number()]))
      .meta({ description: 'Corners of the plate in pixels of the frame.' }),
    model: z.object({ id: z.string(), hash: z.string() }),
    pictures: z
      .object({ crop: link.nullable(), frame: link.nullable() })
      .meta({ description: 'Null: there is none, or no grant of its owner gives pictures.' }),
    passage: z
      .object({
        plate: z.string().meta({ description: 'The voted text; the read beside it is one of exactly this text.' }),
        chars: z
          .array(z.object({ c: z.string(), p: z.number() }))
          .meta({ description: 'Confidence of each character, lowered by reads that disagree.' }),
        firstSeen: z.date(),
        lastSeen: z.date(),
        complete: z.boolean().meta({
          description:
            'Whether all of it was looked at. Where not, it may have begun before or gone on after: at the border of the window, or where a limit of reads cut.',
        }),
        texts: z
          .array(z.object({ text: z.string(), reads: z.int() }))
          .meta({ description: 'What was observed, as read and uncorrected, the most frequent first.' }),
        reads: z.int().meta({ description: 'Reads that voted.' }),
        readIds: z.array(readId).meta({ description: 'The reads that voted, by time of capture.' }),
      })
      .optional()
      .meta({ description: 'When passages or travel were asked for: the passage whose evidence this read is.' }),
    leg: z
      .object({
        fromReadId: readId.meta({ description: 'Result that it came from, the one before in time.' }),
        seconds: z.number().meta({
          description: 'From last seen there to first seen here; negative where two cameras saw it at once.',
        }),
        metres: z.number().nullable().meta({ description: 'As the crow flies; null where a camera has no place.' }),
        kmh: z.number().nullable().meta({
          description: "Least speed that this takes; null where metres, time or a camera's clock do not tell.",
        }),
      })
      .nullable()
      .optional()
      .meta({
        description:
          'When travel was asked for: the way from the passage before, among those of this answer. null for the earliest of them.',
      }),
  })
  .meta({ id: 'FoundRead' });

const verdict = z
  .object({
    agencyId,
    slug: z.string(),
    verdict: z.enum(['own', 'granted', 'refused']),
    grants: z.array(grantId).optional(),
    rule: z.string().optional(),
    because: z.string().optional(),
  })
  .meta({
    id: 'Verdict',
    description: 'What became of the question to one asked agency; a refused one was not searched.',
  });

const shown = z.string().meta({
  description:
    'What this answer shows, for an export (`POST /api/v1/searches/{searchId}/exports`): good for an hour, in this session and for this search only.',
});

export const searchAnswer = z.object({
  searchId,
  plate: z.string().nullable().meta({ description: 'As it was searched.' }),
  from: z.date(),
  to: z.date(),
  results: z.array(found).meta({
    description:
      'Newest first, of passages the evidence by when it was last seen; with `fuzzy` the exact ones first, then those that look alike, then by how many characters differ, the likelier before the newer.',
  }),
  more: z.boolean().meta({ description: "Whether the limit, or a grant's limit of rows, left reads out." }),
  next: z.string().nullable().meta({
    description:
      'Give it as `after` with the same question for what comes next. null: this is all, or what is left lies behind a limit of rows.',
  }),
  agencies: z.array(verdict),
  linksExpireAt: z.date(),
  shown,
  receipt,
});
export type SearchAnswer = z.output<typeof searchAnswer>;

export const picturePath = z.strictObject({
  searchId,
  token: z.string().regex(/^[A-Za-z0-9_-]{95}$/, 'must be the end of a link that a search gave'),
});
export type PicturePath = z.output<typeof picturePath>;

// Plates that were seen at several places.

/** Longest time at one place, in days. */
export const placeDaysMax = 7;
/** From the beginning of the first to the end of the last, in days. */
export const placesDaysMax = 366;
export const placesPlatesMax = 100;

const dayMs = 86_400_000;

const place = z
  .strictObject({
    cameraIds: z.array(cameraId).min(1).max(500).optional(),
    area: areaAsked.optional(),
    from: instant.meta({ description: 'Included.', examples: ['2026-11-22T20:00:00Z'] }),
    to: instant.meta({
      description: `Not included; at most ${placeDaysMax} days later.`,
      examples: ['2026-11-22T21:00:00Z'],
    }),
  })
  .refine(({ cameraIds, area: part }) => (cameraIds === undefined) !== (part === undefined), {
    error: 'name either cameraIds or area',
  })
  .refine(({ from, to }) => from < to && to.getTime() - from.getTime() <= placeDaysMax * dayMs, {
    error: `to must come after from, at most ${placeDaysMax} days`,
  });

export const newPlacesSearch = newSearch
  .pick({ agencies: true, purpose: true, caseNumber: true, reason: true, onBehalfOf: true })
  .extend({
    places: z
      .array(place)
      .min(2)
      .max(5)
      .refine(
        (all) => {
          const times = all.flatMap(({ from, to }) => [from.getTime(), to.getTime()]);
          return Math.max(...times) - Math.min(...times) <= placesDaysMax * dayMs;
        },
        { error: `all places must lie within ${placesDaysMax} days` },
      )
      .meta({
        description:
          "Plates are found that were read at every one of these. Another agency's reads are looked at only where each place names its cameras.",
      }),
    ...placesFilterForms,
    limit: z.int().min(1).max(placesPlatesMax).default(placesPlatesMax).meta({ description: 'Plates.' }),
  });
export type NewPlacesSearch = z.output<typeof newPlacesSearch>;

export const placesAnswer = z.object({
  searchId,
  results: z
    .array(
      z.object({
        plate: z.string().meta({ description: 'As read at all of the places, letter for letter.' }),
        seen: z.array(found).meta({ description: 'The newest read at each place, in the order of the places.' }),
      }),
    )
    .meta({ description: 'Those that were read most lately first.' }),
  more: z.boolean().meta({ description: "Whether a limit, or a grant's limit of rows, left plates out." }),
  complete: z.boolean().meta({
    description: 'Whether all plates of all places were compared; if not, ask for shorter times or fewer cameras.',
  }),
  agencies: z.array(verdict),
  linksExpireAt: z.date(),
  shown,
  receipt,
});
export type PlacesAnswer = z.output<typeof placesAnswer>;

// Reads of the own agency as they come.

/** How long one watch lasts, in seconds; who looks on begins another, with an entry of its own. */
export const watchSecondsMax = 600;
/** Reads told at one look. */
export const readsOfLookMax = 50;

export const newWatch = newSearch
  .pick({ purpose: true, caseNumber: true, reason: true, onBehalfOf: true, cameraIds: true })
  .meta({ id: 'NewWatch' });
export type NewWatch = z.output<typeof newWatch>;

export const watchBegun = z.object({
  id: searchId.meta({ description: 'It stands among the searches, so pictures of its reads are opened under it.' }),
  from: z.date().meta({ description: 'Reads that are stored from then on are shown.' }),
  until: z.date(),
  receipt,
});
export type WatchBegun = z.output<typeof watchBegun>;

export const watchPath = z.strictObject({ id: searchId });
export type WatchPath = z.output<typeof watchPath>;

export const watchEventsQuery = z.strictObject({
  after: instant.optional().meta({ description: 'Only what was stored since then. By default since it began.' }),
});
export type WatchEventsQuery = z.output<typeof watchEventsQuery>;

/** The header by which a browser says what it has heard. */
export const watchEventsHeaders = z.object({
  'last-event-id': z.string().optional().meta({ description: 'Id of the last event that was heard.' }),
});

export const liveReads = z
  .object({
    reads: z
      .array(found)
      .meta({ description: 'In the order in which they were stored. A read may be told twice; it has one id.' }),
    more: z
      .boolean()
      .meta({ description: 'Whether there were more at once than one look tells; the older are left out.' }),
    next: z.date().meta({ description: 'Give it as `after` for what comes next.' }),
  })
  .meta({ id: 'LiveReads' });
export type LiveReads = z.output<typeof liveReads>;

export const cropPath = z.strictObject({ id: searchId, readId });
export type CropPath = z.output<typeof cropPath>;

export const watchEnded = z.object({
  rows: z.int().min(0).meta({ description: 'Reads that it showed.' }),
  crops: z.int().min(0).meta({ description: 'Crops of plates that were opened under it.' }),
  receipt,
});
export type WatchEnded = z.output<typeof watchEnded>;

/** Reads as one event; its id is from when to go on, in milliseconds since 1970. */
export const eventOfReads = (told: LiveReads): string =>
  `id: ${told.next.getTime()}\nevent: reads\ndata: ${JSON.stringify(liveReads.parse(told))}\n\n`;

/** Why a stream ends. `slow`: its hearer does not keep up, and asks for reads now and then instead. */
export const eventOfEnd = (because: 'over' | 'slow'): string => `event: end\ndata: ${JSON.stringify({ because })}\n\n`;
