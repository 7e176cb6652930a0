import { describe, expect, it } from 'vitest';
import { recipientToken } from '../../../src/links/token.ts';
import { type Mailed, seedMailed } from '../../support/mailed.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });

const consentOf = ({ contactId }: Mailed) =>
  ground.db.consent.findUniqueOrThrow({
    where: { contactId_channel_purpose: { contactId, channel: 'email', purpose: 'appeals' } },
  });
const withdrawals = async ({ run }: Mailed) => {
  const { rows } = await ground.sql.query("SELECT FROM touch WHERE run = $1 AND kind = 'unsubscribe'", [run]);
  return rows.length;
};
const oneClick = { method: 'POST', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) };
const fromPage = { method: 'POST', body: new URLSearchParams({ from: 'page' }) };

describe('GET /u/TOKEN', () => {
  it('shows one button in the language of the contact and changes nothing', async () => {
    const mailed = await seedMailed(ground);
    const answer = await ask(`/u/${mailed.token}`);
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(html).toContain('<html lang="ml"');
    expect(html).toContain('ഇനി വേണ്ട');
    expect(html.match(/<button/g)).toHaveLength(1);
    expect((await consentOf(mailed)).given).toBe(true);
  });

  it('speaks the language of the mail to a contact who named none, and the one a reader asks for', async () => {
    const { token } = await seedMailed(ground, { language: null });
    expect(await (await ask(`/u/${token}`)).text()).toContain('<html lang="ml"');
    expect(await (await ask(`/u/${token}?lang=en`)).text()).toContain('Do you want no more of these mails?');
  });

  it('carries no script, no inline style and a policy that forbids both', async () => {
    const { token } = await seedMailed(ground);
    const answer = await ask(`/u/${token}`);
    expect(await answer.text()).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe-inline');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });
});

describe('POST /u/TOKEN', () => {
  it('withdraws the consent at once by one click, without redirect or cookie', async () => {
    const mailed = await seedMailed(ground);
    const answer = await ask(`/u/${mailed.token}`, oneClick);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await consentOf(mailed)).toMatchObject({ given: false, basis: 'one-click unsubscribe' });
    expect(await withdrawals(mailed)).toBe(1);
  });

  it('takes the multipart form that RFC 8058 allows as well', async () => {
    const mailed = await seedMailed(ground);
    const body = new FormData();
    body.set('List-Unsubscribe', 'One-Click');
    await ask(`/u/${mailed.token}`, { method: 'POST', body });
    expect(await consentOf(mailed)).toMatchObject({ given: false, basis: 'one-click unsubscribe' });
  });

  it('changes nothing more the second time', async () => {
    const mailed = await seedMailed(ground);
    await ask(`/u/${mailed.token}`, oneClick);
    const answer = await ask(`/u/${mailed.token}`, fromPage);
    expect(answer.status).toBe(200);
    expect((await consentOf(mailed)).basis).toBe('one-click unsubscribe');
    expect(await withdrawals(mailed)).toBe(1);
    const history = await ground.db.consentEvent.findMany({ where: { contactId: mailed.contactId } });
    expect(history.map((event) => event.given)).toEqual([true, false]);
  });

  it('says so on the page and takes it back with one button', async () => {
    const mailed = await seedMailed(ground);
    const html = await (await ask(`/u/${mailed.token}`, fromPage)).text();
    expect(html).toContain('ഇനി ഈ ഇമെയിലുകൾ ലഭിക്കില്ല.');
    expect(html).toContain(`action="/u/${mailed.token}/undo"`);
    expect(await consentOf(mailed)).toMatchObject({ given: false, basis: 'unsubscribe page' });
    await ask(`/u/${mailed.token}/undo`, { method: 'POST' });
    expect(await consentOf(mailed)).toMatchObject({ given: true, basis: 'undo on page' });
  });

  it('does not give back a consent that was withdrawn in another way', async () => {
    const mailed = await seedMailed(ground);
    const key = { contactId: mailed.contactId, channel: 'email', purpose: 'appeals' };
    await ground.db.consent.update({
      where: { contactId_channel_purpose: key },
      data: { given: false, basis: 'letter of 3 November' },
    });
    expect(await (await ask(`/u/${mailed.token}/undo?lang=en`, { method: 'POST' })).text()).toContain(
      'stays as it is',
    );
    expect((await consentOf(mailed)).given).toBe(false);
  });

  it('is content with somebody who was erased since', async () => {
    const mailed = await seedMailed(ground);
    await ground.db.contact.delete({ where: { id: mailed.contactId } });
    const answer = await ask(`/u/${mailed.token}?lang=en`, oneClick);
    expect(answer.status).toBe(200);
    expect(await answer.text()).not.toContain('/undo');
  });
});

describe('a token that is not ours', () => {
  it.each(['GET', 'POST'])(
    'is told to be broken on %s, with a way to reach us, and changes nothing',
    async (method) => {
      const mailed = await seedMailed(ground);
      const last = mailed.token.endsWith('A') ? 'B' : 'A';
      const answer = await ask(`/u/${mailed.token.slice(0, -1)}${last}`, { method });
      expect(answer.status).toBe(404);
      const html = await answer.text();
      expect(html).toContain('This link is broken');
      expect(html).toContain('mailto:help@wecare.example');
      expect((await consentOf(mailed)).given).toBe(true);
    },
  );

  it('is broken as well when it is signed but its delivery is not in the ledger', async () => {
    const token = recipientToken(ground.keys, { run: 999_999n, seq: 1 });
    expect((await ask(`/u/${token}`)).status).toBe(404);
  });

  it('is broken when it cannot even be decoded', async () => {
    expect((await ask('/u/%zz')).status).toBe(400);
  });
});
