import { readFile } from 'node:fs/promises';
import { compileContents } from '../../../src/campaigns/versions.ts';
import type { Ground } from '../../../src/ground.ts';
import { chance, inBulk, oneOf } from './bulk.ts';
import { EFFORTS, PLACES } from './words.ts';

const TABLES = ['message_version', 'approval', 'run_content'];
const template = (language: string) =>
  readFile(new URL(`../../../templates/email/appeal.${language}.mjml`, import.meta.url), 'utf8');

/**
 * Campaigns of the last two years with two messages each, both languages in two versions, approved and
 * run; the last of them are drafts, wait for approval, are planned or under way.
 */
export async function makeCampaigns(ground: Ground, campaigns: number): Promise<void> {
  const contents = {
    en: { subject: '{{default first_name "Friend"}}, care', body: await template('en') },
    ml: { subject: '{{default first_name "സുഹൃത്തേ"}}, പരിചരണം', body: await template('ml') },
  };
  const { compiled } = await compileContents(ground, contents);
  await inBulk(ground, TABLES, async (connection) => {
    await connection.query(CAMPAIGNS, [campaigns]);
    await connection.query(MESSAGES);
    await connection.query(VERSIONS, [JSON.stringify(compiled)]);
    await connection.query(APPROVALS);
    await connection.query(RUNS);
    await connection.query(LINKS);
    await connection.query("SELECT setval('run_id_seq', (SELECT max(id) FROM run))");
  });
}

const USERS = (role: string) =>
  `(ARRAY(SELECT id FROM app_user WHERE '${role}' = ANY(roles) ORDER BY email))`;

const CAMPAIGNS = `
INSERT INTO campaign (id, name, goal, owner_id, starts_on, ends_on, created_at)
SELECT md5('campaign ' || i)::uuid, ${oneOf(EFFORTS, 'i', 1)} || ' ' || ${oneOf(PLACES, 'i', 2)} || ' ' || i, 'A lakh by the month’s end',
       ${USERS('author')}[1 + i % 3], at::date, at::date + 30, at
  FROM (SELECT i, now() - make_interval(days => ($1 - i) * 720 / $1 - 10) AS at FROM generate_series(1, $1::int) i) AS c`;

/** Message n of all; those of one campaign in ten come again and again. */
const MESSAGES = `
INSERT INTO message (id, campaign_id, name, purpose, from_name, from_address, audience, schedule, revision, version, edited_by, open_pixel, created_at)
SELECT md5('message ' || n)::uuid, id, CASE half WHEN 0 THEN 'Appeal' ELSE 'Reminder' END || ' ' || n,
       'appeals', 'We Care', 'care@kssm.example', jsonb_build_object('lists', jsonb_build_array(${oneOf(['Supporters', ...PLACES], 'n', 3)}), 'fallback', '["en","ml"]'::jsonb),
       CASE WHEN n % 20 > 0 THEN jsonb_build_object('kind', 'once', 'at', to_char(created_at + half * interval '5 days', 'YYYY-MM-DD"T"HH24:MI'), 'zone', 'Asia/Kolkata') END,
       2, 2, owner_id, true, created_at
  FROM (SELECT id, owner_id, created_at, half, (row_number() OVER (ORDER BY created_at, id, half))::int AS n
          FROM campaign CROSS JOIN generate_series(0, 1) half) AS c`;

const VERSIONS = `
INSERT INTO message_version (message_id, version, language, subject, preheader, source, html, text)
SELECT m.id, v, c.language, m.name || ': ' || c.subject, c.preheader, c.source, c.html, c.text
  FROM message m, generate_series(1, 2) v, jsonb_to_recordset($1) AS c(language text, subject text, preheader text, source text, html text, text text)`;

/** All but the last dozen were approved as they are. */
const APPROVALS = `
INSERT INTO approval (id, message_id, revision, user_id, reference, at)
SELECT md5('approval ' || m.id)::uuid, m.id, 2, ${USERS('approver')}[1], 'SJD/' || left(m.id::text, 4) || '/2026', created_at + interval '2 hours'
  FROM message m ORDER BY created_at DESC OFFSET 12`;

/** A run for each; of the newest some wait, some are under way. */
const RUNS = `
INSERT INTO run (id, message_id, version, purpose, sender_domain, state, due_at, reason, started_at, ended_at, created_at)
SELECT n, id, 2, 'appeals', 'kssm.example', state::run_state, due, CASE state WHEN 'cancelled' THEN 'withdrawn' WHEN 'paused' THEN 'asked to wait' END,
       CASE WHEN state IN ('finished', 'running', 'paused') THEN due END,
       CASE WHEN state IN ('finished', 'cancelled') THEN due + interval '20 minutes' END, created_at
  FROM (SELECT m.id, m.created_at, n, CASE WHEN upto <= 0 THEN 'planned' WHEN upto IN (14, 15) THEN 'asked' WHEN upto IN (16, 17, 18) THEN 'running'
                     WHEN upto = 19 THEN 'paused' WHEN ${chance('n', 5, 60)} = 0 THEN 'cancelled' WHEN upto <= 20 THEN 'planned' ELSE 'finished' END AS state,
               CASE WHEN upto < 14 THEN now() + make_interval(hours => (n % 400)::int) ELSE m.created_at + make_interval(hours => 4) END AS due
          FROM (SELECT id, created_at, row_number() OVER (ORDER BY created_at, id) AS n, row_number() OVER (ORDER BY created_at DESC, id DESC) AS upto FROM message) AS m) AS r
 WHERE n % 20 > 0`;

const LINKS = `
INSERT INTO link (code, url, message_id, created_at)
SELECT left(md5(m.id || path), 10), 'https://wecare.example/' || path, m.id, m.created_at
  FROM message m, unnest(ARRAY['give', 'news/home-care', 'projects/12']) path`;
