// Routes of destinations: where alerts are told outside the console, and what came of it. Nothing is sent from here; a worker does.
import { Controller } from '@nestjs/common';
import { deliveryRoutes, destinationRoutes } from './destination-routes.js';

@Controller('/api/v1/alert-destinations')
export class DestinationsController extends destinationRoutes('destination', {
  list: 'Where alerts are told outside the console.',
  add: 'Tells alerts there from now on.',
}) {}

@Controller('/api/v1/alert-deliveries')
export class DeliveriesController extends deliveryRoutes(
  'destination',
  'What was told and what is to be told, newest first.',
) {}
