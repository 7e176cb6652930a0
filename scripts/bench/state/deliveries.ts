import type { Connection } from '../../../src/db.ts';
import type { Ground } from '../../../src/ground.ts';
import { chance, inBulk } from './bulk.ts';

/** Runs are numbered from 1; the first goes to a tenth of all, the next ten to a fiftieth each. */
const SHARES = `
SELECT id, state, started_at,
       least((SELECT count(*) FROM person), CASE WHEN nth = 1 THEN $1 / 10 WHEN nth <= 11 THEN $1 / 50
            ELSE $1 * 7 / 10 / greatest(1, all_runs - 11) END)::int AS size
  FROM (SELECT id, state, started_at, row_number() OVER (ORDER BY id) AS nth, (count(*) OVER ())::int AS all_runs
          FROM run WHERE started_at IS NOT NULL) AS r`;

/** Each partition is filled by itself and attached whole. */
export async function makeDeliveries(ground: Pick<Ground, 'sql'>, deliveries: number): Promise<void> {
  await ground.sql.query(PEOPLE);
  await ground.sql.query('ALTER TABLE person ADD PRIMARY KEY (n)');
  await ground.sql.query('ANALYZE person');
  await ground.sql.query(`CREATE UNLOGGED TABLE share AS ${SHARES.replaceAll('$1', String(deliveries))}`);
  const { rows } = await ground.sql.query<{ first: string }>(
    'SELECT DISTINCT id / 100 * 100 AS first FROM run ORDER BY 1',
  );
  for (const { first } of rows) await fillPartition(ground, first);
  await inBulk(ground, ['run_left_out', 'run_counter', 'run_range', 'delivery_due', 'mail_return'], follow);
  await inBulk(ground, ['touch'], (connection) => connection.query(TOUCHES).then(() => undefined));
  await ground.sql.query('DROP TABLE person, share');
}

async function fillPartition(ground: Pick<Ground, 'sql'>, first: string): Promise<void> {
  const part = `delivery_${first}`;
  await ground.sql.query('SELECT ensure_delivery_partition($1)', [first]);
  const { rows } = await ground.sql.query(
    'SELECT pg_get_expr(relpartbound, oid) AS bound FROM pg_class WHERE oid = $1::regclass',
    [part],
  );
  await ground.sql.query(`ALTER TABLE delivery DETACH PARTITION ${part}`);
  await inBulk(ground, [part], async (connection) => {
    await connection.query(DELIVERIES.replace('INTO delivery', `INTO ${part}`), [first]);
  });
  await ground.sql.query(`ALTER TABLE delivery ATTACH PARTITION ${part} ${rows[0].bound}`);
}

/** Who has a mailbox of their own, in no order. */
const PEOPLE = `
CREATE UNLOGGED TABLE person AS
SELECT (row_number() OVER (ORDER BY hash))::int - 1 AS n, contact_id, hash, language
  FROM (SELECT DISTINCT ON (a.hash) a.hash, a.contact_id, coalesce(c.language, 'en') AS language
          FROM address a JOIN contact c ON c.id = a.contact_id WHERE a.channel = 'email' ORDER BY a.hash, a.contact_id) AS p`;

/** People at even steps from a place of the run's own; of a run under way the last third is still to come. */
const DELIVERIES = `
INSERT INTO delivery (run, seq, contact_id, address_hash, language, state, attempts, code, epoch, at, reason, reply)
SELECT run, seq, contact_id, hash, language, state::delivery_state, CASE WHEN state IN ('planned', 'skipped', 'cancelled') THEN 0 ELSE 1 END,
       CASE state WHEN 'sent' THEN 250 WHEN 'bounced' THEN 250 WHEN 'failed' THEN 550 WHEN 'deferred' THEN 451 END,
       CASE WHEN state <> 'planned' THEN 1 + run % 4 END, CASE WHEN state <> 'planned' THEN started_at + make_interval(secs => seq / 500.0) END,
       CASE state WHEN 'failed' THEN (ARRAY['no such user', 'mailbox full', 'expired'])[1 + seq % 3] WHEN 'unknown' THEN 'dropped' WHEN 'skipped' THEN 'suppressed'
            WHEN 'deferred' THEN 'greylisted' WHEN 'bounced' THEN 'no such user' END,
       CASE state WHEN 'failed' THEN '550 5.1.1 no such user here' WHEN 'deferred' THEN '451 4.7.1 try again later' END
  FROM (SELECT s.id AS run, seq, p.contact_id, p.hash, p.language, s.started_at,
               CASE WHEN s.state <> 'finished' AND seq > s.size * 2 / 3 THEN 'planned'
                    WHEN dice < 14 THEN 'bounced' WHEN dice < 28 THEN 'failed' WHEN dice < 31 THEN 'unknown' WHEN dice < 40 THEN 'skipped'
                    WHEN dice = 40 THEN 'complained' WHEN dice < 60 AND s.state <> 'finished' THEN 'deferred' ELSE 'sent' END AS state
          FROM share s CROSS JOIN LATERAL generate_series(1, s.size) seq
          JOIN person p ON p.n = ((s.id * 7919 + seq::bigint * (SELECT count(*) FROM person) / s.size) % (SELECT count(*) FROM person))
         CROSS JOIN LATERAL (SELECT ${chance('s.id * 1000003 + seq', 1, 1000)} AS dice) AS d
         WHERE s.id >= $1 AND s.id < $1::bigint + 100) AS made`;

