import { zoneOfUser } from '../access/default-zone.ts';
import type { Role } from '../access/users.ts';
import { type Connection, transaction } from '../db.ts';
import { queueNotice } from '../deliveries/notices.ts';
import { listSocialAccounts, type SocialAccount } from '../deliveries/publications/accounts.ts';
import { networkOf } from '../deliveries/publications/connected.ts';
import type { Ground } from '../ground.ts';
import { formatMoment, type Language, languageName, translate } from '../i18n.ts';
import { type Attention, endsSoon, needsAPerson } from './attention.ts';
import { writeNotice } from './notice-letters.ts';

type MailGround = Pick<Ground, 'sql' | 'clock' | 'config'>;

/** Who may connect an account, and who may decide about a post. */
const KEEPERS: Role[] = ['administrator'];
const DECIDERS: Role[] = ['administrator', 'author', 'approver'];

interface Reader {
  email: string;
  name: string;
  language: Language;
  zone: string;
}

/**
 * Tells administrators, once each time, of an account that is lost or ends within a week.
 * @returns of how many accounts
 */
export async function tellAccounts(ground: MailGround): Promise<number> {
  const now = ground.clock.now();
  const all = await listSocialAccounts(ground);
  const used = all.filter(({ disabledAt, mode }) => !disabledAt && mode === 'program');
  let told = 0;
  for (const account of used.filter((one) => one.lostAt || endsSoon(one, now)))
    if (await transaction(ground.sql, (connection) => tellAccount(connection, ground, account))) told++;
  return told;
}

/** The mark and the mails stand or fall together, so that each is told once. */
async function tellAccount(
  connection: Connection,
  ground: MailGround,
  account: SocialAccount,
): Promise<boolean> {
  const { rowCount } = await connection.query(
    'UPDATE account SET warned_at = now() WHERE id = $1 AND warned_at IS NULL',
    [account.id],
  );
  if (!rowCount) return false;
  const kind = account.lostAt ? 'account-lost' : 'account-ending';
  for (const reader of await readersWith(connection, ground, KEEPERS)) {
    const values = {
      ...{
        account: account.name,
        network: networkOf(account.channel).title,
        waiting: String(account.planned),
      },
      at: formatMoment(
        account.lostAt ?? account.expiresAt ?? ground.clock.now(),
        reader.language,
        reader.zone,
      ),
      page_url: `${ground.config.publicUrl}/console/accounts/${account.id}`,
    };
    await write(connection, ground, { kind, reader, values });
  }
  return true;
}

/**
 * Mails those who may decide what is open, once a day and only when something is.
 * @returns how many things were open; 0 when it was told today already
 */
export async function tellAttention(ground: MailGround): Promise<number> {
  const open = await needsAPerson(ground);
  if (!open.length) return 0;
  const about = `attention:${ground.clock.now().toISOString().slice(0, 10)}`;
  return transaction(ground.sql, async (connection) => {
    await connection.query("SELECT pg_advisory_xact_lock(hashtext('attention-digest'))");
    const { rowCount } = await connection.query('SELECT FROM notice WHERE about = $1 LIMIT 1', [about]);
    if (rowCount) return 0;
    for (const reader of await readersWith(connection, ground, DECIDERS)) {
      const values = {
        count: String(open.length),
        things: open
          .slice(0, SHOWN)
          .map((one) => `- ${lineOf(one, reader)}`)
          .join('\n'),
        page_url: `${ground.config.publicUrl}/console/attention`,
      };
      await write(connection, ground, { kind: 'attention-digest', reader, values, about });
    }
    return open.length;
  });
}

/** So many stand in the mail itself; the page has all. */
const SHOWN = 15;

function lineOf(one: Attention, { language, zone }: Reader): string {
  const at = formatMoment(one.at, language, zone);
  if (one.kind === 'account')
    return translate(language, `attention.account.${one.why}`, { name: one.account.name, at });
  if (one.kind === 'run')
    return translate(language, `attention.run.${one.run.state}`, { message: one.run.message, at });
  if (one.kind === 'template') {
    const { name, account, state } = one.template;
    return translate(language, 'attention.template', {
      name,
      account,
      state,
      language: languageName(one.template.language, language),
      at,
    });
  }
  if (one.kind === 'outcomes') {
    const { message, count } = one.outcomes;
    return translate(language, 'home.unknown', { message, count });
  }
  if (one.kind === 'report') {
    const { number, kind, dueAt } = one.report;
    return translate(language, `attention.report.${kind}`, {
      number,
      at: formatMoment(dueAt, language, zone),
    });
  }
  const { state, account, messageName } = one.publication;
  const key = state === 'waiting' || state === 'unknown' ? state : 'failed';
  return translate(language, `attention.post.${key}`, {
    account: account.name,
    message: messageName ?? '–',
    at,
  });
}

async function readersWith(connection: Connection, { config }: MailGround, roles: Role[]): Promise<Reader[]> {
  const { rows } = await connection.query<Reader>(
    `SELECT email, name, language, ${zoneOfUser('$2')} AS zone FROM app_user u
      WHERE disabled_at IS NULL AND roles && $1::text[] ORDER BY email LIMIT 50`,
    [roles, config.DEFAULT_ZONE],
  );
  return rows;
}

interface Writing {
  kind: string;
  reader: Reader;
  values: Record<string, string>;
  about?: string;
}

async function write(
  connection: Connection,
  { config }: MailGround,
  { kind, reader, values, about }: Writing,
) {
  const { email: address, name, language } = reader;
  const letter = await writeNotice(
    { sql: connection, config },
    { name: kind, language, values: { name, ...values } },
  );
  await queueNotice(connection, config, { kind, address, language, ...letter, ...(about && { about }) });
}
