import pg from 'pg';

/** Advisory locks of this process, on a connection of their own. */
export interface Locks {
  /**
   * Runs `work` while holding the lock of that name, or not at all when another holds it.
   * @returns undefined when somebody else is at it
   */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T | undefined>;
  close(): Promise<void>;
}

/**
 * All locks share one session. Were each held on a connection of the pool on which its own work waits for
 * another, as many as the pool has could begin at once and wait for each other for good.
 */
export function openLocks(url: string, name: string): Locks {
  // One connection that is never given back for idleness: with it the locks would go.
  const session = new pg.Pool({
    ...{ connectionString: url, application_name: `${name}-locks`, keepAlive: true },
    ...{ max: 1, idleTimeoutMillis: 0 },
  });
  // A session that breaks (the server restarts) is replaced at the next use; its locks went with it.
  session.on('error', () => undefined);
  const ask = async (call: 'pg_try_advisory_lock' | 'pg_advisory_unlock', key: string): Promise<boolean> => {
    const { rows } = await session.query(`SELECT ${call}(hashtextextended($1, 0)) AS done`, [key]);
    return rows[0].done;
  };
  /** A session may take its own lock twice, so what this process holds is known here. */
  const held = new Set<string>();
  return {
    async exclusively(key, work) {
      if (held.has(key)) return undefined;
      held.add(key);
      try {
        if (!(await ask('pg_try_advisory_lock', key))) return undefined;
        try {
          return await work();
        } finally {
          await ask('pg_advisory_unlock', key);
        }
      } finally {
        held.delete(key);
      }
    },
    close: () => session.end(),
  };
}
