// The seed of every property test, so that a run says the same of the same code. PROPERTIES_SEED=random draws a new one, any
// other number is taken as it is; a property that fails prints the seed that it failed with.
import fc from 'fast-check';

const asked = process.env['PROPERTIES_SEED'];
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked ?? 20261130) });
