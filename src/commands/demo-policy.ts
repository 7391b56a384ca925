// The usage and privacy policy of the demo agencies, so that they are live from the start. It is an example of the form, and no advice: a real
// agency's own words stand in its place.
import type { UsagePolicy } from '../core/usage-policy.js';

export const demoPolicy = (name: string): Required<UsagePolicy> => ({
  purposes: `${name} uses plate reads to find stolen vehicles, missing people and suspects of crimes that are named in each search. No other use is authorised.`,
  users:
    'Sworn officers and supervisors search, after four hours of training and a test each year. Administrators keep cameras, members and grants. Auditors see what was searched.',
  monitoring:
    'Every search and every refusal is an entry in a signed log that anyone can check. An auditor looks over searches drawn by lot each week.',
  sharing:
    'Nothing is sold. Other public agencies see reads under grants that administrators sign, each for named purposes, cameras and days; each is listed on the public page.',
  custodian: 'Chief of Police (a demo; nobody is behind it)',
  accuracy:
    'A read is a hint: the picture is looked at before anybody acts on it. Misreads are corrected with a reason, and the correction stands beside the read.',
  retention:
    'Reads and pictures that are no evidence are removed when the time is over that the law and the agency set; the removal is counted in the log.',
});
