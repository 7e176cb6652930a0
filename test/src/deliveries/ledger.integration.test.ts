import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setConsent } from '../../../src/contacts/consent.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { type Ledger, type Outcome, openLedger } from '../../../src/deliveries/ledger.ts';
import { engineGround } from '../../support/engine.ts';
import { deliveriesOf, numbered, PURPOSE, startedRun } from '../../support/people.ts';
import { until } from '../../support/until.ts';

const ground = engineGround();
const ledgers: Ledger[] = [];
let epoch: bigint;
let ledger: Ledger;

async function enlist(): Promise<bigint> {
  const { rows } = await ground.sql.query(
    "INSERT INTO worker (host, pid) VALUES ('test', 1) RETURNING epoch",
  );
  return BigInt(rows[0].epoch);
}
async function ledgerOf(sender: { epoch: () => bigint; mark?: () => bigint }): Promise<Ledger> {
  const opened = await openLedger(ground.databaseUrl, { mark: () => 1n, ...sender }, ground.log);
  ledgers.push(opened);
  return opened;
}
beforeEach(async () => {
  await ground.sql.query("INSERT INTO setting (key, value) VALUES ('send-mark', '5') ON CONFLICT DO NOTHING");
  epoch = await enlist();
  ledger = await ledgerOf({ epoch: () => epoch });
});
afterEach(async () => {
  await Promise.all(ledgers.splice(0).map((open) => open.close()));
  await ground.sql.query('UPDATE hold SET lifted_at = now()');
});

const claim = (run: bigint, seq: number) => ({ run, seq, epoch });
const outcome = (
  run: bigint,
  seq: number,
  state: Outcome['state'],
  more: Partial<Outcome> = {},
): Outcome => ({
  ...{ run, seq, epoch, attempt: 1, state },
  ...more,
});
const stateOf = async (run: bigint, seq: number) => (await deliveriesOf(ground, run))[seq - 1]?.state;

describe('a claim', () => {
  it('gives a planned delivery once, with the number of the attempt', async () => {
    const { run } = await startedRun(ground, numbered(2, 'once.example'));
    expect(await ledger.exchange(null, claim(run, 1))).toEqual({ epoch, attempt: 1 });
    expect(await ledger.exchange(null, claim(run, 1))).toBeNull();
    expect(await ledger.exchange(null, claim(run, 3))).toBeNull();
    expect(await deliveriesOf(ground, run)).toMatchObject([
      { state: 'sending', attempts: 1, epoch },
      { state: 'planned', attempts: 0 },
    ]);
  });

  it('gives a deferred delivery when it is due, and not before', async () => {
    const { run } = await startedRun(ground, ['late@people.example']);
    await ledger.exchange(null, claim(run, 1));
    await ledger.exchange(outcome(run, 1, 'deferred', { code: 450, retryAfter: 60 }), null);
    expect(await ledger.exchange(null, claim(run, 1))).toBeNull();
    await ground.sql.query('UPDATE delivery_due SET due_at = now() WHERE run = $1', [run]);
    expect(await ledger.exchange(null, claim(run, 1))).toEqual({ epoch, attempt: 2 });
    const { rowCount } = await ground.sql.query('SELECT FROM delivery_due WHERE run = $1', [run]);
    expect(rowCount).toBe(0);
  });

  it.each(['sent', 'failed', 'unknown', 'skipped', 'cancelled', 'bounced', 'complained', 'sending'])(
    'never gives what is %s',
    async (state) => {
      const { run } = await startedRun(ground, ['final@people.example']);
      await ground.sql.query(
        "INSERT INTO delivery_due (run, seq, due_at) SELECT $1, 1, now() - interval '1 hour'",
        [run],
      );
      await ground.sql.query('ALTER TABLE delivery DISABLE TRIGGER seen');
      await ground.sql.query('UPDATE delivery SET state = $2::delivery_state WHERE run = $1', [run, state]);
      await ground.sql.query('ALTER TABLE delivery ENABLE TRIGGER seen');
      expect(await ledger.exchange(null, claim(run, 1))).toBeNull();
      expect(await stateOf(run, 1)).toBe(state);
    },
  );

  it('is refused for the suppressed and for those who withdrew their consent, and given to the rest', async () => {
    const { run, ids } = await startedRun(ground, numbered(3, 'people.example'));
    const rows = await deliveriesOf(ground, run);
    const seqOf = (value: string) => rows.find((row) => row.address === value)?.seq as number;
    await suppress(ground.sql, {
      channel: 'email',
      value: 'r1@people.example',
      reason: 'manual',
      source: 'test',
    });
    await setConsent(ground.sql, {
      ...{
        contactId: ids[1] as string,
        channel: 'email',
        purpose: PURPOSE,
        given: false,
        basis: 'one click',
      },
    });
    const given = await Promise.all(
      rows.map(async (row) => ((await ledger.exchange(null, claim(run, row.seq))) ? row.seq : 0)),
    );
    expect(given.filter(Boolean)).toEqual([seqOf('r3@people.example')]);
  });

  it('goes by a suppression that has ended', async () => {
    const { run } = await startedRun(ground, ['again@people.example']);
    const past = { channel: 'email', value: 'again@people.example', reason: 'soft', source: 'test' };
    await suppress(ground.sql, { ...past, expiresAt: new Date(Date.now() - 60_000) });
    expect(await ledger.exchange(null, claim(run, 1))).not.toBeNull();
  });

  it.each(['paused', 'cancelled', 'finished', 'freezing', 'planned'])(
    'is refused in a run that is %s',
    async (state) => {
      const { run } = await startedRun(ground, ['p@people.example']);
      await ground.sql.query('ALTER TABLE run DISABLE TRIGGER seen');
      await ground.sql.query('UPDATE run SET state = $2::run_state WHERE id = $1', [run, state]);
      await ground.sql.query('ALTER TABLE run ENABLE TRIGGER seen');
      expect(await ledger.exchange(null, claim(run, 1))).toBeNull();
    },
  );

  it('is refused while a hold is in force, not before it begins nor after it ends', async () => {
    const { run } = await startedRun(ground, numbered(3, 'hold.example'));
    const hold = (from: string, to: string | null) =>
      ground.sql.query(
        "INSERT INTO hold (reason, from_at, until_at, made_by) VALUES ('x', now() + $1::interval, now() + $2::interval, 'me')",
        [from, to],
      );
    await hold('1 hour', null);
    await hold('-2 hours', '-1 hour');
    expect(await ledger.exchange(null, claim(run, 1))).not.toBeNull();
    await hold('-1 minute', '1 hour');
    expect(await ledger.exchange(null, claim(run, 2))).toBeNull();
  });

  it('is refused to a sender that was buried, and to one that took the piece under an older number', async () => {
    const { run } = await startedRun(ground, numbered(2, 'dead.example'));
    const old = epoch;
    epoch = await enlist();
    expect(await ledger.exchange(null, { run, seq: 1, epoch: old })).toBeNull();
    await ground.sql.query('UPDATE worker SET ended_at = now(), "end" = \'dead\' WHERE epoch = $1', [epoch]);
    expect(await ledger.exchange(null, claim(run, 1))).toBeNull();
  });

  it('is refused by a database whose mark is behind the one this sender has seen', async () => {
    const { run } = await startedRun(ground, ['mark@people.example']);
    let mark = 6n;
    const ahead = await ledgerOf({ epoch: () => epoch, mark: () => mark });
    expect(await ahead.exchange(null, claim(run, 1))).toBeNull();
    mark = 5n;
    expect(await ahead.exchange(null, claim(run, 1))).not.toBeNull();
  });
});

