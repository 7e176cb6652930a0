import { beforeAll, describe, expect, it } from 'vitest';
import { approveMessage } from '../../../../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../../../../src/campaigns/campaigns.ts';
import { addCampaign } from '../../../../../src/campaigns/efforts.ts';
import { planRuns } from '../../../../../src/campaigns/planner.ts';
import { signedIn } from '../../../../support/staff.ts';
import { testWeb } from '../../../../support/web.ts';
import { editorOf, newCampaign, people } from '../../../campaigns/support.ts';
import { browsing } from './support.ts';

const web = testWeb();
const staff = people(web.ground);
const cookies = { author: '', auditor: '', approver: '' };
const author = browsing(web, () => cookies.author);
const auditor = browsing(web, () => cookies.auditor);
const approver = browsing(web, () => cookies.approver);

beforeAll(async () => {
  for (const role of ['author', 'auditor', 'approver'] as const)
    cookies[role] = (await signedIn(web, [role])).cookie;
});

const FIELDS = { name: 'Care at home', goal: 'Medicine for 200', beneficiaryKind: 'fund' };

describe('a campaign', () => {
  it('teaches what to do while there is none, and offers nothing to those who only read', async () => {
    expect((await author.page('/console/campaigns')).text).toContain('Plan the first campaign');
    expect((await auditor.page('/console/campaigns')).text).not.toContain('href="/console/campaigns/new"');
  });

  it('is made, found, changed, put away and brought back', async () => {
    const { status, to } = await author.send('/console/campaigns', { ...FIELDS, startsOn: '2026-12-01' });
    expect(status).toBe(303);
    const path = to?.replace('?done=campaign-made', '') ?? '';
    const page = await author.page(path);
    expect(page.text).toContain('Medicine for 200');
    expect(page.text).toContain('from 1 December 2026');
    expect(page.text).toContain(`href="${path}/messages/new"`);
    expect((await author.page('/console/campaigns?q=at+HOME&state=draft')).text).toContain(path);
    expect((await author.page('/console/campaigns?q=elsewhere')).text).toContain('No campaign fits');
    expect((await author.send(path, { ...FIELDS, name: 'Care close to home' })).to).toBe(
      `${path}?done=saved`,
    );
    await author.send(`${path}/archive`);
    expect((await author.page('/console/campaigns')).text).not.toContain('Care close to home');
    expect((await author.page('/console/campaigns?archived=1')).text).toContain('Care close to home');
    await author.send(`${path}/restore`);
    expect((await author.page('/console/campaigns')).text).toContain('Care close to home');
  });

  it.each([
    [{ name: ' ' }, 'Give it a name'],
    [{ name: 'Care close to home' }, 'Another campaign has this name'],
    [{ startsOn: '2026-12-02', endsOn: '2026-12-01' }, 'It cannot end before it begins'],
    [{ beneficiaryKind: 'project' }, 'Say which project'],
  ])('is asked for again with what was typed: %j', async (wrong, said) => {
    const { status, text } = await author.send('/console/campaigns', {
      ...FIELDS,
      goal: 'Keep <me>',
      ...wrong,
    });
    expect(status).toBe(422);
    expect(text).toContain(said);
    expect(text).toContain('aria-invalid="true"');
    expect(text).toContain('Keep &lt;me&gt;');
  });

  it('is not put away while something of it is planned', async () => {
    const { campaignId, messageId } = await newCampaign(web.ground, staff.author);
    const timing = { schedule: { kind: 'once', at: '2026-12-01T09:00' } };
    await scheduleMessage(web.ground, { messageId, editor: editorOf(staff.author) }, timing);
    await approveMessage(web.ground, { messageId, user: staff.approver });
    await planRuns(web.ground);
    const { status, text } = await author.send(`/console/campaigns/${campaignId}/archive`);
    expect([status, text]).toEqual([422, expect.stringContaining('Cancel that first')]);
    const list = (await author.page('/console/campaigns?state=planned')).text;
    expect(list).toMatch(/1 December 2026<\/time><small>9:00 am</);
    expect(list).toMatch(/Times are shown in [^<]*(IST|India|Kolkata)/);
    expect(text).toMatch(/<circle[^>]*data-state="planned"/);
  });

  it('is listed page by page without losing or repeating one', async () => {
    const wish = {
      goal: null,
      beneficiaryKind: 'fund' as const,
      beneficiary: null,
      startsOn: null,
      endsOn: null,
    };
    for (let n = 1; n <= 30; n++)
      await addCampaign(web.ground, { ...wish, name: `Page ${n}`, ownerId: null }, staff.author);
    const seen: string[] = [];
    for (let path: string | undefined = '/console/campaigns?q=Page'; path; ) {
      const { text } = await author.page(path);
      seen.push(...[...text.matchAll(/>Page (\d+)</g)].map(([, n]) => String(n)));
      path = /href="([^"]+)" rel="next"/.exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=');
    }
    expect(seen.map(Number)).toEqual(Array.from({ length: 30 }, (_, i) => 30 - i));
  });

  it('is not there for a wrong id', async () => {
    expect((await author.page('/console/campaigns/nothing')).status).toBe(404);
  });
});

