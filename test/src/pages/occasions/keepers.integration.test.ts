import { describe, expect, it } from 'vitest';
import { stepFamily } from '../../../../src/pages/occasions/family.ts';
import {
  askKeeper,
  contactTyped,
  endKeeper,
  keeperById,
  keepersAt,
  keepersOf,
} from '../../../../src/pages/occasions/keepers.ts';
import { askLost, enterLost } from '../../../../src/pages/occasions/lost.ts';
import { drawCodeAgain, enterCode } from '../../../../src/pages/occasions/proof.ts';
import { begunPage, familyBox, pass, provenKeeper } from '../../../support/families.ts';
import { testGround } from '../../../support/ground.ts';

const ground = testGround();
const ask = (occasionId: string, contact: string, more = {}) =>
  askKeeper(ground, { occasionId, name: 'Anju', ...contactTyped(contact), ...more });
const wrong = (code: string) => (code === '000000' ? '000001' : '000000');

describe('Who answers for a page', () => {
  it('is proven by six figures, typed as people type them, and kept sealed', async () => {
    const { id } = await begunPage(ground);
    const { keeperId, code, contact, channel } = await ask(id, '98470 55501');
    expect({ contact, channel }).toEqual({ contact: '+919847055501', channel: 'sms' });
    expect(code).toMatch(/^\d{6}$/);
    const keeper = await enterCode(ground, { keeperId, typed: ` ${code.slice(0, 3)}-${code.slice(3)} ` });
    expect(keeper).toMatchObject({ contact: '+919847055501', second: false });
    expect(keeper.verifiedAt).not.toBeNull();
    const { rows } = await ground.sql.query('SELECT * FROM occasion_keeper WHERE id = $1', [keeperId]);
    expect(JSON.stringify(rows[0])).not.toContain('9847055501');
    expect(rows[0].contact.toString('latin1')).not.toContain('9847055501');
    expect(JSON.stringify(rows[0])).not.toContain(code);
  });

  it('is refused for what is no telephone or mailbox', async () => {
    const { id } = await begunPage(ground);
    await expect(ask(id, '12345')).rejects.toThrow('cannot reach you');
    await expect(ask(id, 'anju@')).rejects.toThrow('cannot reach you');
  });

  it('may be changed until they are proven, never afterwards', async () => {
    const { id } = await begunPage(ground);
    const first = await ask(id, familyBox());
    const other = await ask(id, familyBox());
    expect(other.keeperId).toBe(first.keeperId);
    await expect(enterCode(ground, { keeperId: first.keeperId, typed: first.code })).rejects.toThrow();
    await enterCode(ground, { keeperId: other.keeperId, typed: other.code });
    await expect(ask(id, familyBox())).rejects.toMatchObject({ status: 409 });
  });

  it('has five tries; then even the right code opens nothing', async () => {
    const { id } = await begunPage(ground);
    const { keeperId, code } = await ask(id, familyBox());
    for (let n = 0; n < 5; n++)
      await expect(enterCode(ground, { keeperId, typed: wrong(code) })).rejects.toThrow('not the code');
    await expect(enterCode(ground, { keeperId, typed: code })).rejects.toMatchObject({ status: 410 });
    expect((await keeperById(ground, keeperId))?.verifiedAt).toBeNull();
  });

  it('cannot have one of many who try at once guess more than five times', async () => {
    const { id } = await begunPage(ground);
    const { keeperId, code } = await ask(id, familyBox());
    const tries = Array.from({ length: 20 }, () => enterCode(ground, { keeperId, typed: wrong(code) }));
    await Promise.allSettled(tries);
    const { rows } = await ground.sql.query('SELECT code_tries FROM occasion_keeper WHERE id = $1', [
      keeperId,
    ]);
    expect(rows[0].code_tries).toBe(5);
  });

  it('has fifteen minutes, and one use', async () => {
    const { id } = await begunPage(ground);
    const late = await ask(id, familyBox());
    pass(ground, { seconds: 15 * 60 });
    await expect(enterCode(ground, { keeperId: late.keeperId, typed: late.code })).rejects.toThrow('too old');
    const fresh = await drawCodeAgain(ground, late.keeperId);
    await enterCode(ground, { keeperId: fresh.keeperId, typed: fresh.code });
    await expect(enterCode(ground, { keeperId: fresh.keeperId, typed: fresh.code })).rejects.toThrow(
      'used up',
    );
  });

  it('is sent one code a minute and four an hour, however many pages ask', async () => {
    const contact = familyBox();
    const { id } = await begunPage(ground);
    const { keeperId } = await ask(id, contact);
    await expect(drawCodeAgain(ground, keeperId)).rejects.toMatchObject({ status: 429 });
    const { id: another } = await begunPage(ground);
    await expect(ask(another, contact)).rejects.toMatchObject({ status: 429 });
    for (let n = 0; n < 3; n++) {
      pass(ground, { seconds: 61 });
      await drawCodeAgain(ground, keeperId);
    }
    pass(ground, { seconds: 61 });
    await expect(drawCodeAgain(ground, keeperId)).rejects.toMatchObject({ status: 429 });
    pass(ground, { seconds: 3600 });
    await drawCodeAgain(ground, keeperId);
  });

  it('may be two; the second goes, the first stays', async () => {
    const { id } = await begunPage(ground);
    const first = await provenKeeper(ground, id);
    const { keeperId, code } = await ask(id, familyBox(), { second: true, name: 'Biju' });
    const second = await enterCode(ground, { keeperId, typed: code });
    expect((await keepersOf(ground, id)).map(({ name }) => name)).toEqual(['Anju', 'Biju']);
    await expect(endKeeper(ground, first)).rejects.toThrow('stays with it');
    await endKeeper(ground, second);
    expect(await keepersOf(ground, id)).toHaveLength(1);
    expect(await keeperById(ground, second.id)).toBeNull();
  });
});

describe('A lost link', () => {
  it('is found again by a code to the proven contact, with every page of it', async () => {
    const contact = familyBox();
    const pages = [await begunPage(ground), await begunPage(ground)];
    for (const { id } of pages) {
      await provenKeeper(ground, id, contact);
      pass(ground, { seconds: 61 });
    }
    const sent = await askLost(ground, ` ${contact.toUpperCase()}`);
    const { keepers } = await enterLost(ground, { contact, code: sent?.code ?? '' });
    expect(keepers.map(({ occasionId }) => occasionId)).toEqual(pages.map(({ id }) => id).reverse());
  });

  it('tells a stranger nothing: no page, a code a moment ago and a wrong code look alike', async () => {
    const contact = familyBox();
    const { id } = await begunPage(ground);
    await provenKeeper(ground, id, contact);
    expect(await askLost(ground, contact)).toBeNull();
    expect(await askLost(ground, 'nobody@homes.example')).toBeNull();
    const said = async (who: string) => enterLost(ground, { contact: who, code: '123456' }).catch(String);
    expect(await said('nobody@homes.example')).toBe(await said(contact));
    expect(await said(contact)).toContain('not the code');
  });

  it('is not found for whoever was never proven, nor for a page that was removed', async () => {
    const contact = familyBox();
    const { id } = await begunPage(ground);
    await ask(id, contact);
    expect(await keepersAt(ground, { channel: 'email', contact })).toEqual([]);
    const other = familyBox();
    const page = await begunPage(ground);
    await provenKeeper(ground, page.id, other);
    expect(await keepersAt(ground, { channel: 'email', contact: other })).toHaveLength(1);
    await stepFamily(ground, { occasionId: page.id, step: 'remove' });
    expect(await keepersAt(ground, { channel: 'email', contact: other })).toEqual([]);
  });
});
