// The jobs there are: name, data and options, apart from whoever handles them. Data are ids only, so that the queue holds
// nothing that anyone would miss or should not see: Postgres is the queue of record, BullMQ is the doorbell.
import type { JobsOptions } from 'bullmq';
import { z } from 'zod';
import { agencyId, jobId } from '../core/ids.js';

/** BullMQ's queue of all bells. */
export const queueName = 'plateward';

/** PostgreSQL schema of BullMQ's own tables, on its PostgreSQL backend. */
export const queueSchema = 'bullmq';

export const jobDefinitions = {
  /** An agency has one more frame to read. Whichever of its frames has waited longest is taken, not necessarily this one. */
  'frame.recognize': { data: z.object({ agencyId, jobId }) },
} as const satisfies Record<string, { readonly data: z.ZodType }>;

export type JobName = keyof typeof jobDefinitions;
export type JobData<N extends JobName> = z.output<(typeof jobDefinitions)[N]['data']>;
export const jobNames = Object.keys(jobDefinitions) as readonly JobName[];

/** Largest priority number that BullMQ takes; higher numbers are served later. */
export const priorityMax = 2_097_151;

/**
 * Options of every bell: gone when answered, so that a queue never fills with what is over. A bell that is rung twice is
 * one bell, because it has its job's id.
 */
export const bellOptions = (id: string, priority: number): JobsOptions => ({
  jobId: id,
  priority: Math.max(1, Math.min(priorityMax, Math.round(priority))),
  attempts: 1,
  removeOnComplete: true,
  removeOnFail: true,
});
