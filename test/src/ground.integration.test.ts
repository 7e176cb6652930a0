import { expect, it } from 'vitest';
import { testGround } from '../support/ground.ts';

const ground = testGround();

it('keeps every change of a consent, and an audit entry for good', async () => {
  const contact = await ground.db.contact.create({ data: { name: 'ശ്രീജ' } });
  const key = { contactId: contact.id, channel: 'email', purpose: 'appeals' };
  await ground.db.consent.create({ data: { ...key, given: true, basis: 'paper form' } });
  await ground.db.consent.update({ where: { contactId_channel_purpose: key }, data: { given: false } });
  const kept = await ground.db.consentEvent.findMany({
    where: { contactId: contact.id },
    orderBy: { id: 'asc' },
  });
  expect(kept.map((event) => event.given)).toEqual([true, false]);

  await ground.db.auditEntry.create({
    data: { actor: 'test', action: 'made', subjectType: 'contact', subjectId: contact.id },
  });
  await expect(ground.sql.query('DELETE FROM audit_entry')).rejects.toThrow(/never changed/);
});