describe('a plan', () => {
  const plan = {
    lists: 'donors',
    fallback: 'ml',
    latePolicy: 'ask',
    lateMinutes: '30',
    unknownPolicy: 'leave',
  };
  const repeat = {
    when: 'repeat',
    every: 'week',
    weekdays: '1',
    time: '18:30',
    zone: 'Asia/Kolkata',
    canary: 'none',
  };

  it('shows in words with the next five dates what the form means, without saving anything', async () => {
    const { messageId } = await newCampaign(web.ground, staff.author);
    const query = new URLSearchParams({
      ...plan,
      ...repeat,
      windowFrom: '19:00',
      windowTo: '20:00',
      count: '1',
    });
    const { text } = await author.page(`/console/messages/${messageId}/plan?${query}`);
    expect(text).toContain('At 6:30 pm, only on Monday (Indian time), only from 7:00 pm to 8:00 pm');
    expect(text).toContain('Monday, 23 November 2026, 7:00 pm');
    expect(text.match(/<li>Monday, /g)).toHaveLength(5);
    expect(text).toContain('Counted exactly');
    expect(text).toMatch(/<b>2<\/b>/);
    expect(text).toContain('There is no consent for this purpose.');
    const { rows } = await web.ground.sql.query('SELECT schedule FROM message WHERE id = $1', [messageId]);
    expect(rows).toEqual([{ schedule: null }]);
  });

  it('is saved in one revision; the second of two who plan is shown the difference', async () => {
    const { messageId } = await newCampaign(web.ground, staff.author);
    const path = `/console/messages/${messageId}/plan`;
    const saved = await author.send(path, { ...plan, ...repeat, revision: '1' });
    expect(saved.to).toBe(`${path}?done=plan-saved`);
    const { rows } = await web.ground.sql.query(
      'SELECT revision, schedule, audience, canary, late_after_sec AS late FROM message WHERE id = $1',
      [messageId],
    );
    expect(rows).toEqual([
      {
        ...{ revision: 2, canary: false, late: 1800 },
        schedule: { kind: 'cron', expression: '30 18 * * MON', zone: 'Asia/Kolkata' },
        audience: { lists: ['donors'], fallback: ['ml', 'en'] },
      },
    ]);
    const late = await author.send(path, { ...plan, ...repeat, time: '07:15', revision: '1' });
    expect(late.status).toBe(409);
    expect(late.text).toMatch(/<td>At<\/td><td>07:15<\/td><td>18:30<\/td>/);
    expect(late.text).toContain('value="07:15"');
  });

  it.each([
    [{ lists: 'nobody' }, 'There is no list'],
    [{ when: 'once', at: '2020-01-01T09:00' }, 'has passed'],
    [{ zone: 'Asia/Cochin' }, 'There is no time zone'],
    [{ windowFrom: '09:00' }, 'is no send window'],
    [{ lateMinutes: '0' }, 'counts as late after'],
    [
      { canary: 'own', canaryPercent: '99', canaryMinutes: '5', canaryLeast: '1' },
      'A canary is up to 50 percent',
    ],
  ])('refuses %j with a sentence, keeping what was typed', async (wrong, said) => {
    const { messageId } = await newCampaign(web.ground, staff.author);
    const typed = { ...plan, ...repeat, time: '06:05', revision: '1', ...wrong };
    const { status, text } = await author.send(`/console/messages/${messageId}/plan`, typed);
    expect(status).toBe(422);
    expect(text).toContain(said);
    expect(text).toContain('value="06:05"');
  });

  it('can be read by an auditor, who is offered no button', async () => {
    const { messageId } = await newCampaign(web.ground, staff.author);
    const { status, text } = await auditor.page(`/console/messages/${messageId}/plan`);
    expect([status, text.includes('Save the plan')]).toEqual([200, false]);
  });
});

