// A file with an agency's usage and privacy policy, as `plateward agency policy` prints and takes it.
import { readFile } from 'node:fs/promises';
import { invalid } from '../core/errors.js';
import { policyItemNames, usagePolicy, type UsagePolicy } from '../core/usage-policy.js';

/** @throws PlatewardError `policy_file` with every fault by its place */
export const readPolicyFile = async (file: string): Promise<UsagePolicy> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw invalid('policy_file', `The file ${file} cannot be read.`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('policy_file', `${file} is not JSON.`);
  }
  const parsed = usagePolicy.safeParse(value);
  if (!parsed.success)
    throw invalid(
      'policy_file',
      `${file} does not fit: ${parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; ')}.`,
    );
  if (Object.keys(parsed.data).length === 0)
    throw invalid('policy_file', `${file} names no item: ${policyItemNames.join(', ')}.`);
  return parsed.data;
};
