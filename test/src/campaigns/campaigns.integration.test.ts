import { describe, expect, it } from 'vitest';
import { approveMessage } from '../../../src/campaigns/approvals.ts';
import { createCampaign, editMessage, scheduleMessage } from '../../../src/campaigns/campaigns.ts';
import { planRuns } from '../../../src/campaigns/planner.ts';
import { campaignStatus, findCampaign } from '../../../src/campaigns/status.ts';
import { testGround } from '../../support/ground.ts';
import { body, CONTENTS, editorOf, newCampaign, people, readyCampaign } from './support.ts';

const ground = testGround();
const staff = people(ground);
const tomorrow = { schedule: { kind: 'once', at: '2026-11-22 09:00' } };

const actionsOn = async (subjectId: string) => {
  const entries = await ground.db.auditEntry.findMany({ where: { subjectId }, orderBy: { id: 'asc' } });
  return entries.map(({ action, actor }) => `${action} ${actor}`);
};

describe('a campaign', () => {
  it('is made with its message in every language, and leaves its trace in the audit log', async () => {
    const { campaignId, messageId } = await newCampaign(ground, staff.author);
    const { messages } = await campaignStatus(ground, campaignId);
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatchObject({
      ...{ standing: 'draft', revision: 1, version: 1, languages: ['en', 'ml'], approval: null },
      ...{ fromName: 'We Care', fromAddress: 'news@kssm.example', editedBy: staff.author.id },
      audience: { lists: ['donors'], fallback: ['en', 'ml'] },
    });
    expect(await actionsOn(campaignId)).toEqual(['campaign.made author@kssm.example']);
    expect(await actionsOn(messageId)).toEqual(['message.made author@kssm.example']);
  });

  it.each([
    [{ lists: ['doners'] }, /no list "doners".*donors/],
    [{ lists: [] }, /at least one list/],
    [{ contents: {} }, /at least one language/],
    [{ fallback: ['hi'] }, /cannot fall back on hi: it is written in en, ml/],
    [{ from: 'news@kssm.example' }, /is no sender/],
    [{ from: 'We Care\r\nBcc: x@y.example <news@kssm.example>' }, /one line/],
    [{ from: 'We Care <news>' }, /cannot send or receive/],
    [{ replyTo: 'nobody' }, /cannot send or receive/],
    [{ name: 'two\nlines' }, /one line/],
    [{ contents: { en: { subject: ' ', body: body('x') } } }, /subject in en is empty/],
    [{ contents: { en: { subject: 'x', body: body('{{shoe_size}}') } } }, /In en: .*shoe_size/s],
    [{ contents: { 'no language': CONTENTS.en } }, /is no language/],
  ])('is refused whole when its message has %j', async (fault, sentence) => {
    const before = await ground.db.campaign.count();
    await expect(newCampaign(ground, staff.author, fault)).rejects.toThrow(sentence);
    expect(await ground.db.campaign.count()).toBe(before);
  });

  it('is not made by somebody without the role, nor twice under one name', async () => {
    await expect(newCampaign(ground, staff.approver)).rejects.toThrow(/may not write campaigns/);
    const plan = {
      name: 'Vishu',
      message: {
        name: 'A',
        purpose: 'appeals',
        from: 'W <a@b.example>',
        lists: ['donors'],
        contents: CONTENTS,
      },
    };
    await createCampaign(ground, plan, staff.author);
    await expect(createCampaign(ground, plan, staff.author)).rejects.toThrow(/already a campaign "Vishu"/);
  });

  it('is found by its name and by the beginning of its id, when only one begins so', async () => {
    const { campaignId } = await newCampaign(ground, staff.author);
    expect((await findCampaign(ground, campaignId.slice(0, 30))).id).toBe(campaignId);
    await expect(findCampaign(ground, campaignId.slice(0, 1))).rejects.toThrow(/may be any of/);
    await expect(findCampaign(ground, 'Onam 1999')).rejects.toThrow(/no campaign "Onam 1999"/);
  });
});

