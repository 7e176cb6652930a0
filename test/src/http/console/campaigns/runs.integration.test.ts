import { get } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { revokeSessions } from '../../../../../src/access/sessions.ts';
import { digestRun } from '../../../../../src/deliveries/digests.ts';
import { pauseRun } from '../../../../../src/deliveries/runs.ts';
import { recordTouch } from '../../../../../src/links/links.ts';
import { signedIn } from '../../../../support/staff.ts';
import { testWeb } from '../../../../support/web.ts';
import { people } from '../../../campaigns/support.ts';
import { browsing, launchedRun } from './support.ts';

const web = testWeb();
const staff = people(web.ground);
const cookies = { author: '', auditor: '', approver: '' };
const author = browsing(web, () => cookies.author);
const auditor = browsing(web, () => cookies.auditor);
const approver = browsing(web, () => cookies.approver);
const AGENT =
  'Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36';

beforeAll(async () => {
  for (const role of ['author', 'auditor', 'approver'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
});

const launch = () => launchedRun(web.ground, staff);
const end = (run: string, seq: number, state: string, reason: string | null = null) =>
  web.ground.sql.query(
    `UPDATE delivery SET state = $3::delivery_state, reason = $4, attempts = 1, at = now(), reply = 'so it was'
      WHERE run = $1 AND seq = $2`,
    [run, seq, state, reason],
  );

describe('a run', () => {
  it('is shown with what came of it, and what needs a person first', async () => {
    const { run } = await launch();
    await end(run, 1, 'sent');
    await end(run, 2, 'unknown', 'dropped');
    const { text } = await author.page(`/console/runs/${run}`);
    expect(text).toMatch(/<b>2<\/b><span class="quiet">of 2 handled/);
    expect(text).toContain('Approved under SJD/1/2026');
    expect(text).toContain('The line closed after the last word. It may have arrived.');
    expect(text).toContain(`sse-connect="/console/runs/${run}/live?state=running&amp;lang=en"`);
    expect(text).not.toContain('style=');
    const sent = await author.page(`/console/runs/${run}?show=sent`);
    expect(sent.text.match(/<span class="addr">/g)).toHaveLength(1);
    const read = await auditor.page(`/console/runs/${run}`);
    expect(read.text).not.toMatch(/Pause this run|It arrived<\/button>/);
  });

  it('is paused, goes on, and is cancelled after one was told what that does', async () => {
    const { run } = await launch();
    await end(run, 1, 'sent');
    expect((await author.send(`/console/runs/${run}/pause`)).to).toBe(`/console/runs/${run}?done=run-paused`);
    expect((await author.page(`/console/runs/${run}`)).text).toContain('Go on');
    await author.send(`/console/runs/${run}/resume`);
    const question = (await author.page(`/console/runs/${run}/cancel`)).text;
    expect(question).toContain('One message has gone out and stays sent.');
    expect(question).toContain('One person will not get it.');
    expect((await author.send(`/console/runs/${run}/cancel`)).status).toBe(303);
    const again = await author.send(`/console/runs/${run}/pause`);
    expect([again.status, again.text]).toEqual([422, expect.stringContaining('it cannot become paused')]);
  });

  it('has its unknown outcomes decided, but never repeated against its policy', async () => {
    const { run } = await launch();
    await end(run, 1, 'unknown', 'dropped');
    await end(run, 2, 'unknown', 'killed');
    await author.send(`/console/runs/${run}/unknown`, { decision: 'leave' });
    expect((await author.page(`/console/runs/${run}`)).text).toContain('2 outcomes are unknown');
    expect((await author.send(`/console/runs/${run}/unknown`, { decision: 'again' })).text).toContain(
      'not sent again',
    );
    await author.send(`/console/runs/${run}/unknown`, { decision: 'arrived', seq: '1' });
    expect((await author.page(`/console/runs/${run}`)).text).toContain('One outcome is unknown');
  });

  it('that came late is sent or left out by a person', async () => {
    const { run } = await launch();
    await web.ground.sql.query("UPDATE run SET state = 'asked', reason = '40 minutes late' WHERE id = $1", [
      run,
    ]);
    expect((await author.page(`/console/runs/${run}`)).text).toContain('Should it still go?');
    await approver.send(`/console/runs/${run}/decision`, { decision: 'skip' });
    const { rows } = await web.ground.sql.query('SELECT state FROM run WHERE id = $1', [run]);
    expect(rows).toEqual([{ state: 'cancelled' }]);
  });

  it('is tried again where that reaches nobody twice', async () => {
    const { run } = await launch();
    await end(run, 1, 'failed', 'expired');
    await end(run, 2, 'sent');
    expect((await author.page(`/console/runs/${run}`)).text).toContain(
      'One failed for a reason that may be over.',
    );
    expect((await author.send(`/console/runs/${run}/retry`)).to).toContain('run-retried');
    expect((await author.send(`/console/runs/${run}/retry`)).status).toBe(422);
  });

  it('is corrected for exactly those who received it', async () => {
    const { run } = await launch();
    await end(run, 1, 'sent');
    await end(run, 2, 'sent');
    await author.send(`/console/runs/${run}/pause`);
    const form = (await author.page(`/console/runs/${run}/correction`)).text;
    expect(form).toContain('the 2 people');
    const bare = await author.send(`/console/runs/${run}/correction`, {});
    expect(bare.status).toBe(422);
    const typed = {
      'subject-ml': 'തിരുത്ത്',
      'text-ml': 'തീയതി ഡിസംബർ 3 ആണ്.',
      'subject-en': 'Correction',
      'text-en': 'It is 3 December.',
    };
    const { to } = await author.send(`/console/runs/${run}/correction`, typed);
    expect(to).toMatch(/^\/console\/messages\/[\da-f-]{36}\/plan\?done=correction-made$/);
    expect((await author.page(to ?? '')).text).toContain(`It corrects run ${run}`);
  });

  it('has links that an approver leads elsewhere and back', async () => {
    const { run } = await launch();
    const path = `/console/runs/${run}/links`;
    const code = /links\/(\w+)"/.exec((await approver.page(path)).text)?.[1];
    expect((await author.page(path)).text).toContain('An approver can change it');
    const bad = await approver.send(`${path}/${code}`, { url: 'javascript:alert(1)' });
    expect([bad.status, bad.text]).toEqual([422, expect.stringContaining('beginning with https://')]);
    await approver.send(`${path}/${code}`, { url: 'https://wecare.example/new' });
    expect((await approver.page(path)).text).toContain('https://wecare.example/new');
    expect((await approver.send(`${path}/${code}/undo`)).to).toBe(`${path}?done=link-undone`);
  });

  it('is not there for a wrong number', async () => {
    for (const path of ['999999', 'x', '1.5', '99999999999999999999'])
      expect((await author.page(`/console/runs/${path}`)).status).toBe(404);
  });
});

describe('a report', () => {
  it('says in words and numbers what came of a run and its campaign, machines apart', async () => {
    const { run, campaignId } = await launch();
    await end(run, 1, 'sent');
    await end(run, 2, 'failed', '5.1.1');
    const recipient = { run: BigInt(run), seq: 1 };
    await recordTouch(web.ground, { kind: 'open', recipient, machine: false });
    await recordTouch(web.ground, { kind: 'open', recipient, machine: true });
    for (const path of [`/console/runs/${run}`, `/console/campaigns/${campaignId}`]) {
      const { text } = await auditor.page(`${path}/report`);
      expect(text).toContain('No such mailbox. We will not write to it again.');
      expect(text).toContain('Machines opened 1 times');
      expect(text).toMatch(/<rect class="opens"[^>]*height="\d/);
      const csv = await auditor.page(`${path}/report.csv`);
      expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(csv.text).toContain('failed,5.1.1,1\r\n');
    }
  });

  it('of a large run that nobody counted yet says that it is being made; its file lacks nothing', async () => {
    const { run } = await launch();
    await end(run, 1, 'failed', '5.1.1');
    await web.ground.sql.query(
      "UPDATE run SET total = 20000, state = 'finished', ended_at = now() WHERE id = $1",
      [run],
    );
    const paths = ['', '/report', '/domains'].map((part) => `/console/runs/${run}${part}`);
    for (const path of paths) {
      const { status, text } = await auditor.page(path);
      expect([status, text]).toEqual([200, expect.stringContaining('The figures are being put together')]);
      expect(text).toContain('hx-trigger="load delay:5s"');
    }
    expect((await auditor.page(`/console/runs/${run}/report.csv`)).text).toContain('failed,5.1.1,1\r\n');
    await digestRun(web.ground, BigInt(run));
    for (const path of paths)
      expect((await auditor.page(path)).text).not.toContain('The figures are being put together');
    expect((await auditor.page(`/console/runs/${run}/report`)).text).toContain('No such mailbox.');
  });

  it('gives every delivery as CSV, without formulas, and writes down who took it', async () => {
    const { run } = await launch();
    await web.ground.sql.query("UPDATE contact SET name = '=HYPERLINK(1)' WHERE name = 'Sreeja'");
    const { status, text } = await auditor.send(`/console/runs/${run}/deliveries.csv`);
    expect(status).toBe(200);
    expect(text.trim().split('\r\n')).toHaveLength(4);
    expect(text).toContain("'=HYPERLINK(1)");
    expect(text).toContain('left out,no consent');
    const entry = await web.ground.db.auditEntry.findFirst({
      where: { action: 'run.exported', subjectId: run },
    });
    expect(entry?.actor).toMatch(/^staff\d+@kssm.example$/);
  });
});

describe('a run that is watched', () => {
  /** Server-sent events as they come, until the other end closes. */
  function watch(run: string, cookie: string) {
    const events: string[] = [];
    const waiting: { event: string; done: () => void }[] = [];
    const ended = new Promise<void>((resolve) => {
      const headers = { cookie, accept: 'text/event-stream', 'user-agent': AGENT };
      get(`${web.url()}/console/runs/${run}/live?state=running`, { headers }, (answer) => {
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          for (const [, event = ''] of chunk.matchAll(/^event: (\w+)$/gm)) {
            events.push(event);
            for (const one of waiting) if (one.event === event) one.done();
          }
        });
        answer.on('end', resolve);
      });
    });
    const seen = (event: string) =>
      events.includes(event) ? Promise.resolve() : new Promise<void>((done) => waiting.push({ event, done }));
    return { events, seen, ended };
  }

  it('is told of each look, and that its state changed, which ends it', async () => {
    const { run } = await launch();
    const { events, seen, ended } = watch(run, cookies.auditor);
    await seen('course');
    await pauseRun(web.ground, BigInt(run), 'test');
    await ended;
    expect(events.at(0)).toBe('course');
    expect(events.at(-1)).toBe('changed');
  });

  it.each(['session', 'role'])('is told no more once the %s is taken away', async (what) => {
    const { run } = await launch();
    const { cookie, user } = await signedIn(web, ['finance']);
    const { events, seen, ended } = watch(run, cookie);
    await seen('course');
    if (what === 'session') await revokeSessions(web.ground.sql, { userId: user.id, why: 'test' }, 'test');
    else await web.ground.sql.query("UPDATE app_user SET roles = '{agency}' WHERE id = $1", [user.id]);
    await ended;
    expect(events.at(-1)).toBe('changed');
  });
});
