import type { Ground } from '../../src/ground.ts';
import { recipientToken } from '../../src/links/token.ts';

/** A person who got a mail, as rows in the ledger. */
export interface Mailed {
  contactId: string;
  run: bigint;
  seq: number;
  token: string;
}

/** Puts one contact with consent and one sent delivery of a new run into the database. */
export async function seedMailed(
  ground: Ground,
  { language = 'ml' as string | null, seq = 1 } = {},
): Promise<Mailed> {
  const contact = await ground.db.contact.create({ data: { name: 'ശ്രീജ', language } });
  await ground.db.consent.create({
    data: { contactId: contact.id, channel: 'email', purpose: 'appeals', given: true, basis: 'paper form' },
  });
  const { id: run } = await ground.db.run.create({
    data: {
      purpose: 'appeals',
      senderDomain: 'wecare.example',
      dueAt: ground.clock.now(),
      state: 'finished',
    },
  });
  await ground.sql.query('SELECT ensure_delivery_partition($1)', [run]);
  await ground.sql.query(
    `INSERT INTO delivery (run, seq, contact_id, address_hash, language, state)
     VALUES ($1, $2, $3, address_hash('email', $4), 'ml', 'sent')`,
    [run, seq, contact.id, `${contact.id}@family.example`],
  );
  return { contactId: contact.id, run, seq, token: recipientToken(ground.keys, { run, seq }) };
}
