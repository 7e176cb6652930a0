import { afterAll, beforeAll } from 'vitest';
import { plantOccasion } from '../../scripts/demonstration/occasions.ts';
import { connectPhones } from '../../scripts/demonstration/phones.ts';
import { deliverNotice } from '../../src/deliveries/notices.ts';
import { type Registration, registerWorker } from '../../src/deliveries/workers.ts';
import type { Ground } from '../../src/ground.ts';
import type { OccasionContent } from '../../src/pages/occasions/content.ts';
import { openPhones, type Phones } from './phones.ts';

let made = 0;

/** A mailbox and a telephone that no other page has: codes to one place wait a minute. */
export const mailbox = () => `keeper${++made}@families.example`;
export const telephone = () => `+9198470${String(10_000 + ++made)}`;

interface Wish {
  kind?: string;
  content?: Partial<OccasionContent>;
  /** A mailbox or a telephone. */
  contact?: string;
  child?: boolean;
  remind?: boolean;
  touch?: string;
  until?: 'draft' | 'asked' | 'shown';
}

/** A page of a family that guests see, unless it is to get less far. @returns its id */
export const newPage = (
  ground: Ground,
  { kind = 'wedding', content, contact = mailbox(), ...more }: Wish = {},
): Promise<string> =>
  plantOccasion(ground, {
    ...{ kind, ...more },
    content: { names: ['Anju', 'Biju'], day: '2026-12-05', language: 'en', ...content },
    keeper: { name: 'Anju', channel: contact.includes('@') ? 'email' : 'sms', contact },
  });

/** A letter that waits, or a message to a telephone. */
export interface Letter {
  id: string;
  kind: string;
  channel: string;
  address: string;
  language: string;
  subject: string;
  text: string;
  leave_url: string | null;
}

/** Takes out of the lane what waits of these kinds, the oldest first. */
export async function takeLetters({ sql }: Pick<Ground, 'sql'>, kinds = 'occasion-%'): Promise<Letter[]> {
  const { rows } = await sql.query<Letter>(
    `WITH gone AS (DELETE FROM notice WHERE kind LIKE $1 RETURNING *) SELECT * FROM gone ORDER BY id`,
    [kinds],
  );
  return rows;
}

/** The practice networks for telephones with the registered texts of occasions, and a worker that sends notices. */
export function testTelephones(ground: Ground) {
  const open = {} as { phones: Phones; worker: Registration };
  beforeAll(async () => {
    open.phones = await openPhones(ground);
    open.worker = await registerWorker(ground);
  });
  afterAll(async () => {
    await open.worker.leave();
    open.phones.close();
  });
  return {
    connect: () => connectPhones(ground, { phones: open.phones, origin: open.phones.url }),
    /** Sends what waits for telephones. @returns what lies on them, the oldest first */
    async arrived() {
      const { rows } = await ground.sql.query<{ id: string }>(
        "SELECT id FROM notice WHERE channel = 'sms' AND state = 'waiting' ORDER BY id",
      );
      for (const { id } of rows) await deliverNotice(ground, id, open.worker);
      return open.phones.sms.messages().map(({ to, text }) => ({ to, text }));
    },
  };
}
