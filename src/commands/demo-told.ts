// What the demo cameras tell of the vehicle in each demo picture: colour and way as they are drawn, makes and models made up. At night no colour is told, and of
// two cars in one picture nothing.
import type { Told } from '../core/told-form.js';

export const demoTold: Readonly<Record<string, Told>> = {
  'br-day-1.jpg': { direction: 'receding', vehicle: { type: 'car', color: 'red', make: 'Fiat', model: 'Uno' } },
  'br-day-2.jpg': { direction: 'receding', vehicle: { type: 'car', color: 'white', make: 'Chevrolet', model: 'Onix' } },
  'eu-day-1.jpg': { direction: 'receding', vehicle: { type: 'car', color: 'grey', make: 'Volkswagen', model: 'Golf' } },
  'eu-day-2.jpg': { direction: 'approaching', vehicle: { type: 'car', color: 'white', make: 'Peugeot' } },
  'eu-night-ir.jpg': { direction: 'approaching', vehicle: { type: 'car' } },
  'uk-day-1.jpg': { direction: 'receding', vehicle: { type: 'car', color: 'blue', make: 'Ford', model: 'Focus' } },
  'us-day-1.jpg': {
    direction: 'approaching',
    vehicle: { type: 'car', color: 'orange', make: 'Honda', model: 'Civic' },
  },
  'us-day-2.jpg': { direction: 'receding', vehicle: { type: 'car', color: 'grey', make: 'Toyota', model: 'Camry' } },
  'us-night-ir.jpg': { direction: 'receding', vehicle: { type: 'car' } },
};