describe('an outcome', () => {
  it('is written together with the next claim, in one statement', async () => {
    const { run } = await startedRun(ground, numbered(2, 'both.example'));
    await ledger.exchange(null, claim(run, 1));
    expect(await ledger.exchange(outcome(run, 1, 'sent', { code: 250 }), claim(run, 2))).toMatchObject({
      attempt: 1,
    });
    const { rows } = await ground.sql.query(
      'SELECT state, xmin::text FROM delivery WHERE run = $1 ORDER BY seq',
      [run],
    );
    expect(rows.map((row) => row.state)).toEqual(['sent', 'sending']);
    expect(rows[0].xmin).toBe(rows[1].xmin);
  });

  it('of a run that was paused in between is written, and the claim beside it refused', async () => {
    const { run } = await startedRun(ground, numbered(2, 'between.example'));
    await ledger.exchange(null, claim(run, 1));
    await ground.sql.query("UPDATE run SET state = 'paused' WHERE id = $1", [run]);
    expect(await ledger.exchange(outcome(run, 1, 'sent'), claim(run, 2))).toBeNull();
    expect((await deliveriesOf(ground, run)).map((row) => row.state)).toEqual(['sent', 'planned']);
  });

  it('of one run goes with a claim of another', async () => {
    const one = await startedRun(ground, ['one@people.example']);
    const two = await startedRun(ground, ['two@people.example']);
    await ledger.exchange(null, claim(one.run, 1));
    expect(await ledger.exchange(outcome(one.run, 1, 'sent'), claim(two.run, 1))).toMatchObject({
      attempt: 1,
    });
    expect(await stateOf(one.run, 1)).toBe('sent');
  });

  it('of a sender believed dead moves unknown to sent', async () => {
    const { run } = await startedRun(ground, ['late@people.example']);
    await ledger.exchange(null, claim(run, 1));
    await ground.sql.query('UPDATE worker SET ended_at = now() WHERE epoch = $1', [epoch]);
    await ground.sql.query("UPDATE delivery SET state = 'unknown' WHERE run = $1", [run]);
    await ledger.exchange(outcome(run, 1, 'sent'), null);
    expect(await stateOf(run, 1)).toBe('sent');
  });

  it('of an older attempt or another sender changes nothing, nor does one of what is final', async () => {
    const { run } = await startedRun(ground, ['old@people.example']);
    await ledger.exchange(null, claim(run, 1));
    await ledger.exchange(outcome(run, 1, 'sent', { attempt: 0 }), null);
    await ledger.exchange(outcome(run, 1, 'sent', { epoch: epoch + 1n }), null);
    expect(await stateOf(run, 1)).toBe('sending');
    await ledger.exchange(outcome(run, 1, 'sent'), null);
    await ledger.exchange(outcome(run, 1, 'failed'), null);
    expect(await stateOf(run, 1)).toBe('sent');
  });

  it('that names a dead address suppresses it for good, and the counters follow', async () => {
    const { run } = await startedRun(ground, ['gone@people.example']);
    await ledger.exchange(null, claim(run, 1));
    await ledger.exchange(outcome(run, 1, 'failed', { code: 550, reason: '5.1.1', suppress: true }), null);
    const { rows } = await ground.sql.query(
      "SELECT reason, expires_at FROM suppression WHERE hash = address_hash('email', 'gone@people.example')",
    );
    expect(rows).toEqual([{ reason: 'hardbounce', expires_at: null }]);
    const counted = await ground.sql.query('SELECT sum(failed)::int AS n FROM run_counter WHERE run = $1', [
      run,
    ]);
    expect(counted.rows[0].n).toBe(1);
  });
});

