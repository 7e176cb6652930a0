import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { tidySubscriptions } from '../../../src/contacts/subscribe.ts';
import { suppress } from '../../../src/contacts/suppression.ts';
import { later, noticesTo, publicLists, stampIn } from '../../support/subscribing.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb({
  HELP_ADDRESS: 'help@wecare.example',
  PUBLIC_URL: 'https://wecare.example',
});
let lists: { newsletter: string; appeals: string };
beforeAll(async () => {
  lists = await publicLists(ground);
});
// Each test is another caller.
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const shown = async (query = '?lang=en') => {
  const html = await (await ask(`/subscribe${query}`)).text();
  later(ground, 30);
  return stampIn(html);
};
const fields = (over: Record<string, string | string[]>) => {
  const body = new URLSearchParams();
  const all = { name: 'Sreeja Nair', language: 'ml', lists: [lists.newsletter], ...over };
  for (const [key, value] of Object.entries(all)) {
    for (const one of [value].flat()) body.append(key, one);
  }
  return body;
};
const send = async (over: Record<string, string | string[]>) =>
  ask('/subscribe?lang=en', { method: 'POST', body: fields({ stamp: await shown(), ...over }) });
const press = (path: string) => ask(`${path}?lang=en`, { method: 'POST' });
const personAt = async (value: string) => {
  const address = await ground.db.address.findFirst({ where: { value }, include: { contact: true } });
  if (!address) return null;
  const consents = await ground.db.consent.findMany({ where: { contactId: address.contactId } });
  const memberships = await ground.db.membership.findMany({ where: { contactId: address.contactId } });
  return { ...address.contact, verifiedAt: address.verifiedAt, consents, memberships };
};

