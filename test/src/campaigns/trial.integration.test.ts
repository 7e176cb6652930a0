import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { createCampaign } from '../../../src/campaigns/campaigns.ts';
import { checkWritten } from '../../../src/campaigns/check/written.ts';
import { campaignStatus, type MessageStatus } from '../../../src/campaigns/status.ts';
import { sendTrial } from '../../../src/campaigns/trial.ts';
import { testGround } from '../../support/ground.ts';
import { people } from './support.ts';

const ground = testGround();
const everybody = people(ground);
const thanks = readFileSync(new URL('../../../templates/email/thanks.en.json', import.meta.url), 'utf8');
let message: MessageStatus;
const editor = { actor: 'cli:test', userId: null };

beforeAll(async () => {
  const plan = {
    ...{ name: 'Thanks', purpose: 'appeals', from: 'We Care <news@kssm.example>', lists: ['donors'] },
    contents: { en: { subject: 'Thank you, {{default name "friend"}}', body: thanks } },
  };
  const { campaignId } = await createCampaign(ground, { name: 'Thanks', message: plan }, everybody.author);
  message = (await campaignStatus(ground, campaignId)).messages[0] as MessageStatus;
});

describe('a test of a message written in blocks', () => {
  it('goes to one address with the fields of a contact, and is audited', async () => {
    const id = await sendTrial(ground, message, {
      ...{ to: 'me@office.example', language: 'en', as: 'sreeja@donor.example', editor },
    });
    const notice = await ground.db.notice.findUniqueOrThrow({ where: { id } });
    expect(notice).toMatchObject({ address: 'me@office.example', subject: '[Test] Thank you, Sreeja' });
    // From whom the real one comes, or the test shows neither its sender nor its account and signature.
    expect(notice).toMatchObject({ fromName: 'We Care', fromAddress: 'news@kssm.example' });
    expect(notice.html).toContain('Hello Sreeja,');
    expect(notice.html + notice.text + notice.subject).not.toContain('{{');
    const { rows } = await ground.sql.query("SELECT after FROM audit_entry WHERE action = 'message.tested'");
    expect(rows).toMatchObject([{ after: { notice: id, contact: expect.any(String) } }]);
    expect(JSON.stringify(rows)).not.toMatch(/@/);
  });

  it('uses the words for nobody without a contact', async () => {
    const id = await sendTrial(ground, message, { to: 'me@office.example', language: 'en', editor });
    const notice = await ground.db.notice.findUniqueOrThrow({ where: { id } });
    expect(notice.subject).toBe('[Test] Thank you, friend');
    expect(notice.html).toContain('>Hello,<');
  });

  it.each([
    [{ to: '+919876543210', language: 'en' }, /is no e-mail address/],
    [{ to: 'me@office.example', language: 'ml' }, /is not written in "ml"/],
    [{ to: 'me@office.example', language: 'en', as: 'x@y.example' }, /There is no contact/],
  ])('refuses what cannot be sent (%#)', async (trial, reason) => {
    await expect(sendTrial(ground, message, { ...trial, editor })).rejects.toThrow(reason);
  });

  it('is checked as it is written, by the name of its campaign', async () => {
    expect(await checkWritten(ground, 'Thanks')).toEqual([]);
    expect(await checkWritten(ground, message.id)).toEqual([]);
    await expect(checkWritten(ground, 'Nothing')).rejects.toThrow(/There is no campaign/);
  });
});
