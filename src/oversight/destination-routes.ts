// The routes of destinations, which are the same for those of an agency and for those of an auditor himself. Each kind opens actions of its own, and so has its own walls.
import { Delete, Get, Inject, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import { Answers, TakesBody, TakesPath, TakesQuery } from '../web/takes.js';
import {
  delivery,
  deliveryPage,
  deliveryPath,
  deliveryQuery,
  destinationAdded,
  destinationList,
  destinationPath,
  destinationRemoved,
  destinationTested,
  newDestination,
  type Delivery,
  type DeliveryPage,
  type DeliveryPath,
  type DeliveryQuery,
  type DestinationAdded,
  type DestinationList,
  type DestinationPath,
  type DestinationRemoved,
  type DestinationTested,
  type NewDestination,
} from './destinations.schema.js';
import { DestinationsService, type Adding, type Listing, type Removing, type Testing } from './destinations.service.js';

/** The noun of their actions. */
type Own = 'destination' | 'flag-destination';
const notFound = { problems: { 404: ['not_found'] } };

/** @param says what is told in the description of the interface */
export const destinationRoutes = (own: Own, says: { readonly list: string; readonly add: string }) => {
  class DestinationRoutes {
    constructor(@Inject(DestinationsService) readonly destinations: DestinationsService) {}

    @Get()
    @Opens(`${own}.list`)
    @Answers(200, destinationList, says.list)
    list(@OpenDoor() door: Listing): Promise<DestinationList> {
      return this.destinations.list(door);
    }

    @Post()
    @Opens(`${own}.add`)
    @Answers(201, destinationAdded, `${says.add} The secret of a webhook is shown this once.`, {
      problems: {
        400: ['destination_address', 'destination_plain', 'destination_private', 'email_unset'],
        409: ['destination_known', 'destinations_full'],
      },
    })
    add(@OpenDoor() door: Adding, @TakesBody(newDestination) body: NewDestination): Promise<DestinationAdded> {
      return this.destinations.add(door, body);
    }

    @Post(':id/tests')
    @Opens(`${own}.test`)
    @Answers(201, destinationTested, 'Orders one message that says that it is a test.', {
      problems: { 404: ['not_found'], 429: ['destination_tested'] },
    })
    test(@OpenDoor() door: Testing, @TakesPath(destinationPath) path: DestinationPath): Promise<DestinationTested> {
      return this.destinations.test(door, path.id);
    }

    @Delete(':id')
    @Opens(`${own}.remove`)
    @Answers(200, destinationRemoved, 'Tells nothing more there, what waits included.', notFound)
    remove(@OpenDoor() door: Removing, @TakesPath(destinationPath) path: DestinationPath): Promise<DestinationRemoved> {
      return this.destinations.remove(door, path.id);
    }
  }
  return DestinationRoutes;
};

/** @param says what the list of them is, in the description of the interface */
export const deliveryRoutes = (own: Own, says: string) => {
  class DeliveryRoutes {
    constructor(@Inject(DestinationsService) readonly destinations: DestinationsService) {}

    @Get()
    @Opens(`${own}.list`)
    @Answers(200, deliveryPage, says)
    list(@OpenDoor() door: Listing, @TakesQuery(deliveryQuery) query: DeliveryQuery): Promise<DeliveryPage> {
      return this.destinations.deliveries(door, query);
    }

    @Get(':id')
    @Opens(`${own}.list`)
    @Answers(200, delivery, 'What came of one of them.', notFound)
    get(@OpenDoor() door: Listing, @TakesPath(deliveryPath) path: DeliveryPath): Promise<Delivery> {
      return this.destinations.delivery(door, path.id);
    }
  }
  return DeliveryRoutes;
};
