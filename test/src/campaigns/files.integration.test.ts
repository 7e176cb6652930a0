import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import PostalMime from 'postal-mime';
import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { compileMail } from '../../../channels/email/mail.ts';
import { editMessage } from '../../../src/campaigns/campaigns.ts';
import { checkWritten } from '../../../src/campaigns/check/written.ts';
import { buildMail } from '../../../src/campaigns/mail.ts';
import { findMessage } from '../../../src/campaigns/messages.ts';
import { campaignStatus } from '../../../src/campaigns/status.ts';
import { addAsset } from '../../../src/media/add.ts';
import { drawArt } from '../../../src/media/art.ts';
import { type Asset, removeAsset } from '../../../src/media/assets.ts';
import { testGround } from '../../support/ground.ts';
import { photograph } from '../../support/pictures.ts';
import { newCampaign, people } from './support.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'wecare-carried-'));
const ground = testGround({ DATA_DIR: dir, PUBLIC_URL: 'https://care.example' });
const staff = people(ground);
let boat: Asset;
let report: Asset;
beforeAll(async () => {
  const add = async (name: string, bytes: Buffer) =>
    (await addAsset(ground, { name, bytes }, staff.author)).asset;
  const alt = { en: 'A boat at "dusk"', ml: 'സന്ധ്യക്ക് ഒരു വള്ളം' };
  boat = (
    await addAsset(ground, { name: 'boat.png', bytes: await photograph(1700, 1300), alt }, staff.author)
  ).asset;
  report = await add('വാർഷിക റിപ്പോർട്ട്.pdf', Buffer.from('%PDF-1.4 report'));
});

const letter = (blocks: unknown[], language = 'en') => ({
  subject: 'Onam',
  body: JSON.stringify({
    ...{ language, title: 'Onam' },
    blocks: [...blocks, { type: 'text', text: '[Stop]({{unsubscribe_url}})' }],
  }),
});
const message = (contents: Record<string, { subject: string; body: string }>, files = {}) =>
  newCampaign(ground, staff.author, { contents, files });
const edit = (messageId: string, change: Parameters<typeof editMessage>[2]) =>
  editMessage(ground, { messageId, user: staff.author }, change);
const sent = async (messageId: string, language = 'en') => {
  const now = await findMessage(ground.sql, messageId);
  const template = await buildMail(ground, now, now.version, language);
  // What a run keeps is JSON.
  const mail = compileMail(JSON.parse(JSON.stringify(template))).render({
    ...{ address: 'a@home.example', name: 'Anu', token: 'tok', messageId: '1@kssm.example' },
    ...{ date: new Date(0), values: {} },
  });
  return PostalMime.parse(mail);
};
const html = async (messageId: string, language = 'en') =>
  (await ground.db.messageVersion.findFirst({ where: { messageId, language }, orderBy: { version: 'desc' } }))
    ?.html ?? '';

it('a picture of the library stands in the mail with its address, size and description', async () => {
  const picture = { type: 'picture', src: `asset:${boat.id.slice(0, 30)}` };
  const { messageId } = await message({
    en: letter([picture]),
    ml: letter([{ ...picture, alt: 'വള്ളം', width: 300 }], 'ml'),
  });
  const [tag = ''] = /<img[^>]+>/.exec(await html(messageId)) ?? [];
  expect(tag).toContain(`src="https://care.example/m/${boat.hash}-1280.jpg"`);
  expect(tag).toContain('alt="A boat at &quot;dusk&quot;"');
  expect(tag).toMatch(/ width="536"/);
  expect(tag).toMatch(/ height="701"/);
  expect(tag).toMatch(/height:auto/);
  expect(await html(messageId, 'ml')).toMatch(/alt="വള്ളം"[^>]* height="392"/);
  expect((await sent(messageId)).text).toContain('A boat at "dusk"');
  await expect(removeAsset(ground, { wish: boat.id, user: staff.author })).rejects.toThrow(
    `is shown by message ${messageId}`,
  );
});