describe('many at once', () => {
  it('grants each delivery to one of three racing senders', async () => {
    const n = 300;
    const { run } = await startedRun(ground, numbered(n, 'race.example'));
    const racers = await Promise.all(
      [1, 2, 3].map(async () => {
        const mine = await enlist();
        return { mine, open: await ledgerOf({ epoch: () => mine }) };
      }),
    );
    const grants = await Promise.all(
      racers.flatMap(({ mine, open }, r) =>
        Array.from({ length: n }, async (_, i) => {
          const seq = r === 1 ? n - i : i + 1;
          return (await open.exchange(null, { run, seq, epoch: mine })) ? seq : 0;
        }),
      ),
    );
    expect(grants.filter(Boolean).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
  });

  it('loses and doubles nothing when its connections are killed again and again', async () => {
    const n = 1200;
    const { run } = await startedRun(ground, numbered(n, 'killed.example'));
    const sent = new Map<number, number>();
    let next = 1;
    let killing = true;
    let kills = 0;
    const hand = async () => {
      let told: Outcome | null = null;
      while (next <= n) {
        const seq = next++;
        const grant = await ledger.exchange(told, claim(run, seq));
        told = null;
        if (!grant) continue;
        sent.set(seq, (sent.get(seq) ?? 0) + 1);
        told = outcome(run, seq, 'sent', grant);
      }
      if (told) await ledger.exchange(told, null);
    };
    const kill = async () => {
      while (killing) {
        const { rowCount } = await ground.sql.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'wecare-ledger' AND datname = current_database() AND state <> 'idle'",
        );
        kills += rowCount ?? 0;
        await new Promise((done) => setTimeout(done, 5));
      }
    };
    const killer = kill();
    const work = Promise.all(Array.from({ length: 20 }, hand));
    await until(() => kills >= 5 || next > n, 'connections were killed in the midst of a statement');
    killing = false;
    await Promise.all([work, killer]);
    expect(sent.size).toBe(n);
    expect([...sent.values()].every((times) => times === 1)).toBe(true);
    const rows = await deliveriesOf(ground, run);
    expect(rows.every((row) => row.state === 'sent' && row.attempts === 1)).toBe(true);
  });

  it('takes no grant of its newer self for its own when the connection breaks', async () => {
    const { run } = await startedRun(ground, numbered(2, 'self.example'));
    const old = epoch;
    await ledger.exchange(null, claim(run, 2));
    epoch = await enlist();
    // The other piece of this process, under the new number, has this delivery on the wire now.
    await ground.sql.query(
      "UPDATE delivery SET state = 'sending', epoch = $2, attempts = 1 WHERE run = $1 AND seq = 1",
      [run, epoch],
    );
    const blocker = new pg.Client({ connectionString: ground.databaseUrl });
    await blocker.connect();
    await blocker.query('BEGIN');
    await blocker.query('SELECT FROM delivery WHERE run = $1 AND seq = 2 FOR UPDATE', [run]);
    const told: Outcome = { ...outcome(run, 2, 'sent'), epoch: old };
    const asked = ledger.exchange(told, { run, seq: 1, epoch: old });
    const waits = `SELECT pid FROM pg_stat_activity WHERE application_name = 'wecare-ledger'
      AND datname = current_database() AND wait_event_type = 'Lock'`;
    await until(async () => Boolean((await ground.sql.query(waits)).rowCount), 'the statement waits');
    await ground.sql.query(`SELECT pg_terminate_backend(pid) FROM (${waits}) AS w`);
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect(await asked).toBeNull();
    expect(await stateOf(run, 2)).toBe('sent');
  });
});
