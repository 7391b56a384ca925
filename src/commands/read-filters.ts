// What a search at a terminal may ask of reads beside plate, time and camera: the same for every kind of search.
import { InvalidArgumentError, Option, type Command } from 'commander';
import { vehicleColors, vehicleTypes, type DirectionAsked } from '../core/told.js';
import { directionText } from './told.js';

export interface ReadFilterOptions {
  readonly region?: readonly string[];
  readonly state?: readonly string[];
  readonly minConfidence?: number;
  readonly vehicleType?: readonly string[];
  readonly vehicleColor?: readonly string[];
  readonly make?: string;
  readonly model?: string;
  readonly direction?: DirectionAsked;
}

/** As a search sends it. */
export const readFilters = ({
  region,
  state,
  minConfidence,
  vehicleType,
  vehicleColor,
  make,
  model,
  direction,
}: ReadFilterOptions) => ({
  ...{ regions: region, states: state, confidenceMin: minConfidence },
  ...{ vehicleTypes: vehicleType, vehicleColors: vehicleColor, make, model, direction },
});

const share = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
};

/** The command with the options of these. */
export const withReadFilters = (command: Command): Command =>
  command
    .option('--region <kinds...>', 'only kinds of plates such as us, eu, br')
    .option('--state <states...>', 'only plates issued by these states, such as CA, where the reader told it')
    .option('--min-confidence <share>', 'only texts of at least this confidence, 0 to 1', share)
    .addOption(
      new Option('--vehicle-type <types...>', 'only vehicles of these kinds, as cameras told').choices(vehicleTypes),
    )
    .addOption(
      new Option('--vehicle-color <colors...>', 'only vehicles of these colours, as cameras told').choices(
        vehicleColors,
      ),
    )
    .option('--make <make>', 'only vehicles of this make, as cameras told')
    .option('--model <model>', 'only vehicles of this model, as cameras told')
    .option(
      '--direction <way>',
      'only vehicles that went this way, as cameras told: N, NE and so on, 270+-20, approaching or receding',
      directionText,
    );
