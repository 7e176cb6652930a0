import pg from 'pg';
import { lookInto } from '../../channels/email/bounces/mailbox.ts';
import { mailboxOf } from '../../src/deliveries/returns/mailbox.ts';
import { type Finding, fail, ok, type Patient, warn } from './finding.ts';

const CHECK = 'bounces';

/** Whether what comes back finds a way in, and whether all of it was applied. */
export async function checkReturns({ config, databaseUrl }: Patient): Promise<Finding[]> {
  const hooks = [
    config.SES_TOPICS,
    config.POSTMARK_WEBHOOK_AUTH,
    config.SENDGRID_WEBHOOK_KEY,
    config.MAILGUN_SIGNING_KEY,
  ];
  const ways = [config.BOUNCE_IMAP_URL, config.BOUNCE_LISTEN, ...hooks].filter(Boolean);
  if (!ways.length) {
    const remedy =
      'Set BOUNCE_IMAP_URL or BOUNCE_LISTEN: a relay may take every mail and say later what came of it';
    return [warn(CHECK, 'no way in for what comes back', remedy)];
  }
  return [
    ...(config.BOUNCE_IMAP_URL ? [await checkMailbox({ config })] : []),
    await checkApplied(databaseUrl),
  ];
}

async function checkMailbox({ config }: Pick<Patient, 'config'>): Promise<Finding> {
  const check = 'bounce mailbox';
  try {
    const box = mailboxOf(config);
    return ok(check, `${box.host}:${box.port} ${box.folder}: ${await lookInto(box)} mails`);
  } catch (error) {
    const { message, responseText } = error as Error & { responseText?: string };
    return fail(check, responseText ?? message, 'Correct BOUNCE_IMAP_URL and BOUNCE_IMAP_PASSWORD');
  }
}

async function checkApplied(connectionString: string): Promise<Finding> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query(
      `SELECT count(*)::int AS n FROM return_inbox WHERE applied_at IS NULL AND at < now() - interval '10 minutes'`,
    );
    if (!rows[0].n) return ok(CHECK, 'all that came in was applied');
    return warn(CHECK, `${rows[0].n} wait for longer than ten minutes`, 'See why with: wecare bounces list');
  } finally {
    await client.end();
  }
}
