import { z } from 'zod';
import { type Queryable, transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { audit } from './audit.ts';

const both = z.object({ en: z.string().default(''), ml: z.string().default('') });
const shape = z.object({
  name: both,
  address: both,
  /** What stands below mails and pages. */
  footer: both,
  helpAddress: z.string().default(''),
  /** Id of a picture of the media library. */
  logo: z.string().nullable().default(null),
});
/** Who writes, as mails and pages say it. */
export type Organisation = z.infer<typeof shape>;

const KEY = 'organisation';
/** Until somebody says otherwise. */
const USUAL: Organisation = {
  name: { en: 'Kerala Social Security Mission', ml: 'കേരള സാമൂഹ്യ സുരക്ഷാ മിഷൻ' },
  address: { en: '', ml: '' },
  footer: { en: '', ml: '' },
  ...{ helpAddress: '', logo: null },
};

/** What was said about the organisation. */
export async function readOrganisation(sql: Queryable): Promise<Organisation> {
  const { rows } = await sql.query('SELECT value FROM setting WHERE key = $1', [KEY]);
  return rows[0] ? shape.parse(rows[0].value) : USUAL;
}

/** Keeps what is said about the organisation. */
export async function saveOrganisation(
  { sql }: Pick<Ground, 'sql'>,
  organisation: Organisation,
  actor: string,
): Promise<void> {
  await transaction(sql, async (connection) => {
    const before = await readOrganisation(connection);
    await connection.query(
      `INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, now())
       ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
      [KEY, JSON.stringify(organisation)],
    );
    const subject = { subjectType: 'setting', subjectId: KEY };
    await audit(connection, { actor, action: 'organisation.saved', ...subject, before, after: organisation });
  });
}
