import { hostname } from 'node:os';
import type { Ground } from '../ground.ts';
import type { Sender } from './ledger.ts';
import { advanceMark } from './mark.ts';

/** This process as a sender: its epoch marks what it claims, its beat is its lease. */
export interface Registration extends Sender {
  /** Says goodbye: nothing of ours is in hand any more. */
  leave(): Promise<void>;
}

type WorkerGround = Pick<Ground, 'sql' | 'config' | 'log' | 'queues'>;

/**
 * Registers this process and keeps its lease: a third of the lease apart, each beat also advances the
 * restore mark. A process that was stopped past its lease gets a new epoch and goes on as a new sender.
 */
export async function registerWorker(ground: WorkerGround): Promise<Registration> {
  let mark = await advanceMark(ground);
  let epoch = await enlist(ground);
  let beating: Promise<void> | undefined;
  const beat = async () => {
    const { rowCount } = await ground.sql.query(
      'UPDATE worker SET beat_at = now() WHERE epoch = $1 AND ended_at IS NULL',
      [epoch],
    );
    if (!rowCount) {
      ground.log.warn(
        { epoch: String(epoch) },
        'this sender was believed dead; it goes on under a new number',
      );
      epoch = await enlist(ground);
    }
    mark = await advanceMark(ground, mark);
  };
  const timer = setInterval(
    () => {
      beating ??= beat()
        .catch((err) => ground.log.warn({ err }, 'the beat did not reach the database'))
        .finally(() => {
          beating = undefined;
        });
    },
    (ground.config.LEASE_SECONDS * 1000) / 3,
  );
  return {
    epoch: () => epoch,
    mark: () => mark,
    async leave() {
      clearInterval(timer);
      await beating;
      await ground.sql.query('UPDATE worker SET ended_at = now(), "end" = \'stopped\' WHERE epoch = $1', [
        epoch,
      ]);
    },
  };
}

async function enlist({ sql }: WorkerGround): Promise<bigint> {
  const { rows } = await sql.query('INSERT INTO worker (host, pid) VALUES ($1, $2) RETURNING epoch', [
    hostname(),
    process.pid,
  ]);
  return BigInt(rows[0].epoch);
}

/**
 * Ends the lease of senders that have not beaten for it. A database that has just come back judges
 * nobody: while it was away none could beat.
 * @returns their epochs
 */
export async function buryDead({ sql, config }: Pick<Ground, 'sql' | 'config'>): Promise<bigint[]> {
  const { rows } = await sql.query(
    `UPDATE worker SET ended_at = now(), "end" = 'dead'
      WHERE ended_at IS NULL AND beat_at < now() - make_interval(secs => $1)
        AND now() - pg_postmaster_start_time() > make_interval(secs => $1)
      RETURNING epoch`,
    [config.LEASE_SECONDS],
  );
  return rows.map((row) => BigInt(row.epoch));
}
