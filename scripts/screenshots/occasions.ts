import { readFile } from 'node:fs/promises';
import { indianDay } from '../../src/giving/calendar.ts';
import type { Ground } from '../../src/ground.ts';
import { askToShow } from '../../src/pages/occasions/asking.ts';
import { stepFamily } from '../../src/pages/occasions/family.ts';
import { readOccasion, saveOccasion } from '../../src/pages/occasions/make.ts';
import { addPhoto, drawWaitingPhoto } from '../../src/pages/occasions/photos.ts';
import { reportOccasion } from '../../src/pages/occasions/reports.ts';
import { plantOccasion } from '../demonstration/occasions.ts';
import { plantGiftTo } from '../demonstration/project.ts';

const PICTURE = new URL('../../templates/assets/share.png', import.meta.url);
const DAY_MS = 86_400_000;

/** Pages of families in every state that staff do something about, with gifts, reports and one of them late. */
export async function plantOccasions(ground: Ground): Promise<void> {
  const day = (ahead: number) => indianDay(new Date(ground.clock.now().getTime() + ahead * DAY_MS));
  await plantWedding(ground, day(12));
  const memory = await plantMemory(ground, day(3));
  const child = await plantOccasion(ground, {
    ...{ kind: 'birthday', child: true, until: 'shown' },
    content: { names: ['Aami'], day: day(-4), line: 'Five candles', language: 'en', district: 'Kollam' },
    keeper: { name: 'Aami’s mother', channel: 'email', contact: 'mother@families.example' },
  });
  await plantGiftTo(ground, { project: null, occasion: child, amount: 110_000n, name: 'The neighbours' });
  await stepFamily(ground, { occasionId: child, step: 'close', words: 'Thank you all.' });
  await plantOccasion(ground, {
    ...{ kind: 'house-warming', until: 'draft' },
    content: { names: ['Rahul'], day: day(40), language: 'en' },
    keeper: { name: 'Rahul', channel: 'sms', contact: '98470 11223' },
  });
  const wish = { kind: 'report', reason: 'wrong', words: 'The year on the page is not right.' };
  await reportOccasion(ground, memory, wish);
  await ground.sql.query(
    `UPDATE occasion_report SET at = at - interval '26 hours', due_at = due_at - interval '26 hours'`,
  );
  const objection = { reason: 'private', words: 'She did not want a page.', name: 'Her sister' };
  await reportOccasion(ground, memory, {
    ...objection,
    kind: 'objection',
    contact: 'sister@families.example',
  });
}

/** Asked for, with reasons to look twice and a photograph. */
async function plantWedding(ground: Ground, day: string): Promise<void> {
  const id = await plantOccasion(ground, {
    ...{ kind: 'wedding', until: 'draft' },
    content: {
      ...{ names: ['അഞ്ജലി', 'വിഷ്ണു'], from: 'കളത്തിൽ കുടുംബം', day, language: 'ml', district: 'Thrissur' },
      line: 'സമ്മാനങ്ങൾക്കു പകരം ഒരു കൈത്താങ്ങ്',
      story: 'ഞങ്ങളുടെ വിവാഹദിനത്തിൽ സമ്മാനങ്ങൾ വേണ്ട.\n\nസംശയങ്ങൾക്ക് 98470 12345 എന്ന നമ്പറിൽ വിളിക്കുക.',
    },
    keeper: { name: 'വിഷ്ണു', channel: 'sms', contact: '98470 33445' },
  });
  await change(ground, id, { photos: [await drawnPhoto(ground, id, 'ഞങ്ങൾ')] });
  await askToShow(ground, id, { adult: true });
}

async function drawnPhoto(ground: Ground, id: string, caption: string) {
  const photo = await addPhoto(ground, id, { name: 'picture.png', bytes: await readFile(PICTURE) });
  await drawWaitingPhoto(ground, photo);
  return { id: photo, x: 50, y: 40, caption };
}

/** Shown, with gifts, and an edit that waits, with a reason to look twice. */
async function plantMemory(ground: Ground, day: string): Promise<string> {
  const id = await plantOccasion(ground, {
    ...{ kind: 'death-anniversary', remind: true, until: 'shown' },
    content: {
      ...{ names: ['മേരി തോമസ്'], from: 'മക്കളും കൊച്ചുമക്കളും', day, language: 'ml', visibility: 'public' },
      ...{ line: 'അമ്മയുടെ ഓർമ്മയ്ക്കായി', story: 'വീട്ടിൽ വരുന്നവർക്കെല്ലാം അമ്മ ചോറു വിളമ്പി.' },
    },
    keeper: { name: 'ജോസ് തോമസ്', channel: 'email', contact: 'jose@families.example' },
  });
  const gift = { project: null, occasion: id };
  await plantGiftTo(ground, { ...gift, amount: 250_000n, name: 'Lissy', message: 'ഓർക്കുന്നു' });
  await plantGiftTo(ground, { ...gift, amount: 100_000n, name: 'A neighbour', anonymous: true });
  await change(ground, id, {
    line: 'അമ്മയുടെ പത്താം ഓർമ്മദിനം',
    story: 'വീട്ടിൽ വരുന്നവർക്കെല്ലാം അമ്മ ചോറു വിളമ്പി. കൂടുതൽ: www.thomas-family.example',
    photos: [await drawnPhoto(ground, id, 'അമ്മ')],
  });
  await askToShow(ground, id, { adult: true });
  return id;
}

async function change(
  ground: Ground,
  id: string,
  content: Parameters<typeof saveOccasion>[2]['content'] & object,
) {
  const { edition } = await readOccasion(ground, id);
  await saveOccasion(ground, { id, expected: edition }, { content });
}
