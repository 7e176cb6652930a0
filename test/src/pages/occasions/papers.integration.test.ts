import sharp from 'sharp';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOccasion, saveOccasion } from '../../../../src/pages/occasions/make.ts';
import { drawPapers, readPaper, stalePapers } from '../../../../src/pages/occasions/papers/papers.ts';
import { withoutEmoji } from '../../../../src/pages/occasions/papers/pictures.ts';
import { queueDrawings } from '../../../../src/pages/occasions/papers/waiting.ts';
import { openTill, paidGift } from '../../../support/giving.ts';
import { approve, liveOccasion } from '../../../support/live-occasions.ts';
import { readsPdf, textOf } from '../../../support/pdf-text.ts';
import { testStandIn } from '../../../support/stand-in.ts';
import { testWeb } from '../../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

describe('Papers of a page', () => {
  it('are drawn by a job, and never while somebody waits', async () => {
    const { id, code } = await liveOccasion(ground, { pictures: 1 });
    const early = await ask(`/o/${code}/card-ml.png`);
    expect([early.status, early.headers.get('location')]).toEqual([302, expect.stringMatching(/share\./)]);
    const waiting = await ask(`/o/${code}/invitation.pdf?lang=en`);
    expect([waiting.headers.get('refresh'), (await waiting.text()).includes('being drawn')]).toEqual([
      '3',
      true,
    ]);
    await drawPapers(ground, id);
    for (const language of ['ml', 'en']) {
      const card = Buffer.from(await (await ask(`/o/${code}/card-${language}.png`)).arrayBuffer());
      expect(await sharp(card).metadata()).toMatchObject({ format: 'png', width: 1200, height: 630 });
      expect(card.length).toBeLessThan(300_000);
    }
    for (const name of ['invitation', 'table']) {
      const pdf = Buffer.from(await (await ask(`/o/${code}/${name}.pdf`)).arrayBuffer());
      expect(pdf.toString('latin1', 0, 5), name).toBe('%PDF-');
    }
  });

  it('are drawn anew when the page is shown anew, and once', async () => {
    const { id } = await liveOccasion(ground);
    const stale = async () => (await stalePapers(ground)).some(({ occasion }) => occasion === id);
    expect(await stale()).toBe(true);
    await drawPapers(ground, id);
    expect(await stale()).toBe(false);
    const drawn = () =>
      ground.db.occasionPaper.findMany({
        where: { occasionId: id },
        orderBy: [{ kind: 'asc' }, { language: 'asc' }],
      });
    const before = await drawn();
    await drawPapers(ground, id);
    expect(await drawn()).toEqual(before);
    const { edition } = await readOccasion(ground, id);
    await saveOccasion(ground, { id, expected: edition }, { content: { line: 'മറ്റൊരു വരി' } });
    await approve(ground, id);
    expect(await stale()).toBe(true);
    await queueDrawings(ground);
    expect((await ground.queues.waiting()).occasions).toBeGreaterThan(0);
  });

  it('of a page for guests tell the code on paper, and nothing where its address is shared', async () => {
    const { id } = await liveOccasion(ground, { visibility: 'guests' });
    await drawPapers(ground, id);
    const kinds = await ground.db.occasionPaper.findMany({
      where: { occasionId: id },
      select: { kind: true },
    });
    expect(kinds.map(({ kind }) => kind).sort()).toEqual(['invitation', 'table']);
  });

  it('can be drawn for every design and the longest words', async () => {
    const names = ['ശ്രീലക്ഷ്മിക്കുട്ടി അമ്മ തെക്കേവീട്ടിൽ പുത്തൻപുരയ്ക്കൽ', 'Padmanabhan'.repeat(7)];
    for (const design of ['jasmine', 'pookalam', 'doorway'] as const) {
      const { id } = await liveOccasion(ground, { names, design, line: 'വാക്ക് '.repeat(20) });
      await drawPapers(ground, id);
      expect(await readPaper(ground, { occasionId: id, kind: 'card', language: 'ml' })).not.toBeNull();
    }
  });

  it('leave out little pictures that no font of ours has', () => {
    expect(withoutEmoji('അനു 💐❤️ മനു 👩🏽')).toBe('അനു  മനു');
    expect(withoutEmoji('ക്ഷ\u200dമ 16')).toBe('ക്ഷ\u200dമ 16');
  });
});

describe.skipIf(!readsPdf)('The certificate', () => {
  it('says exactly what the books have, in the words of its kind', async () => {
    const { id, token } = await liveOccasion(ground, {
      kind: 'death-anniversary',
      language: 'en',
      names: ['Lakshmi'],
    });
    await paidGift(ground, vendor, { amount: 150_000n, occasion: { id, showAmount: false } });
    await paidGift(ground, vendor, { amount: 12_345n, occasion: { id, showAmount: false } });
    const path = `/family/${token}/certificate.pdf`;
    expect(await (await ask(path)).text()).toContain('being drawn');
    await drawPapers(ground, id);
    const said = await textOf(Buffer.from(await (await ask(path)).arrayBuffer()));
    expect(said).toContain('₹1,623.45');
    expect(said).toContain('In loving memory');
    expect(said).not.toMatch(/appreciat|celebrat|certificate/i);
    await paidGift(ground, vendor, { amount: 50_000n, occasion: { id, showAmount: false } });
    expect(await (await ask(path)).text()).toContain('being drawn');
    await drawPapers(ground, id);
    expect(await textOf(Buffer.from(await (await ask(path)).arrayBuffer()))).toContain('₹2,123.45');
  });

  it('is for its family only', async () => {
    const { id, token } = await liveOccasion(ground);
    expect((await ask(`/family/${token}/certificate.pdf`)).headers.get('location')).toBe(`/family/${token}`);
    await paidGift(ground, vendor, { occasion: { id, showAmount: false } });
    const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    expect((await ask(`/family/${forged}/certificate.pdf`)).status).toBe(303);
  });
});