it('a picture of the library may stand in MJML, and is drawn no larger than it is', async () => {
  const { asset } = await addAsset(
    ground,
    { name: 'small.jpg', bytes: await photograph(300, 200), alt: { en: 'x' } },
    staff.author,
  );
  const { messageId } = await message({ en: letter([{ type: 'picture', src: `asset:${asset.id}` }]) });
  expect(await html(messageId)).toMatch(/ width="200"/);
  const body = `<mjml><mj-body><mj-section><mj-column><mj-image src="asset:${asset.id}" width="100px" /><mj-text><a href="{{unsubscribe_url}}">x</a></mj-text></mj-column></mj-section></mj-body></mjml>`;
  const other = await message({ en: { subject: 'Onam', body } });
  expect(await html(other.messageId)).toMatch(/src="https:\/\/care.example\/m\/[^>]* width="100"/);
});

it('a drawing of ours stands in the mail as a picture that the web serves', async () => {
  const picture = { type: 'picture', src: 'art:thanks', alt: 'A lamp' };
  const { messageId } = await message({ en: letter([picture]) });
  const [, file = ''] =
    /src="https:\/\/care.example\/art\/([^"]+)"[^>]* height="200"/.exec(await html(messageId)) ?? [];
  expect(file).toMatch(/^thanks\.[0-9a-f]{10}\.png$/);
  expect(await sharp((await drawArt(file)) ?? undefined).metadata()).toMatchObject({
    format: 'png',
    width: 1072,
    height: 400,
  });
  expect(await drawArt('thanks.png')).toBeNull();
  await expect(message({ en: letter([{ ...picture, src: 'art:moon' }]) })).rejects.toThrow(
    /no drawing art:moon. There are: appeal, /,
  );
});

it('a picture that nobody described, or that is none, is refused with what to do', async () => {
  const { asset } = await addAsset(
    ground,
    { name: 'bare.jpg', bytes: await photograph(310, 200), alt: { en: 'x' } },
    staff.author,
  );
  const src = `asset:${asset.id}`;
  await expect(message({ ml: letter([{ type: 'picture', src }], 'ml') })).rejects.toThrow(
    /In ml: The picture bare.jpg has no description in ml.*wecare media describe/s,
  );
  await expect(message({ en: letter([{ type: 'picture', src: `asset:${report.id}` }]) })).rejects.toThrow(
    /is no picture/,
  );
  await expect(message({ en: letter([{ type: 'picture', src: 'asset:0123456789' }]) })).rejects.toThrow(
    /There is no 0123456789/,
  );
  await expect(
    message({ en: letter([{ type: 'picture', src: 'https://x.example/a.png' }]) }),
  ).rejects.toThrow(/alt: it is missing/);
});

it('a mail carries an inline picture and an attachment, each with its name', async () => {
  const { messageId } = await message(
    { en: letter([{ type: 'picture', src: 'cid:boat.png', alt: 'A boat' }]) },
    { attach: [report.id], inline: [boat.id] },
  );
  const mail = await sent(messageId);
  const parts = mail.attachments.map(({ filename, mimeType, related }) => [
    filename,
    mimeType,
    Boolean(related),
  ]);
  expect(parts).toEqual([
    ['boat.jpg', 'image/jpeg', true],
    ['വാർഷിക റിപ്പോർട്ട്.pdf', 'application/pdf', false],
  ]);
  const cid = mail.attachments[0]?.contentId?.slice(1, -1);
  expect(cid).toMatch(/^[0-9a-f]{24}@kssm.example$/);
  expect(mail.html).toContain(`src="cid:${cid}"`);
  expect(Buffer.from(mail.attachments[1]?.content as ArrayBuffer).toString()).toBe('%PDF-1.4 report');
});

it('files belong to a version: adding and taking away makes a new one and withdraws the approval', async () => {
  const { campaignId, messageId } = await message({ en: letter([]) });
  const added = await edit(messageId, { files: { attach: [report.id] } });
  expect(added).toMatchObject({ changed: true, version: 2 });
  expect(await edit(messageId, { files: { attach: [report.id] } })).toMatchObject({
    changed: false,
    version: 2,
  });
  const worded = await edit(messageId, { contents: { en: { subject: 'Happy Onam' } } });
  expect(worded.version).toBe(3);
  const [now] = (await campaignStatus(ground, campaignId)).messages;
  expect(now?.files).toMatchObject([
    { name: report.name, inline: false, bytes: 15, mime: 'application/pdf' },
  ]);
  await expect(edit(messageId, { files: { remove: ['other.pdf'] } })).rejects.toThrow(
    /carries no other.pdf. It carries: വാർഷിക/,
  );
  expect(await edit(messageId, { files: { remove: [report.name] } })).toMatchObject({ version: 4 });
  expect((await sent(messageId)).attachments).toEqual([]);
});

