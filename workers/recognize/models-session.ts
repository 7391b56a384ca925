// Opens one file of weights on the first provider that can run it, and says what was tried before. Only this file and the one that
// inspects strangers' graphs know the inference library.
import ort from 'onnxruntime-node';
import { messageOf } from '../../src/core/errors.js';
import { parseProviders, type ProviderName } from '../../src/core/providers.js';

// A provider that is not there is an answer and no disaster; the library would print it in red besides.
ort.env.logLevel = 'fatal';

/** What the library calls them. */
const libraryName = (name: ProviderName): string => (name === 'directml' ? 'dml' : name);

/** Providers that the library was built with on this platform; some still need a driver or a library of the machine. */
export const builtProviders = (): readonly string[] =>
  ort.listSupportedBackends().map(({ name }) => (name === 'dml' ? 'directml' : name));

export interface Opened {
  readonly session: ort.InferenceSession;
  readonly provider: ProviderName;
  /** What is used instead of the provider that was asked for first, as a sentence. */
  readonly fallback?: string;
}

export interface SessionOptions {
  /** Threads of one inference; more processes use cores better than more threads. */
  readonly threads?: number;
  /** Ordered list, see `parseProviders`. */
  readonly provider?: string;
}

/**
 * @param probe run once on each provider but the processor: some open a model and then cannot run it
 * @throws Error of the library when even the processor cannot open the weights
 */
export const openSession = async (
  bytes: Uint8Array,
  { threads = 1, provider = 'cpu' }: SessionOptions,
  probe?: (session: ort.InferenceSession) => Promise<unknown>,
): Promise<Opened> => {
  const create = (executionProvider: string) =>
    ort.InferenceSession.create(bytes, {
      executionProviders: [executionProvider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
      // Threads that wait do so asleep: the core is wanted for decoding the next picture.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  const wanted = parseProviders(provider);
  const built = builtProviders();
  const failed: string[] = [];
  const fallback = (used: ProviderName) =>
    failed.length === 0 ? {} : { fallback: `${failed.join(' ')} ${insteadOf(used)}` };
  for (const name of wanted) {
    if (name === 'cpu') return { session: await create('cpu'), provider: 'cpu', ...fallback('cpu') };
    if (!built.includes(name)) {
      failed.push(
        `The inference library has no ${name} on ${process.platform} ${process.arch} (it has ${built.join(', ')}).`,
      );
      continue;
    }
    try {
      const session = await create(libraryName(name));
      await probe?.(session);
      return { session, provider: name, ...fallback(name) };
    } catch (error) {
      failed.push(`This machine has no ${name} for inference (${oneLine(messageOf(error))}).`);
    }
  }
  throw new Error('No inference provider was asked for.');
};

const insteadOf = (used: ProviderName) =>
  used === 'cpu' ? 'The processor is used instead.' : `${used} is used instead.`;

/** The library's errors carry paths of its build machine and line breaks; their first words say enough. */
const oneLine = (text: string) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 300)} …` : line;
};
