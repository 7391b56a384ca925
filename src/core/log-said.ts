// What an entry of a log says, taken out of its text for whoever tells it to people. Whatever stands there in another form is passed over.
import { z } from 'zod';

/** What of a body is told of. Whatever else stands in it, or in another form, is passed over. */
const body = z.looseObject({
  kind: z.string(),
  outcome: z.string(),
  rule: z.string().optional(),
  by: z.looseObject({
    agencyId: z.string(),
    kind: z.string(),
    role: z.string().optional(),
    id: z.string().optional(),
  }),
  facts: z.record(z.string(), z.unknown()).default({}),
});
const verdicts = z.array(
  z.looseObject({
    agencyId: z.string(),
    verdict: z.string(),
    rows: z.number().optional(),
    grants: z.array(z.string()).optional(),
    rule: z.string().optional(),
  }),
);

export type SaidBody = z.output<typeof body>;
export type SaidVerdict = z.output<typeof verdicts>[number];

/** What an entry says; undefined of one in a form that is not known. */
export const saidIn = (text: string): SaidBody | undefined => {
  try {
    return body.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
};

/** What each agency that was asked answered, as the entry has it. */
export const verdictsIn = ({ facts }: SaidBody): readonly SaidVerdict[] =>
  verdicts.safeParse(facts['asked']).data ?? [];
