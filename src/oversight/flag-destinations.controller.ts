// Routes of an auditor's own destinations: where he is told of flags outside the console, and what came of it. Nobody else is shown them.
import { Controller } from '@nestjs/common';
import { deliveryRoutes, destinationRoutes } from './destination-routes.js';

@Controller('/api/v1/flag-destinations')
export class FlagDestinationsController extends destinationRoutes('flag-destination', {
  list: 'Where you are told of flags outside the console.',
  add: 'Tells you of flags there from now on.',
}) {}

@Controller('/api/v1/flag-deliveries')
export class FlagDeliveriesController extends deliveryRoutes(
  'flag-destination',
  'What you were told there and what is to be told, newest first.',
) {}