/** What is counted from deliveries, and what came back of them. */
async function follow(connection: Connection): Promise<void> {
  await connection.query(COUNTERS);
  await connection.query('UPDATE run SET total = size FROM share WHERE share.id = run.id');
  await connection.query(LEFT_OUT);
  await connection.query(RANGES);
  await connection.query(DUE);
  await connection.query(RETURNS);
}

const COUNTERS = `
INSERT INTO run_counter (run, epoch, lane, sent, failed, unknown, skipped, bounced, complained)
SELECT run, coalesce(epoch, 1), seq % 4, count(*) FILTER (WHERE state IN ('sent', 'bounced', 'complained')), count(*) FILTER (WHERE state = 'failed'),
       count(*) FILTER (WHERE state = 'unknown'), count(*) FILTER (WHERE state = 'skipped'),
       count(*) FILTER (WHERE state = 'bounced'), count(*) FILTER (WHERE state = 'complained')
  FROM delivery GROUP BY 1, 2, 3`;

const LEFT_OUT = `
INSERT INTO run_left_out (run, nth, contact_id, reason)
SELECT s.id, nth, p.contact_id, (ARRAY['no consent', 'no consent', 'no consent', 'suppressed', 'contact pressure', 'no address', 'shared address'])[1 + nth % 7]
  FROM share s CROSS JOIN LATERAL generate_series(1, s.size / 20) nth JOIN person p ON p.n = (s.id * 104729 + nth) % (SELECT count(*) FROM person)`;

/** As senders put them down: none is in hand any more. */
const RANGES = `
INSERT INTO run_range (run, first, last, takes, queued_at, done_at)
SELECT id, first, least(first + 499, size), CASE WHEN done THEN 1 ELSE 0 END, started_at, CASE WHEN done THEN started_at END
  FROM share CROSS JOIN LATERAL generate_series(1, size, 500) first
 CROSS JOIN LATERAL (SELECT state = 'finished' OR first < size * 2 / 3 AS done) AS d`;

const DUE = `
INSERT INTO delivery_due (run, seq, due_at)
SELECT d.run, d.seq, now() + interval '10 minutes' FROM delivery d JOIN share s ON s.id = d.run
 WHERE d.state = 'deferred' AND s.state <> 'finished'`;

const RETURNS = `
INSERT INTO mail_return (inbox, source, key, kind, reason, status, hard, run, seq, address_hash, recipient_domain, found_by, effect, at)
SELECT 0, 'mailbox', run || '/' || seq, CASE state WHEN 'bounced' THEN 'bounce' ELSE 'complaint' END, 'no such user', '5.1.1', true, run, seq, address_hash,
       'mail.example', 'token', 'suppressed', at + interval '1 hour'
  FROM delivery WHERE state IN ('bounced', 'complained')`;

/** One in nine opened, a third of those followed a link, machines among them; in the order of time. */
const TOUCHES = `
INSERT INTO touch (kind, link_id, run, seq, at, agent, machine)
SELECT kind, CASE kind WHEN 'click' THEN (SELECT min(id) FROM link l WHERE l.message_id = r.message_id) + t.seq % 3 END,
       t.run, t.seq, t.at, 'phone', t.seq % 11 = 0
  FROM (SELECT run, seq, at + make_interval(mins => seq % 2000) AS at, kind
          FROM delivery CROSS JOIN LATERAL (SELECT 'open' AS kind WHERE seq % 9 = 0 UNION ALL SELECT 'click' WHERE seq % 27 = 0) AS k
         WHERE state = 'sent') AS t JOIN run r ON r.id = t.run
 ORDER BY t.at`;