describe('Who asks for our mails', () => {
  it('gets one mail, confirms with a button, is welcomed, and the words they agreed to are kept', async () => {
    const answer = await send({ email: 'Sreeja@Form.example', phone: '98765 43210' });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('Now look into your mailbox');
    expect(await personAt('sreeja@form.example')).toBeNull(); // nothing before the click
    const [invitation] = await noticesTo(ground, 'sreeja@form.example');
    expect(invitation?.subject).toContain('സ്ഥിരീകരിക്കുക');
    expect(`${invitation?.html}${invitation?.text}`).not.toContain('Sreeja Nair');

    const page = await (await ask(`${invitation?.path}?lang=en`)).text();
    expect(page.match(/<button/g)).toHaveLength(1);
    expect(page).toContain('The monthly letter: What We Care has done, once a month.');
    expect(await personAt('sreeja@form.example')).toBeNull(); // scanners fetch links

    expect(await (await press(invitation?.path ?? '')).text()).toContain('You will hear from us');
    const person = await personAt('sreeja@form.example');
    expect(person).toMatchObject({ name: 'Sreeja Nair', language: 'ml' });
    expect(person?.verifiedAt).not.toBeNull();
    expect(person?.memberships.map(({ listId }) => listId)).toEqual([lists.newsletter]);
    expect(person?.consents).toMatchObject([
      {
        ...{ channel: 'email', purpose: 'newsletter', given: true },
        proof: { page: 'form', language: 'ml', askedAt: expect.any(String) },
      },
    ]);
    const proof = person?.consents[0]?.proof as { shown: string; caller: string };
    expect(proof.shown).toContain('Yes, you may send me the newsletter by email.');
    expect(proof.shown).toContain('passes them on to nobody');
    expect(JSON.stringify(proof)).not.toContain('127.0.0.1');
    const mails = await noticesTo(ground, 'sreeja@form.example');
    expect(mails.map(({ kind }) => kind)).toEqual(['subscribe-confirmation', 'welcome']);
  });

  it('may press twice, and open the mail again, without a second welcome', async () => {
    await send({ email: 'twice@form.example' });
    const path = (await noticesTo(ground, 'twice@form.example'))[0]?.path ?? '';
    await Promise.all([press(path), press(path)]);
    expect(await (await press(path)).text()).toContain('You will hear from us');
    expect(await (await ask(path)).text()).toContain('ഇമെയിലുകൾ ലഭിക്കും');
    expect(await noticesTo(ground, 'twice@form.example')).toHaveLength(2);
    expect(await ground.db.address.count({ where: { value: 'twice@form.example' } })).toBe(1);
  });

  it('gets the same answer whether known, suppressed or asked a moment ago, and no second mail for hours', async () => {
    await suppress(ground.sql, {
      ...{ channel: 'email', value: 'angry@form.example', reason: 'complaint', source: 'test' },
    });
    const answers: string[] = [];
    for (const email of ['new@form.example', 'new@form.example', 'angry@form.example']) {
      const text = await (await send({ email })).text();
      answers.push(text.replaceAll(email, 'X'));
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain('reported as spam');
    expect(await noticesTo(ground, 'new@form.example')).toHaveLength(1);
    expect(await noticesTo(ground, 'angry@form.example')).toHaveLength(0);
    later(ground, 5 * 3600);
    await send({ email: 'new@form.example' });
    const [first, second] = await noticesTo(ground, 'new@form.example');
    expect((await ask(first?.path ?? '')).status).toBe(410);
    expect((await ask(second?.path ?? '')).status).toBe(200);
  });

  it('comes back by confirming after an unsubscribe, which lifts that suppression', async () => {
    const address = { channel: 'email', value: 'back@form.example' };
    await suppress(ground.sql, { ...address, reason: 'unsubscribed', source: 'import' });
    await send({ email: address.value });
    const path = (await noticesTo(ground, address.value))[0]?.path ?? '';
    await press(path);
    expect(await ground.db.suppression.count({ where: { value: address.value } })).toBe(0);
    expect((await personAt(address.value))?.consents).toMatchObject([{ given: true }]);
  });

  it('is told on the page of their own link that the address has complained since', async () => {
    await send({ email: 'since@form.example' });
    const path = (await noticesTo(ground, 'since@form.example'))[0]?.path ?? '';
    await suppress(ground.sql, {
      ...{ channel: 'email', value: 'since@form.example', reason: 'complaint', source: 'feedback loop' },
    });
    for (const method of ['GET', 'POST']) {
      const answer = await ask(`${path}?lang=en`, { method });
      expect(await answer.text()).toContain('We cannot write to this address');
    }
    expect(await personAt('since@form.example')).toBeNull();
  });

  it('is the contact of that name at that mailbox, and another of the household under another name', async () => {
    const known = await ground.db.contact.create({
      data: {
        name: 'K. R. Ravi',
        addresses: { create: { channel: 'email', value: 'home@form.example' } },
        consents: { create: { channel: 'email', purpose: 'newsletter', given: false, basis: 'letter' } },
      },
    });
    await send({ email: 'home@form.example', name: 'k.r. ravi' });
    await press((await noticesTo(ground, 'home@form.example'))[0]?.path ?? '');
    expect(await ground.db.consent.findMany({ where: { contactId: known.id } })).toMatchObject([
      { given: true },
    ]);
    later(ground, 5 * 3600);
    await send({ email: 'home@form.example', name: 'Devi' });
    await press((await noticesTo(ground, 'home@form.example')).at(-1)?.path ?? '');
    expect(await ground.db.address.count({ where: { value: 'home@form.example' } })).toBe(2);
  });
});

describe('The form', () => {
  it('keeps all that was typed when something is wrong, and says what', async () => {
    const answer = await send({ name: 'Sreeja "<b>', email: 'no address', phone: '123', lists: [] });
    const html = await answer.text();
    expect(answer.status).toBe(422);
    expect(html).toContain('value="Sreeja &quot;&lt;b&gt;"');
    expect(html).toContain('value="no address"');
    for (const error of ['name-error', 'email-error', 'phone-error', 'lists-error']) {
      expect(html).toContain(`id="${error}"`);
    }
    expect(html).toMatch(/name="language" value="ml" checked/);
  });

  it('posted by another site shows our own with what was typed, and takes it then as an embedded form', async () => {
    const foreign = { origin: 'https://panchayat.example', 'sec-fetch-site': 'cross-site' };
    const body = new URLSearchParams({ from: 'embed', name: 'Anu', email: 'anu@form.example' });
    const answer = await ask('/subscribe?lang=en', { method: 'POST', body, headers: foreign });
    const html = await answer.text();
    expect(answer.status).toBe(200);
    expect(html).toContain('One more step');
    expect(html).toContain('value="anu@form.example"');
    expect(answer.headers.get('set-cookie')).toBeNull();
    later(ground, 30);
    const again = fields({ from: 'embed', name: 'Anu', email: 'anu@form.example', stamp: stampIn(html) });
    await ask('/subscribe?lang=en', { method: 'POST', body: again });
    await press((await noticesTo(ground, 'anu@form.example'))[0]?.path ?? '');
    expect((await personAt('anu@form.example'))?.consents[0]?.proof).toMatchObject({ page: 'embedded form' });
  });

  it('is not taken from a program: too fast, too old, forged, or with the trap filled in', async () => {
    const page = await (await ask('/subscribe?lang=en')).text();
    const body = () => fields({ email: 'bot@form.example', stamp: stampIn(page) });
    expect(await (await ask('/subscribe?lang=en', { method: 'POST', body: body() })).text()).toContain(
      'very fast',
    );
    later(ground, 90_000);
    expect(await (await ask('/subscribe?lang=en', { method: 'POST', body: body() })).text()).toContain(
      'a day',
    );
    const forged = `${stampIn(page).slice(0, -2)}AA`;
    expect(await (await send({ email: 'bot@form.example', stamp: forged })).text()).toContain(
      'One more step',
    );
    expect(await (await send({ email: 'bot@form.example', website: 'x' })).text()).toContain('mailbox');
    expect(await noticesTo(ground, 'bot@form.example')).toEqual([]);
  });

  it('refuses a name that is a header, a web page, turned around or endless', async () => {
    const names = [
      'Ravi\r\nBcc: all@form.example',
      'Win at https://spam.example',
      '\u202eivaR',
      'x'.repeat(10_240),
    ];
    for (const name of [...names, '', ' ', '12345']) {
      const answer = await send({ name, email: 'name@form.example' });
      expect([name.slice(0, 20), answer.status]).toEqual([name.slice(0, 20), 422]);
    }
    expect(await noticesTo(ground, 'name@form.example')).toEqual([]);
  });

  it('takes an address that only looks like another for another, in ASCII where it is a domain', async () => {
    await send({ email: 'ravi@раypal.example' }); // Cyrillic р and а
    const rows = await ground.db.notice.findMany({ where: { address: { startsWith: 'ravi@xn--' } } });
    expect(rows).toHaveLength(1);
    expect(await ground.db.notice.count({ where: { address: 'ravi@paypal.example' } })).toBe(0);
  });

  it('asks each caller to wait after twenty, with a page', async () => {
    const body = () => new URLSearchParams({ email: 'x' });
    for (let i = 0; i < 20; i++) await ask('/subscribe', { method: 'POST', body: body() });
    const answer = await ask('/subscribe?lang=en', { method: 'POST', body: body() });
    expect(answer.status).toBe(429);
    expect(await answer.text()).toContain('A little slower, please');
  });

  it('is given to other sites as plain HTML', async () => {
    const html = await (await ask('/subscribe/embed?lang=en')).text();
    expect(html).toContain(
      '&lt;form action="https://wecare.example/subscribe?lang&#x3D;en" method="post"&gt;',
    );
  });
});

it('may be asked for again at once when the mail could not be written', async () => {
  await ground.sql.query('ALTER TABLE notice RENAME TO notice_away');
  try {
    expect((await send({ email: 'again@form.example' })).status).toBe(500);
  } finally {
    await ground.sql.query('ALTER TABLE notice_away RENAME TO notice');
  }
  expect((await send({ email: 'again@form.example' })).status).toBe(200);
  expect(await noticesTo(ground, 'again@form.example')).toHaveLength(1);
});

describe('A link to confirm', () => {
  it('ends after three days, and what was typed is forgotten', async () => {
    await send({ email: 'slow@form.example' });
    const path = (await noticesTo(ground, 'slow@form.example'))[0]?.path ?? '';
    later(ground, 72 * 3600);
    for (const method of ['GET', 'POST']) expect((await ask(path, { method })).status).toBe(410);
    await tidySubscriptions(ground);
    expect(await ground.db.subscription.count()).toBe(0);
    expect((await ask(path)).status).toBe(410);
    expect(await personAt('slow@form.example')).toBeNull();
  });

  it('that was changed in any letter is none', async () => {
    await send({ email: 'forged@form.example' });
    const path = (await noticesTo(ground, 'forged@form.example'))[0]?.path ?? '';
    const token = path.split('/').at(-1) as string;
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    await fc.assert(
      fc.asyncProperty(
        fc.nat(token.length - 1),
        fc.constantFrom(...letters.split('')),
        async (at, letter) => {
          if (token[at] === letter) return;
          const other = token.slice(0, at) + letter + token.slice(at + 1);
          expect((await ask(`/subscribe/confirm/${other}`, { method: 'POST' })).status).toBe(404);
        },
      ),
      { numRuns: 60 },
    );
    expect((await ask(path)).status).toBe(200);
  });
});

it('whatever strangers post is answered, and never by a fault of ours', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('\0', '%', '\ud800', '{{name}}'),
  );
  const keys = fc.constantFrom(
    'name',
    'email',
    'phone',
    'lists',
    'language',
    'website',
    'from',
    'stamp',
    '__proto__',
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(keys, text), { maxLength: 12 }),
      fc.boolean(),
      async (pairs, stamped) => {
        await ground.sql.query('DELETE FROM rate_limit');
        const body = new URLSearchParams(pairs);
        if (stamped) {
          body.set('stamp', await shown());
          if (!body.has('lists')) body.append('lists', lists.appeals);
          if (!body.has('email')) body.append('email', 'fuzz@form.example');
        }
        const answer = await ask('/subscribe', { method: 'POST', body });
        expect(answer.status).toBeLessThan(500);
      },
    ),
    { numRuns: 150 },
  );
});
