// Where models may be run. The names are those of the setting; which of them a machine has is found out when the models are opened.
import { invalid } from './errors.js';

/** In the order in which they are told. */
export const providerNames = ['cpu', 'cuda', 'tensorrt', 'openvino', 'coreml', 'directml', 'webgpu'] as const;
export type ProviderName = (typeof providerNames)[number];

const isName = (name: string): name is ProviderName => (providerNames as readonly string[]).includes(name);

/** `dml` is what others call directml. */
const meant = (name: string) => (name === 'dml' ? 'directml' : name);

/**
 * An ordered list such as `tensorrt,cuda,cpu`; the processor always comes last, so that there is something to fall back on.
 * @throws PlatewardError `provider` that names what is possible
 */
export const parseProviders = (text: string): readonly ProviderName[] => {
  const names = text
    .split(',')
    .map((name) => meant(name.trim().toLowerCase()))
    .filter((name) => name !== '');
  const unknown = names.filter((name) => !isName(name));
  if (unknown.length > 0)
    throw invalid(
      'provider',
      `There is no inference provider ${unknown.join(', ')}: name one or several of ${providerNames.join(', ')}, with commas between, the one to try first in front.`,
    );
  // Nothing is tried after the processor: it takes every model.
  const wanted = names.filter(isName);
  const first = wanted.indexOf('cpu');
  return [...new Set([...(first < 0 ? wanted : wanted.slice(0, first)), 'cpu' as const])];
};