describe('approval', () => {
  async function planned() {
    const { messageId } = await newCampaign(web.ground, staff.author);
    const timing = { schedule: { kind: 'once', at: '2026-12-01T09:00' } };
    await scheduleMessage(web.ground, { messageId, editor: editorOf(staff.author) }, timing);
    return `/console/messages/${messageId}/approval`;
  }

  it('of a message whose time has passed asks for another time, and says why', async () => {
    const path = await planned();
    await web.ground.sql.query(
      `UPDATE message SET schedule = '{"kind": "once", "at": "2026-11-20T09:00", "zone": "Asia/Kolkata"}' WHERE id = $1`,
      [path.split('/').at(-2)],
    );
    expect((await approver.page(path)).text).toContain('The time that was chosen has passed.');
  });

  it('goes from the request over a comment and a return to the approval', async () => {
    const path = await planned();
    const asked = await author.send(`${path}/request`, { reference: 'GO 12/2026', note: 'Please.' });
    expect(asked.to).toBe(`${path}?done=approval-asked`);
    const list = await approver.page('/console/approvals');
    expect(list.text).toContain(`href="${path}"`);
    expect(list.text).toContain('GO 12/2026');
    await approver.send(path.replace('approval', 'comments'), { text: 'Which <list>?' });
    expect((await auditor.page(path)).text).toContain('Which &lt;list&gt;?');
    expect((await approver.send(`${path}/return`, { reason: '' })).status).toBe(422);
    expect((await approver.send(`${path}/return`, { reason: 'Change the day.' })).to).toContain(
      'approval-returned',
    );
    expect((await author.page(path)).text).toContain('“Change the day.”');
    await author.send(`${path}/request`, { reference: 'GO 12/2026' });
    const revision = /name="revision" value="(\d+)"/.exec((await approver.page(path)).text)?.[1] ?? '';
    expect((await approver.send(path, { revision: '1', reference: '' })).status).toBe(409);
    expect((await approver.send(path, { revision })).to).toBe(`${path}?done=approval-given`);
    expect((await author.page(path)).text).toContain('under GO 12/2026');
    expect((await approver.page('/console/approvals')).text).not.toContain(`href="${path}"`);
  });

  it('is not offered to whoever edited last, nor given when they ask for it nevertheless', async () => {
    const { cookie, user } = await signedIn(web, ['administrator']);
    const chief = browsing(web, () => cookie);
    const path = await planned();
    const messageId = path.split('/')[3] ?? '';
    const timing = { schedule: { kind: 'once', at: '2026-12-02T09:00' } };
    const { revision } = await scheduleMessage(web.ground, { messageId, editor: editorOf(user) }, timing);
    const page = await chief.page(path);
    expect(page.text).toContain('You edited it last');
    expect(page.text).not.toContain('Approve it');
    expect((await chief.send(path, { revision: String(revision) })).status).toBe(403);
  });

  it('knows who is away until when, and lets an administrator set the clock', async () => {
    const { cookie } = await signedIn(web, ['administrator']);
    const chief = browsing(web, () => cookie);
    const { user } = await signedIn(web, ['approver']);
    expect(
      (await approver.send('/console/approvals/away', { until: '2020-01-01', deputy: user.id })).status,
    ).toBe(422);
    await approver.send('/console/approvals/away', { until: '2026-12-24', deputy: user.id });
    expect((await approver.page('/console/approvals')).text).toContain('You are away until 24 December 2026');
    await approver.send('/console/approvals/away', {});
    expect((await approver.page('/console/approvals')).text).toContain('I am away');
    expect((await chief.send('/console/approvals/reminders', { remind: '0', escalate: '5' })).status).toBe(
      422,
    );
    await chief.send('/console/approvals/reminders', { remind: '12', escalate: '36' });
    expect((await auditor.page('/console/approvals')).text).toContain('Reminded every 12 hours');
  });
});
