import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { household, likelyDuplicates, tellApart } from '../../../src/contacts/alike.ts';
import { setConsent } from '../../../src/contacts/consent.ts';
import { joinList } from '../../../src/contacts/lists.ts';
import { requireContact } from '../../../src/contacts/personal.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { mergeContacts } from '../../../src/deliveries/merge.ts';
import { findRecipient } from '../../../src/deliveries/unsubscribe.ts';
import { recipientToken } from '../../../src/links/token.ts';
import { engineGround } from '../../support/engine.ts';
import { contents, startedRun } from '../../support/people.ts';

const ground = engineGround();
const ACTOR = 'author@kssm.example';
const merge = (keep: string, drop: string) => mergeContacts(ground, { keep, drop }, ACTOR);

interface Made {
  name?: string;
  emails?: string[];
  phones?: string[];
  district?: string;
}
async function contact({ name = 'Sreeja Nair', emails = [], phones = [], district }: Made): Promise<string> {
  const addresses = [
    ...emails.map((value) => ({ channel: 'email', value })),
    ...phones.map((value) => ({ channel: 'sms', value })),
  ];
  const data = { name, district: district ?? null, addresses: { create: addresses } };
  return (await ground.db.contact.create({ data })).id;
}
const consent = (contactId: string, purpose: string, given: boolean) =>
  setConsent(ground.sql, { contactId, channel: 'email', purpose, given, basis: 'test' });

