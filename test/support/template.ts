import pg from 'pg';

/**
 * Drops what an earlier run left behind and makes the template anew, while other projects wait. Each
 * project loads this file for itself, so what one has done is told to the next by the environment.
 */
export async function rebuildTemplate(adminUrl: string, make: () => Promise<void>): Promise<void> {
  await withClient(adminUrl, async (client) => {
    await client.query('SELECT pg_advisory_lock(7301979)');
    const { rows } = await client.query(
      "SELECT datname FROM pg_database WHERE datname LIKE 'test_%' OR datname = 'template_wecare'",
    );
    if (process.env.TEMPLATE_MADE_BY === String(process.pid)) return;
    for (const { datname } of rows)
      await client.query(`DROP DATABASE ${client.escapeIdentifier(datname)} WITH (FORCE)`);
    await make();
    process.env.TEMPLATE_MADE_BY = String(process.pid);
  });
}

/** A database of its own for one test file, cloned in some ten milliseconds. */
export async function cloneDatabase(adminUrl: string): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template_wecare`));
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const drop = () => withClient(adminUrl, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
  return { url: url.href, drop: async () => void (await drop()) };
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
