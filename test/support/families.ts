import { afterAll, beforeAll } from 'vitest';
import { connectPhones } from '../../scripts/demonstration/phones.ts';
import { deliverNotice } from '../../src/deliveries/notices.ts';
import { type Registration, registerWorker } from '../../src/deliveries/workers.ts';
import type { Ground } from '../../src/ground.ts';
import type { Keeper } from '../../src/pages/occasions/keepers.ts';
import { askKeeper } from '../../src/pages/occasions/keepers.ts';
import { draftToken, familyToken } from '../../src/pages/occasions/links.ts';
import {
  beginOccasion,
  type OccasionChange,
  readOccasion,
  saveOccasion,
} from '../../src/pages/occasions/make.ts';
import { enterCode } from '../../src/pages/occasions/proof.ts';
import { openPhones, type Phones } from './phones.ts';

let made = 0;

/** A mailbox that no other page has. */
export const familyBox = (): string => `family${++made}@homes.example`;

/** A page that is being made, with names and a day. @returns its id and what its address ends with */
export async function begunPage(
  ground: Ground,
  { kind = 'wedding', ...change }: OccasionChange & { kind?: string } = {},
): Promise<{ id: string; token: string; code: string }> {
  const { id } = await beginOccasion(ground, { kind, language: change.content?.language ?? 'en' });
  const names = kind === 'wedding' ? ['Anju', 'Biju'] : ['Anju'];
  const content = { names, day: '2026-12-05', ...change.content };
  await saveOccasion(ground, { id, expected: 1 }, { ...change, content });
  const { code } = await readOccasion(ground, id);
  return { id, token: draftToken(ground.keys, id), code };
}

/** Somebody who was proven to answer for a page. */
export async function provenKeeper(
  ground: Ground,
  occasionId: string,
  contact = familyBox(),
): Promise<Keeper> {
  const channel = contact.includes('@') ? 'email' : 'sms';
  const asked = await askKeeper(ground, { occasionId, name: 'Anju', channel, contact });
  return enterCode(ground, { keeperId: asked.keeperId, typed: asked.code });
}

/** The family's own address, as a link that was made now. */
export const familyLink = ({ keys, clock }: Ground, { id, epoch }: Pick<Keeper, 'id' | 'epoch'>): string =>
  `/family/${familyToken(keys, { keeperId: id, epoch, at: clock.now() })}`;

/** Passes some time of the domain. */
export const pass = (
  ground: { clock: { now(): Date; set(at: number): void } },
  { seconds = 0, days = 0 }: { seconds?: number; days?: number },
): void => ground.clock.set(ground.clock.now().getTime() + seconds * 1000 + days * 86_400_000);

/** Practice telephones on which codes for families arrive; connected before the first test, closed after the last. */
export function familyTelephones(ground: Ground) {
  const open = {} as { phones: Phones; worker: Registration };
  beforeAll(async () => {
    open.phones = await openPhones(ground);
    open.worker = await registerWorker(ground);
    await connectPhones(ground, { phones: open.phones, origin: open.phones.url });
  });
  afterAll(async () => {
    await open.worker.leave();
    open.phones.close();
  });
  /** Sends what waits. @returns all that lies on a telephone, the oldest first */
  const texts = async (number: string): Promise<string[]> => {
    const { rows } = await ground.sql.query<{ id: string }>(
      `SELECT id FROM notice WHERE channel = 'sms' AND kind LIKE 'occasion-%' AND state = 'waiting' ORDER BY id`,
    );
    for (const { id } of rows) await deliverNotice(ground, id, open.worker);
    const sent = open.phones.sms.messages().filter(({ to }) => to.endsWith(number.slice(-10)));
    return sent.map(({ text }) => text);
  };
  return {
    texts,
    /** The newest code on a telephone; empty when none came. */
    async code(number: string): Promise<string> {
      const codes = (await texts(number)).flatMap((text) => /\b\d{6}\b/.exec(text) ?? []);
      return codes.at(-1) ?? '';
    },
  };
}
