import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { carryGiftConsents } from '../../../src/campaigns/gift-consents.ts';
import { makeGift, openTill } from '../../support/giving.ts';
import { testStandIn } from '../../support/stand-in.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
const vendor = testStandIn({ clock: { now: () => ground.clock.now() } });
beforeAll(() => openTill(ground, vendor.url()));
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const address = () => `friend-${crypto.randomUUID()}@people.example`;
async function give(email: string, fields: Record<string, string> = {}): Promise<void> {
  const gift = await makeGift(ground, ask, { email, newsletter: 'yes', whatsapp: 'yes', ...fields });
  const { callback } = vendor.pay(gift.order);
  await ask(`${gift.path}/return`, { method: 'POST', body: new URLSearchParams(callback) });
  await carryGiftConsents(ground);
}
async function contact(email: string, { verified = true, name = 'Sreeja Nair' } = {}): Promise<string> {
  const { id } = await ground.db.contact.create({ data: { name } });
  await ground.sql.query(
    `INSERT INTO address (id, contact_id, channel, value, verified_at) VALUES (gen_random_uuid(), $1, 'email', $2, $3)`,
    [id, email, verified ? ground.clock.now() : null],
  );
  return id;
}
const consents = async (id: string) =>
  (
    await ground.sql.query(
      'SELECT channel, purpose, given, proof FROM consent WHERE contact_id = $1 ORDER BY channel',
      [id],
    )
  ).rows;
const asks = (to: string) => ground.db.notice.findMany({ where: { address: to } });

describe('What was agreed to with a gift', () => {
  it('goes to the contact whose mailbox was proven before, with the words', async () => {
    const email = address();
    const id = await contact(email);
    await give(email);
    expect(await consents(id)).toMatchObject([
      {
        ...{ channel: 'email', purpose: 'newsletter', given: true },
        proof: { shown: 'Send me the newsletter by email.', language: 'en' },
      },
      { channel: 'whatsapp', purpose: 'updates', given: true },
    ]);
    const { rows } = await ground.sql.query('SELECT contact_id FROM donor WHERE email = $1', [email]);
    expect(rows).toEqual([{ contact_id: id }]);
    expect(await asks(email)).toEqual([]);
  });

  it('waits for a click where nobody proved the mailbox; that somebody paid proves nothing', async () => {
    const [unproven, stranger] = [address(), address()];
    const id = await contact(unproven, { verified: false });
    await give(unproven);
    await give(stranger, { phone: '98765 43213' });
    expect(await consents(id)).toEqual([]);
    for (const email of [unproven, stranger]) {
      const [mail, ...more] = await asks(email);
      expect(more).toEqual([]);
      const [, path = ''] =
        /https:\/\/wecare\.example(\/subscribe\/confirm\/[\w-]+)/.exec(mail?.html ?? '') ?? [];
      expect((await ask(path, { method: 'POST' })).status).toBe(200);
      const { rows } = await ground.sql.query(
        `SELECT k.given, k.proof->>'page' AS page FROM consent k JOIN address a ON a.contact_id = k.contact_id
          WHERE a.value = $1 AND k.purpose = 'newsletter' AND a.verified_at IS NOT NULL`,
        [email],
      );
      expect(rows).toEqual([{ given: true, page: 'gift form' }]);
    }
  });

  it('does not undo a withdrawal without a click of its owner', async () => {
    const email = address();
    const id = await contact(email);
    await ground.sql.query(
      `INSERT INTO consent (contact_id, channel, purpose, given, basis, proof, at) VALUES ($1, 'email', 'newsletter', false, 'one-click unsubscribe', '{}', now())`,
      [id],
    );
    await give(email, { whatsapp: '' });
    expect(await consents(id)).toMatchObject([{ purpose: 'newsletter', given: false }]);
    expect(await asks(email)).toHaveLength(1);
  });

  it('is nothing where nothing was ticked, and carried once', async () => {
    const email = address();
    await give(email, { newsletter: '', whatsapp: '' });
    await carryGiftConsents(ground);
    expect(await asks(email)).toEqual([]);
  });
});