describe('an edit', () => {
  it('makes a new version that keeps the other languages, and never touches an old one', async () => {
    const { messageId } = await newCampaign(ground, staff.author);
    const contents = { en: { subject: 'Thiruvonam', body: body('Happy Thiruvonam') } };
    const revised = await editMessage(ground, { messageId, user: staff.author }, { contents });
    expect(revised).toMatchObject({ changed: true, version: 2, revision: 2, withdrawn: null });
    const rows = await ground.db.messageVersion.findMany({
      where: { messageId },
      orderBy: [{ version: 'asc' }, { language: 'asc' }],
    });
    expect(rows.map(({ version, language, subject }) => [version, language, subject])).toEqual([
      [1, 'en', 'Onam greetings'],
      [1, 'ml', 'ഓണാശംസകൾ'],
      [2, 'en', 'Thiruvonam'],
      [2, 'ml', 'ഓണാശംസകൾ'],
    ]);
  });

  it('of a subject alone keeps the body and the preheader of that language', async () => {
    const { messageId } = await newCampaign(ground, staff.author);
    const at = { messageId, user: staff.author };
    await editMessage(ground, at, { contents: { en: { subject: 'Thiruvonam' } } });
    const version = await ground.db.messageVersion.findFirstOrThrow({
      where: { messageId, version: 2, language: 'en' },
    });
    expect(version).toMatchObject({
      subject: 'Thiruvonam',
      preheader: 'From We Care',
      source: CONTENTS.en.body,
    });
    const half = editMessage(ground, at, { contents: { hi: { subject: 'x' } } });
    await expect(half).rejects.toThrow(/written in hi needs a subject and a body/);
  });

  it('that changes nothing leaves revision, version and approval as they are', async () => {
    const { messageId } = await readyCampaign(ground, staff, tomorrow);
    const same = await editMessage(ground, { messageId, user: staff.author }, { contents: CONTENTS });
    expect(same).toMatchObject({ changed: false, version: 1, revision: 2, withdrawn: null });
    const timing = await scheduleMessage(ground, { messageId, editor: editorOf(staff.author) }, tomorrow);
    expect(timing.changed).toBe(false);
  });

  it.each([
    ['content', { contents: { en: { subject: 'Other', body: body('Other') } } }],
    ['audience', { fallback: ['ml'] }],
    ['sender', { from: 'KSSM <news@kssm.example>' }],
    ['reply address', { replyTo: 'help@kssm.example' }],
  ])('of the %s withdraws the approval and takes the planned run back', async (_, edit) => {
    const { campaignId, messageId } = await readyCampaign(ground, staff, tomorrow);
    await planRuns(ground);
    const revised = await editMessage(ground, { messageId, user: staff.author }, edit);
    expect(revised.withdrawn?.by).toBe('approver@kssm.example');
    expect(revised.takenBack).toEqual([new Date('2026-11-22T03:30:00Z')]);
    const { messages } = await campaignStatus(ground, campaignId);
    expect(messages[0]).toMatchObject({ standing: 'unapproved', approval: null, runs: [] });
    expect((await actionsOn(messageId)).slice(-3)).toEqual([
      'message.edited author@kssm.example',
      'approval.withdrawn author@kssm.example',
      'run.takenBack author@kssm.example',
    ]);
  });

  it.each([
    ['time', { schedule: { kind: 'once', at: '2026-11-23 09:00' } }],
    ['window', { window: '09:00-20:00' }],
    ['late policy', { latePolicy: 'skip' as const }],
  ])('of the %s withdraws the approval too', async (_, timing) => {
    const { messageId } = await readyCampaign(ground, staff, tomorrow);
    const revised = await scheduleMessage(ground, { messageId, editor: editorOf(staff.author) }, timing);
    expect(revised.withdrawn?.by).toBe('approver@kssm.example');
  });

  it('can be approved again for the same due time', async () => {
    const { campaignId, messageId } = await readyCampaign(ground, staff, tomorrow);
    await planRuns(ground);
    await editMessage(ground, { messageId, user: staff.author }, { from: 'KSSM <news@kssm.example>' });
    await approveMessage(ground, { messageId, user: staff.approver }, 'KSSM/2026/118');
    await planRuns(ground);
    const [message] = (await campaignStatus(ground, campaignId)).messages;
    expect(message?.approval?.reference).toBe('KSSM/2026/118');
    expect(message?.runs.map(({ progress }) => progress.state)).toEqual(['planned']);
  });

  it('is refused before a time is given at all, and when the time has passed', async () => {
    const { messageId } = await newCampaign(ground, staff.author);
    const at = { messageId, editor: editorOf(staff.author) };
    await expect(scheduleMessage(ground, at, { window: '09:00-20:00' })).rejects.toThrow(/Say when/);
    const past = { schedule: { kind: 'once', at: '2026-11-20 09:00' } };
    await expect(scheduleMessage(ground, at, past)).rejects.toThrow(/has passed/);
  });
});

describe('an approval', () => {
  it('is not for the one who edited the message last, whatever roles they have', async () => {
    const { messageId } = await newCampaign(ground, staff.chief);
    await expect(approveMessage(ground, { messageId, user: staff.chief })).rejects.toThrow(
      /last edited by chief@kssm.example/,
    );
    await expect(approveMessage(ground, { messageId, user: staff.author })).rejects.toThrow(
      /may not approve messages/,
    );
    await approveMessage(ground, { messageId, user: staff.approver });
    await expect(approveMessage(ground, { messageId, user: staff.approver })).rejects.toThrow(
      /approved already/,
    );
  });

  it('is refused when the time of the message has passed', async () => {
    const { messageId } = await newCampaign(ground, staff.author);
    await scheduleMessage(ground, { messageId, editor: editorOf(staff.author) }, tomorrow);
    ground.clock.set('2026-11-22T03:31:00Z');
    await expect(approveMessage(ground, { messageId, user: staff.approver })).rejects.toThrow(
      /Schedule it anew/,
    );
    ground.clock.set('2026-11-21T06:30:00Z');
  });
});
