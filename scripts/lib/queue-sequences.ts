import { createHash } from 'node:crypto';
import { queues } from '../../src/queues.ts';

/**
 * The sequences of which the queue on Postgres takes its job numbers. BullMQ makes one at the first job of
 * a queue (0002_functions.sql, next_job_id), which the application's role may not: migrate makes them.
 */
export const queueSequences = (): string[] =>
  Object.keys(queues).map((name) => `bullmq.bullmq_jid_${createHash('md5').update(name).digest('hex')}`);
