import { changeConsent } from '../../src/contacts/consents.ts';
import { type Contact, createContact } from '../../src/contacts/contacts.ts';
import { createList } from '../../src/contacts/lists.ts';
import { suppress } from '../../src/contacts/suppression.ts';
import type { Ground } from '../../src/ground.ts';

/** A few people as an office knows them: a household, an office, one suppressed, one without consent. */
export async function samplePeople(
  ground: Ground,
): Promise<Record<'anitha' | 'ravi' | 'society' | 'nobody', Contact>> {
  await createList(ground.sql, 'Onam donors');
  const make = (wish: Partial<Parameters<typeof createContact>[1]> & { name: string }) =>
    createContact(ground, { addresses: [], lists: [], consents: [], ...wish }, 'asha@kssm.example');
  const mail = { channel: 'email', purpose: 'appeals', basis: 'paper form of 3 May, file 12' };
  const anitha = await make({
    ...{ name: 'അനിത നായർ', language: 'ml', district: 'Thrissur', addresses: ['nair.home@post.example'] },
    ...{ lists: ['Onam donors'], consents: [mail], attributes: { ward_no: '12' } },
  });
  const ravi = await make({
    ...{ name: 'Ravi Nair', language: 'en', district: 'Thrissur', consents: [mail] },
    addresses: ['nair.home@post.example', '98470 12345'],
  });
  const society = await make({
    ...{ name: 'Karunya Society', kind: 'society', district: 'Kollam', language: 'en' },
    ...{ addresses: ['office@karunya.example'], consents: [mail] },
  });
  const nobody = await make({ name: '', addresses: ['old@post.example'] });
  await suppress(ground.sql, {
    ...{ channel: 'email', value: 'old@post.example', reason: 'hardbounce', source: 'run 1' },
  });
  const { id: contactId } = ravi;
  const withdrawal = { contactId, channel: 'email', purpose: 'newsletter', given: false };
  await changeConsent(ground, { ...withdrawal, basis: 'said so by telephone', actor: 'asha@kssm.example' });
  return { anitha, ravi, society, nobody };
}

/** A run that was sent to contacts, with what became of each. */
export async function sampleRun(
  ground: Ground,
  outcomes: { contact: Contact; state: string; reason?: string; reply?: string; opened?: boolean }[],
): Promise<bigint> {
  const { db, sql, clock } = ground;
  const campaign = await db.campaign.create({ data: { name: 'Care at home' } });
  const message = await db.message.create({
    data: {
      ...{ campaignId: campaign.id, name: 'November appeal', purpose: 'appeals', fromName: 'We Care' },
      ...{ fromAddress: 'care@kssm.example', audience: { lists: [], fallback: ['en'] } },
    },
  });
  const at = clock.now();
  const run = await db.run.create({
    data: {
      ...{ messageId: message.id, purpose: 'appeals', senderDomain: 'kssm.example', dueAt: at },
      ...{ startedAt: at, state: 'finished', endedAt: at },
    },
  });
  await sql.query('SELECT ensure_delivery_partition($1)', [run.id]);
  for (const [i, { contact, state, reason, reply, opened }] of outcomes.entries()) {
    await sql.query(
      `INSERT INTO delivery (run, seq, contact_id, address_hash, language, state, at, reason, reply)
       SELECT $1, $2, $3, hash, 'en', $4, $5, $6, $7 FROM address WHERE contact_id = $3 AND channel = 'email' LIMIT 1`,
      [run.id, i + 1, contact.id, state, at, reason ?? null, reply ?? null],
    );
    if (opened)
      await sql.query(
        "INSERT INTO touch (kind, run, seq, at) VALUES ('open', $1, $2, $3), ('click', $1, $2, $3)",
        [...[run.id, i + 1, at]],
      );
  }
  return run.id;
}
