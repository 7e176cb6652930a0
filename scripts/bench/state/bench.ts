import { openState } from './state.ts';

const TABLES = [
  'contact',
  'address',
  'consent',
  'membership',
  'campaign',
  'message',
  'run',
  'delivery',
  'touch',
  'audit_entry',
];

/** Makes the state that the console is measured on, and says how much of each there is. */
export async function bench(): Promise<void> {
  const started = performance.now();
  const scratch = await openState({}, true);
  try {
    const seconds = Math.round((performance.now() - started) / 1000);
    const figures: Record<string, number> = {};
    for (const table of TABLES) {
      const { rows } = await scratch.ground.sql.query(`SELECT count(*)::int AS n FROM ${table}`);
      figures[table] = rows[0].n;
    }
    process.stdout.write(`${JSON.stringify({ seconds, dir: scratch.dir, ...figures })}\n`);
  } finally {
    await scratch.end();
  }
}
