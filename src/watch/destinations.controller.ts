// Routes of destinations: where alerts are told outside the console, and what came of it. Nothing is sent from here; a worker does.
import { Controller, Delete, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
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
import { DestinationsService } from './destinations.service.js';

@Controller('/api/v1/alert-destinations')
export class DestinationsController {
  constructor(private readonly destinations: DestinationsService) {}

  @Get()
  @Opens('destination.list')
  @Answers(200, destinationList, 'Where alerts are told outside the console.')
  list(@OpenDoor() door: Door<'destination.list'>): Promise<DestinationList> {
    return this.destinations.list(door);
  }

  @Post()
  @Opens('destination.add')
  @Answers(201, destinationAdded, 'Tells alerts there from now on. The secret of a webhook is shown this once.', {
    problems: {
      400: ['destination_address', 'destination_plain', 'destination_private', 'email_unset'],
      409: ['destination_known', 'destinations_full'],
    },
  })
  add(
    @OpenDoor() door: Door<'destination.add'>,
    @TakesBody(newDestination) body: NewDestination,
  ): Promise<DestinationAdded> {
    return this.destinations.add(door, body);
  }

  @Post(':id/tests')
  @Opens('destination.test')
  @Answers(201, destinationTested, 'Orders one message that says that it is a test.', {
    problems: { 404: ['not_found'], 429: ['destination_tested'] },
  })
  test(
    @OpenDoor() door: Door<'destination.test'>,
    @TakesPath(destinationPath) path: DestinationPath,
  ): Promise<DestinationTested> {
    return this.destinations.test(door, path.id);
  }

  @Delete(':id')
  @Opens('destination.remove')
  @Answers(200, destinationRemoved, 'Tells nothing more there, what waits included.', {
    problems: { 404: ['not_found'] },
  })
  remove(
    @OpenDoor() door: Door<'destination.remove'>,
    @TakesPath(destinationPath) path: DestinationPath,
  ): Promise<DestinationRemoved> {
    return this.destinations.remove(door, path.id);
  }
}

@Controller('/api/v1/alert-deliveries')
export class DeliveriesController {
  constructor(private readonly destinations: DestinationsService) {}

  @Get()
  @Opens('destination.list')
  @Answers(200, deliveryPage, 'What was told and what is to be told, newest first.')
  list(
    @OpenDoor() door: Door<'destination.list'>,
    @TakesQuery(deliveryQuery) query: DeliveryQuery,
  ): Promise<DeliveryPage> {
    return this.destinations.deliveries(door, query);
  }

  @Get(':id')
  @Opens('destination.list')
  @Answers(200, delivery, 'What came of one of them.', { problems: { 404: ['not_found'] } })
  get(@OpenDoor() door: Door<'destination.list'>, @TakesPath(deliveryPath) path: DeliveryPath): Promise<Delivery> {
    return this.destinations.delivery(door, path.id);
  }
}