describe('A merge', () => {
  it('takes over addresses, consents, lists, facts and what was sent; the id that went leads on', async () => {
    const { run, list, ids } = await startedRun(ground, ['old@merge.example', 'new@merge.example']);
    const [drop, keep] = ids as [string, string];
    await ground.db.contact.update({
      where: { id: drop },
      data: { district: 'Kollam', attributes: { ward: '7' }, frequency: 'monthly' },
    });
    await consent(drop, 'newsletter', true);
    const other = await ground.db.list.create({ data: { name: 'Walkers' } });
    await joinList(ground.sql, other.id, [drop]);
    const { rows } = await ground.sql.query('SELECT seq FROM delivery WHERE run = $1 AND contact_id = $2', [
      run,
      drop,
    ]);

    expect(await merge(keep, drop)).toEqual({ keep, drop, notCarried: [] });
    const kept = await ground.db.contact.findUniqueOrThrow({
      where: { id: keep },
      include: { memberships: true, consents: true, addresses: true },
    });
    expect(kept).toMatchObject({ district: 'Kollam', attributes: { ward: '7' }, frequency: 'monthly' });
    expect(kept.addresses.map(({ value }) => value).sort()).toEqual([
      'new@merge.example',
      'old@merge.example',
    ]);
    expect(kept.memberships.map(({ listId }) => listId).sort()).toEqual([list, other.id].sort());
    expect(kept.consents.map(({ purpose, given }) => [purpose, given]).sort()).toEqual([
      ['appeals', true],
      ['newsletter', true],
    ]);
    expect(await requireContact(ground.sql, drop)).toBe(keep);
    const token = recipientToken(ground.keys, { run, seq: rows[0].seq });
    expect((await findRecipient(ground, token))?.contactId).toBe(keep);
    expect(await ground.db.consentEvent.count({ where: { contactId: drop } })).toBe(0);
    expect(await ground.db.auditEntry.findFirst({ where: { action: 'contact.merged' } })).toMatchObject({
      ...{ actor: ACTOR, subjectId: keep, after: { dropped: drop } },
    });
  });

  it('lets a run under way write to the one person once', async () => {
    const { run, ids } = await startedRun(ground, ['a@twice.example', 'b@twice.example', 'c@twice.example']);
    const [keep, drop] = ids as [string, string];
    await merge(keep, drop);
    const { rows } = await ground.sql.query(
      'SELECT state::text, reason, contact_id = $2 AS theirs FROM delivery WHERE run = $1 ORDER BY 3, 1',
      [run, keep],
    );
    expect(rows).toEqual([
      { state: 'planned', reason: null, theirs: false },
      { state: 'planned', reason: null, theirs: true },
      { state: 'skipped', reason: 'merged', theirs: true },
    ]);
    const { rows: counts } = await ground.sql.query('SELECT skipped FROM run_counter WHERE run = $1', [run]);
    expect(counts).toEqual([{ skipped: 1 }]);
  });

  it('takes along what the one that goes gave', async () => {
    const [keep, drop] = [await contact({}), await contact({})] as [string, string];
    await ground.sql.query(
      "INSERT INTO donor (id, contact_id, kind, name) VALUES (gen_random_uuid(), $1, 'individual', 'Asha')",
      [drop],
    );
    await merge(keep, drop);
    expect(await ground.db.donor.count({ where: { contactId: keep } })).toBe(1);
  });

  it('follows a chain of merges, and refuses a contact that is the same already', async () => {
    const [a, b, c] = [await contact({}), await contact({}), await contact({})] as [string, string, string];
    await merge(b, a);
    await merge(c, b);
    expect(await requireContact(ground.sql, a)).toBe(c);
    await expect(merge(c, a)).rejects.toThrow(/one contact already/);
    await expect(merge(c, c)).rejects.toThrow(/one contact already/);
    await expect(merge(c, '01920000-0000-7000-8000-000000000000')).rejects.toThrow(/There is no contact/);
  });

  it('keeps a withdrawal of either', async () => {
    const keep = await contact({ emails: ['keep@strict.example'] });
    const drop = await contact({ emails: ['drop@strict.example'] });
    for (const [id, given] of [
      [keep, [true, false]],
      [drop, [false, true]],
    ] as const) {
      await consent(id, 'appeals', given[0]);
      await consent(id, 'events', given[1]);
    }
    await merge(keep, drop);
    const consents = await ground.db.consent.findMany({ where: { contactId: keep } });
    expect(consents.map(({ given }) => given)).toEqual([false, false]);
  });

  it('does not join a consent without an address to an address without a consent', async () => {
    const keep = await contact({ phones: ['+919876543210'] });
    const drop = await contact({ emails: ['never@asked.example'] });
    await consent(keep, 'appeals', true);
    expect((await merge(keep, drop)).notCarried).toEqual([{ channel: 'email', purpose: 'appeals' }]);
  });

  it('never gains reach, whatever the two had agreed to, withdrawn and lost', async () => {
    const state = fc.constantFrom(undefined, true, false);
    const side = fc.record({ emails: fc.subarray([0, 1, 2]), a: state, b: state, verified: fc.boolean() });
    const list = await ground.db.list.create({ data: { name: 'everybody' } });
    let n = 0;
    const reached = async (who: string[], purpose: string) => {
      await ground.sql.query('DELETE FROM membership WHERE list_id = $1', [list.id]);
      await joinList(ground.sql, list.id, who);
      const data = { purpose, senderDomain: 'kssm.example', dueAt: ground.clock.now() };
      const { id } = await ground.db.run.create({ data });
      return (await freezeRun(ground, id, { lists: [list.id], fallback: ['en'], contents })).total > 0;
    };
    await fc.assert(
      fc.asyncProperty(side, side, fc.subarray([0, 1, 2]), async (one, other, dead) => {
        n += 1;
        const mailbox = (i: number) => `m${i}@try${n}.example`;
        const ids: string[] = [];
        for (const { emails, a, b, verified } of [one, other]) {
          const id = await contact({ emails: emails.map(mailbox) });
          if (verified)
            await ground.sql.query('UPDATE address SET verified_at = now() WHERE contact_id = $1', [id]);
          if (a !== undefined) await consent(id, 'a', a);
          if (b !== undefined) await consent(id, 'b', b);
          ids.push(id);
        }
        for (const i of dead) {
          await suppress(ground.sql, {
            channel: 'email',
            value: mailbox(i),
            reason: 'hardbounce',
            source: 'test',
          });
        }
        const before = { a: await reached(ids, 'a'), b: await reached(ids, 'b') };
        const [keep, drop] = ids as [string, string];
        await merge(keep, drop);
        for (const purpose of ['a', 'b'] as const) {
          const after = await reached([keep], purpose);
          if (after) expect(before[purpose]).toBe(true);
          if (one[purpose] === false || other[purpose] === false) expect(after).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('Likely duplicates', () => {
  it('are named with the reason; a household is not, nor who was told apart', async () => {
    const phone = '+919876500001';
    const a = await contact({ name: 'K. R. Latha', emails: ['latha@pair.example'], phones: [phone] });
    const b = await contact({ name: 'Latha K R', phones: [phone] });
    await contact({ name: 'Gopalan Menon', phones: [phone] });
    const c = await contact({
      name: 'Thankamani Amma Pillai',
      emails: ['t1@pair.example'],
      district: 'Idukki',
    });
    const d = await contact({
      name: 'Thankamany Amma Pillai',
      emails: ['t2@pair.example'],
      district: 'Idukki',
    });
    await contact({ name: 'Thankamani Amma Pillai', emails: ['t3@pair.example'], district: 'Kannur' });
    const pairs = (await likelyDuplicates(ground, { limit: 500 })).filter(({ one }) =>
      /Latha|Thanka|Gopalan/.test(one.name),
    );
    expect(pairs.map(({ one, other, reasons }) => [one.id, other.id, reasons])).toEqual([
      [a, b, ['same phone, same name']],
      [c, d, ['nearly the same name, same district']],
    ]);
    await tellApart(ground, [b, a], ACTOR);
    const left = await likelyDuplicates(ground, { limit: 500 });
    expect(left.some(({ one }) => one.id === a)).toBe(false);
    await expect(tellApart(ground, [a, a], ACTOR)).rejects.toThrow(/Both are/);
  });

  it('share an address as a household, which is shown with what each agreed to', async () => {
    const value = 'family@house.example';
    const ravi = await contact({ name: 'Ravi', emails: [value] });
    const devi = await contact({ name: 'Devi', emails: [value] });
    await consent(ravi, 'appeals', false);
    await consent(devi, 'appeals', true);
    expect(await household(ground.sql, { channel: 'email', value })).toMatchObject([
      { id: ravi, given: [], withdrawn: ['appeals'] },
      { id: devi, given: ['appeals'], withdrawn: [] },
    ]);
  });
});
