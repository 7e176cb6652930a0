import { createPostgresBackend, type Job, Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { z } from 'zod';
import type { Log } from './log.ts';

/** Every queue and what its jobs carry. Job ids are hints; the keys in the database are the guarantee. */
export const queues = {
  /** A piece of a run: the planned deliveries from `first` to `last`, or the deferred ones that are due. */
  deliveries: z.object({
    run: z.string().regex(/^\d+$/),
    first: z.number().int().min(1),
    last: z.number().int().min(1),
  }),
  notices: z.object({ notice: z.uuid() }),
  /** One post on one account: to be published, or looked for. */
  publications: z.object({ publication: z.uuid() }),
  webhooks: z.object({ endpoint: z.uuid() }),
  /** A photograph of a family's page to be drawn, or its papers when none is named. */
  occasions: z.object({ occasion: z.uuid(), photo: z.uuid().optional() }),
  /** Some of what a payment gateway told. */
  gateway: z.object({ inbox: z.array(z.string().regex(/^\d+$/)).min(1).max(100) }),
};

export type QueueName = keyof typeof queues;
export type Payload<N extends QueueName> = z.infer<(typeof queues)[N]>;

export interface Task<N extends QueueName> {
  payload: Payload<N>;
  /** Two tasks of one id are one while the first is waiting. Without colons. */
  id?: string;
  /** Lower goes first. */
  priority?: number;
}

/** The queue, whichever store is behind it. It only wakes workers. */
export interface Queues {
  backend: 'postgres' | 'redis';
  /** Never fails for the store's sake: what is not queued now the sweep queues later. */
  add<N extends QueueName>(name: N, tasks: Task<N>[]): Promise<void>;
  work<N extends QueueName>(
    name: N,
    handle: (payload: Payload<N>) => Promise<void>,
    concurrency: number,
  ): void;
  /** Jobs waiting, by queue. */
  waiting(): Promise<Record<QueueName, number>>;
  ping(): Promise<void>;
  /** The queues themselves, for a page that shows what lies in them. */
  boards(): Queue[];
  /** A small memory outside the database, where the queue has one. */
  memory: Memory | null;
  /** Takes no more jobs and waits for those in hand. */
  stopWorking(): Promise<void>;
  close(): Promise<void>;
}

export interface Memory {
  read(key: string): Promise<string | null>;
  write(key: string, value: string): Promise<void>;
}

export interface QueueStore {
  databaseUrl: string;
  redisUrl?: string | undefined;
  log: Log;
}

/** A job that is kept keeps its id, under which nobody else could wake that work again. */
const KEEP = { removeOnComplete: true, removeOnFail: true };
/** Nobody waits longer for a store that is away; what it did not take the sweep queues later. */
const ADD_MS = 2000;

/** Opens the queues: on Redis when an address is given, otherwise on Postgres. */
export function openQueues(store: QueueStore): Queues {
  const { backend, queueOf, workerOf, ping, memory, end } = store.redisUrl
    ? onRedis(store.redisUrl)
    : onPostgres(store);
  const open = new Map<QueueName, Queue>();
  const workers: Worker[] = [];
  const warn = (error: Error) => store.log.warn({ err: error, backend }, 'the queue does not answer');
  const get = (name: QueueName): Queue => {
    const queue = open.get(name) ?? queueOf(name);
    if (!open.has(name)) queue.on('error', warn);
    open.set(name, queue);
    return queue;
  };
  return {
    backend,
    async add(name, tasks) {
      const jobs = tasks.map(({ payload, id, priority }) => ({
        name,
        data: queues[name].parse(payload),
        opts: { ...KEEP, ...(id && { jobId: id }), ...(priority && { priority }) },
      }));
      if (jobs.length) await inTime(get(name).addBulk(jobs), ADD_MS).catch(warn);
    },
    work(name, handle, concurrency) {
      const process = async (job: Job) => handle(queues[name].parse(job.data) as never);
      const worker = workerOf(name, process, concurrency);
      worker.on('error', warn);
      worker.on('failed', (job, err) => store.log.error({ err, job: job?.id, queue: name }, 'a job failed'));
      workers.push(worker);
    },
    async waiting() {
      const names = Object.keys(queues) as QueueName[];
      const counts = names.map(
        async (name) => [name, await get(name).getJobCountByTypes('waiting', 'prioritized')] as const,
      );
      return Object.fromEntries(await Promise.all(counts)) as Record<QueueName, number>;
    },
    ping,
    boards: () => (Object.keys(queues) as QueueName[]).map(get),
    memory,
    stopWorking: async () => void (await Promise.all(workers.map((worker) => worker.close()))),
    async close() {
      await Promise.all(workers.map((worker) => worker.close()));
      await Promise.all([...open.values()].map((queue) => queue.close()));
      await end();
    },
  };
}

async function inTime(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the queue took no job in time')), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** A job is taken over when its worker has not renewed its lock; the ledger makes that harmless. */
const LOCKS = { lockDuration: 30_000, stalledInterval: 15_000, maxStalledCount: 1000 };

function onPostgres({ databaseUrl }: QueueStore) {
  const connection = {
    connectionString: databaseUrl,
    max: 4,
    skipMigrations: true,
    application_name: 'wecare-queue',
  };
  return {
    backend: 'postgres' as const,
    queueOf: (name: string): Queue =>
      new Queue(name, { connection }, createPostgresBackend) as unknown as Queue,
    workerOf: (name: string, process: (job: Job) => Promise<void>, concurrency: number): Worker =>
      new Worker(
        name,
        process,
        { connection, concurrency, ...LOCKS },
        createPostgresBackend,
      ) as unknown as Worker,
    ping: async () => undefined,
    memory: null,
    end: async () => undefined,
  };
}

function onRedis(url: string) {
  const connection = new Redis(url, { maxRetriesPerRequest: null });
  connection.on('error', () => undefined); // the queue that uses it reports the same error
  return {
    backend: 'redis' as const,
    queueOf: (name: string): Queue => new Queue(name, { connection }) as Queue,
    workerOf: (name: string, process: (job: Job) => Promise<void>, concurrency: number): Worker =>
      new Worker(name, process, { connection, concurrency, ...LOCKS }) as Worker,
    ping: async () => void (await connection.ping()),
    memory: {
      read: (key: string) => connection.get(key),
      write: async (key: string, value: string) => void (await connection.set(key, value)),
    },
    end: async () => void (await connection.quit()),
  };
}
