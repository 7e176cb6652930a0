import pg from 'pg';
import { openFiles } from '../../src/files.ts';
import { type Finding, fail, ok, type Patient } from './finding.ts';

/** The newest are read; the folder is either there or not. */
const SAMPLE = 20;

/**
 * Whether the media library's bytes are where this machine looks for them. Web and workers on several
 * machines must share the folder, and a restored database needs the folder of its time.
 */
export async function checkFiles({ config, databaseUrl }: Patient): Promise<Finding> {
  const check = 'media library';
  const place = `${config.dataDir}/files`;
  const hashes = await newest(databaseUrl);
  const files = openFiles(config);
  let lost = 0;
  for (const hash of hashes) if (!(await files.get(hash))) lost++;
  if (!lost) return ok(check, hashes.length ? `its newest files are in ${place}` : 'empty');
  const remedy = `Share ${place} with the machine that adds to it, or restore it from the backup`;
  return fail(check, `${lost} of its ${hashes.length} newest files are not in ${place}`, remedy);
}

async function newest(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ hash: string }>(
      `SELECT f.hash FROM asset_file f JOIN asset a ON a.id = f.asset_id
        ORDER BY a.created_at DESC, f.width LIMIT ${SAMPLE}`,
    );
    return rows.map(({ hash }) => hash);
  } finally {
    await client.end();
  }
}