it('a text that shows what the message does not carry is refused, and changes nothing', async () => {
  const picture = { type: 'picture', src: 'cid:boat.png', alt: 'A boat' };
  await expect(message({ en: letter([picture]) })).rejects.toThrow(
    /shows cid:boat.png, which the message does not carry/,
  );
  const { messageId } = await message({ en: letter([picture]) }, { inline: [boat.id] });
  await expect(edit(messageId, { files: { remove: ['boat.png'] } })).rejects.toThrow(/shows cid:boat.png/);
  expect((await sent(messageId)).attachments).toHaveLength(1);
  await expect(edit(messageId, { files: { inline: [report.id] } })).rejects.toThrow(
    /is no picture and cannot stand in the text/,
  );
});

it('what no version shows any more may be removed, but not what a run has sent', async () => {
  const fresh = async (width: number) => {
    const bytes = await photograph(width, 200);
    const wish = { name: `${width}.jpg`, bytes, alt: { en: 'x', ml: 'x' } };
    return (await addAsset(ground, wish, staff.author)).asset;
  };
  const remove = (asset: Asset) => removeAsset(ground, { wish: asset.id, user: staff.author });
  const [draft, sentOnce, attached] = [await fresh(401), await fresh(402), await fresh(403)];
  const showing = (asset: Asset) => ({ en: letter([{ type: 'picture', src: `asset:${asset.id}` }]) });
  const ml = letter([{ type: 'picture', src: `asset:${sentOnce.id}` }], 'ml');
  const { messageId } = await message({ ...showing(draft), ml }, { attach: [attached.id] });
  await edit(messageId, { contents: showing(sentOnce), files: { remove: [attached.name] } });
  await remove(draft);
  await remove(attached);
  await expect(remove(sentOnce)).rejects.toThrow(/is shown by message/);
  const run = { messageId, version: 2, purpose: 'appeals', senderDomain: 'kssm.example', dueAt: new Date(0) };
  await ground.db.run.create({ data: { ...run, startedAt: new Date(0), state: 'finished' } });
  await edit(messageId, { contents: { en: letter([]), ml: letter([], 'ml') } });
  await expect(remove(sentOnce)).rejects.toThrow(/is shown by message/);
});

it('more than 5 MB is refused with the way to link instead', async () => {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.4 '), Buffer.alloc(6 * 1024 * 1024, 32)]);
  const { asset } = await addAsset(ground, { name: 'large.pdf', bytes }, staff.author);
  await expect(message({ en: letter([]) }, { attach: [asset.id] })).rejects.toThrow(
    /6.0 MB together; 5 MB are the most. Link to large.pdf instead/,
  );
});

it('the check says what files cost and what is not shown', async () => {
  const { messageId } = await message({ en: letter([]) }, { attach: [report.id], inline: [boat.id] });
  const found = await checkWritten(ground, messageId);
  const codes = found.map(({ code, level }) => `${level} ${code}`);
  expect(codes).toEqual(
    expect.arrayContaining(['warning attachments', 'warning inline-unseen', 'hint mail-size']),
  );
  expect(codes).not.toContain('error html-size');
});

it('a run does not start without the bytes of its files, and says where they should be', async () => {
  const { asset } = await addAsset(
    ground,
    { name: 'gone.pdf', bytes: Buffer.from('%PDF-1.4 gone') },
    staff.author,
  );
  const { messageId } = await message({ en: letter([]) }, { attach: [asset.id] });
  await rm(path.join(dir, 'files'), { recursive: true });
  await expect(sent(messageId)).rejects.toThrow(/gone.pdf of the message is not in .*files on this machine/);
});
