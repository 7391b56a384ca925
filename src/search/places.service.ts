// Plates that were seen at several places: a search like any other, with its purpose, its entry and its bounds, that asks for no plate.
import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../core/clock.js';
import type { CameraId } from '../core/ids.js';
import type { SeenRead } from '../vault/stores/seen-at.js';
import { publicVerdicts, type Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import { filtersOf, linksOf, memberOf, resultOf, shownOf, type LinkTo } from './answer.js';
import { linkSecondsMax, PictureLinks } from './picture-links.js';
import type { NewPlacesSearch, PlacesAnswer } from './search.schema.js';
import { RunningSearches } from './running.js';
import { ShownReads } from './shown.js';

@Injectable()
export class PlacesService {
  constructor(
    private readonly links: PictureLinks,
    private readonly shown: ShownReads,
    private readonly running: RunningSearches,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws PlatewardError `searches_*` when too many run; 403 with verdicts and receipt when no asked agency may be searched */
  async search(door: Door<'read.search'>, asked: NewPlacesSearch): Promise<PlacesAnswer> {
    const member = memberOf(door);
    const { agencyId, sessionId } = member;
    const { purpose, caseNumber, reason, onBehalfOf, places, limit } = asked;
    const filters = filtersOf(asked);
    const demand = {
      ...{ purpose, caseNumber, reason, onBehalfOf, filters, places },
      agencies: asked.agencies ?? [agencyId],
      cameraIds: camerasOf(places),
      from: new Date(Math.min(...places.map(({ from }) => from.getTime()))),
      to: new Date(Math.max(...places.map(({ to }) => to.getTime()))),
    };
    const { value, permit, searchId, receipts } = await this.running.run(member, () =>
      door.open(demand, (s) => s.places.search({ places, filters, limit })),
    );
    if (!searchId) throw new Error('a search is not on record');
    const linksExpireAt = new Date(this.clock.now().getTime() + linkSecondsMax * 1000);
    const linkTo = linksOf(this.links, permit, { sessionId, searchId }, linksExpireAt);
    const results = platesOf(value.reads, linkTo);
    const receipt = receiptOf(receipts);
    const reads = results.flatMap(({ seen }) => seen.map(shownOf));
    const { from, to } = demand;
    return {
      ...{ searchId, more: value.more, complete: value.complete, linksExpireAt },
      results,
      agencies: publicVerdicts(permit.verdicts),
      shown: this.shown.make({ sessionId, searchId }, { from, to, plate: null, receipt, reads }),
      receipt,
    };
  }
}

/** All cameras of the question; undefined when a place is an area, which any camera may stand in. */
const camerasOf = (places: NewPlacesSearch['places']): CameraId[] | undefined => {
  const named = places.flatMap(({ cameraIds }) => cameraIds ?? []);
  return places.every(({ cameraIds }) => cameraIds) ? [...new Set(named)] : undefined;
};

const platesOf = (reads: readonly SeenRead[], linkTo: LinkTo): PlacesAnswer['results'] => {
  const plates = new Map<string, PlacesAnswer['results'][number]['seen']>();
  for (const { place, ...read } of reads) {
    void place;
    plates.set(read.plate, [...(plates.get(read.plate) ?? []), resultOf(read, linkTo)]);
  }
  return [...plates].map(([plate, seen]) => ({ plate, seen }));
};
