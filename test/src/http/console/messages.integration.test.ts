import { beforeAll, describe, expect, it } from 'vitest';
import { addUser, type User } from '../../../../src/access/users.ts';
import { approveMessage } from '../../../../src/campaigns/approvals.ts';
import { createCampaign, scheduleMessage } from '../../../../src/campaigns/campaigns.ts';
import { readContents } from '../../../../src/campaigns/contents.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const { ground } = web;
let author: { cookie: string; user: User };
let other: { cookie: string; user: User };
let approver: User;
let made = 0;

const letter = (language: string, words: string[]) =>
  JSON.stringify({
    ...{ language, title: 'Greeting' },
    blocks: words.map((text, i) => (i ? { type: 'text', text } : { type: 'heading', level: 1, text })),
  });

beforeAll(async () => {
  author = await signedIn(web, ['author']);
  other = await signedIn(web, ['author']);
  approver = await addUser(ground, { email: 'ap@kssm.example', name: 'Ap', roles: ['approver'] }, 'cli:test');
  await ground.db.list.create({ data: { name: 'donors' } });
});

/** A message in both languages, of a campaign of its own. */
const newMessage = (contents?: Record<string, { subject: string; body: string }>) =>
  createCampaign(
    ground,
    {
      name: `Care ${++made}`,
      message: {
        ...{ name: 'Greeting', purpose: 'appeals', from: 'We Care <news@kssm.example>', lists: ['donors'] },
        contents: contents ?? {
          en: { subject: 'Hello', body: letter('en', ['Care at home', 'Dear {{first_name}}']) },
          ml: { subject: 'നമസ്കാരം', body: letter('ml', ['വീട്ടിൽ പരിചരണം', 'പ്രിയ {{first_name}}']) },
        },
      },
    },
    author.user,
  );

type Fields = [string, string][];

const page = async (path: string, cookie = author.cookie) => {
  const answer = await web.ask(path, { headers: { cookie } });
  return { status: answer.status, html: await answer.text(), headers: answer.headers };
};

const post = async (path: string, fields: Fields, cookie = author.cookie) => {
  const asking = { method: 'POST', headers: { ...OWN, cookie }, body: new URLSearchParams(fields) };
  const answer = await web.ask(path, asking);
  const html = await answer.text();
  return { status: answer.status, html, location: answer.headers.get('location'), headers: answer.headers };
};

const unescaped = (text: string) =>
  text.replace(/&(lt|gt|quot|amp|#x27|#x3D|#x60);/g, (_, name: string) =>
    name === 'lt'
      ? '<'
      : name === 'gt'
        ? '>'
        : name === 'quot'
          ? '"'
          : name === 'amp'
            ? '&'
            : name === '#x27'
              ? "'"
              : name === '#x3D'
                ? '='
                : '`',
  );

/** What a browser would send of the editor's form, with some fields typed anew. */
function formOf(html: string, typed: Record<string, string> = {}): Fields {
  const form = /<form class="writing"[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  const fields: Fields = [];
  const parts =
    /<input ([^>]*)>|<textarea ([^>]*)>([\s\S]*?)<\/textarea>|<select ([^>]*)>([\s\S]*?)<\/select>/g;
  for (const [, input, area, text = '', select, options = ''] of form.matchAll(parts)) {
    const head = input ?? area ?? select ?? '';
    const name = / ?name="([^"]*)"/.exec(` ${head}`)?.[1];
    if (!name || (/type="(?:checkbox|radio)"/.test(head) && !/ checked/.test(head))) continue;
    const chosen = /value="([^"]*)" selected/.exec(options)?.[1];
    const value = input ? (/value="([^"]*)"/.exec(head)?.[1] ?? '') : area ? text : (chosen ?? '');
    fields.push([name, typed[name] ?? unescaped(value)]);
  }
  for (const [name, value] of Object.entries(typed))
    if (!fields.some(([known]) => known === name)) fields.push([name, value]);
  return fields;
}

const kept = async (messageId: string) => {
  const { version, contents } = await readContents(ground, messageId);
  return {
    version,
    en: contents.find(({ language }) => language === 'en'),
    ml: contents.find(({ language }) => language === 'ml'),
  };
};

describe('the editor', () => {
  it('shows both languages beside each other, block by block, and saves nothing that was not changed', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const { status, html } = await page(path);
    expect(status).toBe(200);
    expect(html).toContain('name="k1.en.text"');
    expect(html).toContain('name="k1.ml.text"');
    expect(html).not.toMatch(/<style|style="|<script>/);
    const { location } = await post(path, [...formOf(html), ['op', 'save']]);
    expect(location).toBe(`${path}?done=message-unchanged`);
    expect((await kept(messageId)).version).toBe(1);
  });

  it('saves what is typed as a new version and says so', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const typed = { 'en.subject': 'Hello\r\nagain', 'k1.en.text': 'First line\r\nsecond {{name}}' };
    const { location, status } = await post(path, [
      ...formOf((await page(path)).html, typed),
      ['op', 'save'],
    ]);
    expect([status, location]).toEqual([303, `${path}?done=message-saved`]);
    const { version, en, ml } = await kept(messageId);
    expect(version).toBe(2);
    expect(en?.subject).toBe('Hello again');
    expect(JSON.parse(en?.body ?? '').blocks[1]).toEqual({
      type: 'text',
      text: 'First line\nsecond {{name}}',
    });
    expect(ml?.subject).toBe('നമസ്കാരം');
    expect((await page(location ?? '')).html).toContain('Saved as a new version.');
  });

  it('adds, moves, takes out and puts back blocks by its buttons alone', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const steps = [
      'at:k0',
      'add:columns',
      'in:k2:1:quote',
      'out:k2:1:0',
      'down:k2',
      'remove:k0',
      'undo',
      'up:k2',
    ];
    let { html } = await page(path);
    for (const step of steps) html = (await post(path, [...formOf(html), ['op', step]])).html;
    const rows = [...html.matchAll(/name="row" value="(k\d)"/g)].map(([, key]) => key);
    expect(rows).toEqual(['k0', 'k2', 'k1']);
    const typed = Object.fromEntries(
      ['en', 'ml'].flatMap((tag) => [
        [`k2.${tag}.h0.0.text`, 'left'],
        [`k2.${tag}.h1.0.text`, 'said'],
      ]),
    );
    expect((await kept(messageId)).version).toBe(1);
    const { location } = await post(path, [...formOf(html, typed), ['op', 'save']]);
    expect(location).toBe(`${path}?done=message-saved`);
    const blocks = JSON.parse((await kept(messageId)).ml?.body ?? '').blocks;
    expect(blocks[1]).toEqual({
      type: 'columns',
      columns: [[{ type: 'text', text: 'left' }], [{ type: 'quote', text: 'said' }]],
    });
  });

  it('begins another language with the same blocks, and drops a block from one of them', async () => {
    const { messageId } = await newMessage({
      en: { subject: 'Hello', body: letter('en', ['Title', 'Text']) },
    });
    const path = `/console/messages/${messageId}`;
    let { html } = await post(path, [...formOf((await page(path)).html), ['op', 'language:ml']]);
    html = (await post(path, [...formOf(html), ['op', 'drop:k1:ml']])).html;
    expect(html).toContain('This block is not in Malayalam.');
    await post(path, [...formOf(html, { 'ml.subject': 'നമസ്കാരം', 'k0.ml.text': 'തലക്കെട്ട്' }), ['op', 'save']]);
    const { ml } = await kept(messageId);
    expect(JSON.parse(ml?.body ?? '')).toMatchObject({ language: 'ml', blocks: [{ text: 'തലക്കെട്ട്' }] });
  });

  it('shows what is at fault beside its field, with everything that was typed', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const typed = { 'en.subject': 'Kept', 'k1.en.text': '', 'k1.ml.text': 'പ്രിയ {{frist_name}}' };
    const { status, html } = await post(path, [...formOf((await page(path)).html, typed), ['op', 'save']]);
    expect(status).toBe(422);
    expect(html).toMatch(/id="k1\.en\.text-error">It is empty\. Write something/);
    expect(html).toMatch(
      /id="k1\.ml\.text-error">There is no merge field “frist_name”\. Did you mean “first_name”/,
    );
    expect(html).toContain('>Kept</textarea>');
    expect(html).toContain('href="#k1.ml.text"');
    expect((await kept(messageId)).version).toBe(1);
  });

  it('names the line of a source that is at fault', async () => {
    const mjml =
      '<mjml><mj-body>\n<mj-section><mj-column><mj-text>Hi</mj-text></mj-column></mj-section>\n</mj-body></mjml>';
    const { messageId } = await newMessage({ en: { subject: 'Hello', body: mjml } });
    const path = `/console/messages/${messageId}`;
    const { html: first } = await page(path);
    expect(first).toContain('name="en.source"');
    const broken = { 'en.source': mjml.replace('</mj-column>', '') };
    const { status, html } = await post(path, [...formOf(first, broken), ['op', 'save']]);
    expect(status).toBe(422);
    expect(html).toMatch(/id="en\.source-error">[^<]*line 2/);
  });

  it('asks for a name and a sender beside their fields', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const typed = { name: ' ', from: 'nobody', replyTo: 'x' };
    const { status, html } = await post(path, [...formOf((await page(path)).html, typed), ['op', 'save']]);
    expect(status).toBe(422);
    expect(html).toContain('id="name-error">Give the message a name.');
    expect(html).toMatch(/id="from-error">Write a name and an address/);
    expect(html).toContain('id="replyTo-error">This is no e-mail address.');
  });

  it('tells Malayalam of an old font apart, and converts it when asked', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const typed = { 'k1.ml.text': '{ioP tat\\m³ sImÃw Xncph\\´]pcw tImgnt¡mSv' };
    const refused = await post(path, [...formOf((await page(path)).html, typed), ['op', 'save']]);
    expect(refused.status).toBe(422);
    expect(refused.html).toContain('which nobody can read in a mail');
    const converted = await post(path, [...formOf(refused.html), ['op', 'convert']]);
    expect(converted.html).toContain('തിരുവനന്തപുരം');
    const answer = await post(`${path}/legacy`, [['text', typed['k1.ml.text']]]);
    expect(JSON.parse(answer.html).legacy).toContain('തിരുവനന്തപുരം');
    const sure = await post(path, [...formOf(refused.html), ['op', 'save'], ['sure', 'yes']]);
    expect(sure.location).toBe(`${path}?done=message-saved`);
  });
});

describe('two people on one message', () => {
  it('shows the second who changed what, and lets take over either', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const { html } = await page(path);
    await post(
      path,
      [...formOf(html, { 'k1.en.text': 'Dear friend of Kollam' }), ['op', 'save']],
      other.cookie,
    );
    const mine = { 'k1.en.text': 'Dear neighbour of Kollam', 'ml.subject': 'എന്റേത്' };
    const met = await post(path, [...formOf(html, mine), ['op', 'save']]);
    expect(met.status).toBe(409);
    expect(met.html).toContain(`${other.user.email} saved this message on`);
    expect(met.html).toMatch(/<del>friend<\/del><ins>neighbour<\/ins>/);
    expect((await kept(messageId)).en?.body).toContain('Dear friend of Kollam');
    const hidden = [...met.html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
      ([, name = '', value = '']): [string, string] => [name, unescaped(value)],
    );
    const again = await post(path, [...hidden, ['op', 'show']]);
    expect(again.html).toContain('Dear neighbour of Kollam');
    const saved = await post(path, [...hidden, ['op', 'save']]);
    expect(saved.location).toBe(`${path}?done=message-saved`);
    expect((await kept(messageId)).ml?.subject).toBe('എന്റേത്');
  });

  it('says before and after that an edit withdraws an approval', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const editor = { actor: author.user.email, userId: author.user.id };
    const schedule = { kind: 'once', at: '2099-01-01T09:00' };
    await scheduleMessage(ground, { messageId, editor }, { schedule });
    await approveMessage(ground, { messageId, user: approver });
    const { html } = await page(path);
    expect(html).toContain('ap@kssm.example approved this on');
    const { location } = await post(path, [...formOf(html, { 'en.subject': 'New' }), ['op', 'save']]);
    expect(location).toBe(`${path}?done=message-withdrawn`);
    expect((await page(path)).html).not.toContain('approved this on');
  });
});

describe('the preview', () => {
  it('shows what is typed to whichever contact is chosen, in a frame that runs nothing and counts nothing', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    const contact = await ground.db.contact.create({ data: { name: 'Sreeja Nair', language: 'ml' } });
    await ground.db.address.create({
      data: { contactId: contact.id, channel: 'email', value: 'sreeja@d.example' },
    });
    const typed = {
      'k1.en.text': 'Typed for {{first_name}} [give](https://wecare.example/give)',
      as: 'sreeja@d.example',
    };
    const fields = formOf((await page(path)).html, { ...typed, language: 'en', theme: 'dark' });
    const { status, html, headers } = await post(`${path}/preview`, fields);
    expect(status).toBe(200);
    expect(html).toContain('Typed for Sreeja');
    expect(html).toContain('href="https://wecare.example/give"');
    expect(html).toContain('@media all');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect((await kept(messageId)).version).toBe(1);
    expect((await page(`${path}/preview?language=ml&as=sreeja`)).html).toContain('പ്രിയ Sreeja');
    const nobody = await page(`${path}/preview?language=ml&as=zzzz@nobody.example`);
    expect([nobody.status, nobody.html]).toEqual([422, expect.stringContaining('There is no contact')]);
    const found = await page(`${path}/people?q=sreeja`);
    expect(JSON.parse(found.html)).toEqual([{ name: 'Sreeja Nair', address: 'sreeja@d.example' }]);
  });
});

describe('versions', () => {
  it('lists them, shows what changed word by word, and brings one back', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}`;
    await post(path, [...formOf((await page(path)).html, { 'k1.en.text': 'Good morning' }), ['op', 'save']]);
    const list = await page(`${path}/versions`);
    expect(list.html).toContain(`href="${path}/versions/1"`);
    expect(list.html).toContain(author.user.email);
    expect((await page(`${path}/versions/2`)).html).toContain('<del>Dear</del><ins>Good</ins>');
    const one = await page(`${path}/versions/1`);
    const revision = /name="revision" value="(\d+)"/.exec(one.html)?.[1] ?? '';
    expect((await page(`${path}/versions/99`)).status).toBe(404);
    const restored = await post(`${path}/versions/1/restore`, [['revision', revision]]);
    expect(restored.location).toBe(`${path}?done=message-saved`);
    const { version, en } = await kept(messageId);
    expect([version, JSON.parse(en?.body ?? '').blocks[1].text]).toEqual([3, 'Dear {{first_name}}']);
    const late = await post(`${path}/versions/2/restore`, [['revision', revision]]);
    expect([late.status, late.html]).toEqual([409, expect.stringContaining('edited by somebody else')]);
  });
});

describe('a test mail', () => {
  it('goes to one address, and a wrong one is said beside its field', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}/test`;
    expect((await page(path)).html).toContain(`value="${author.user.email}"`);
    const wrong = await post(path, [
      ['to', 'nobody'],
      ['language', 'en'],
      ['as', ''],
    ]);
    expect([wrong.status, wrong.html]).toEqual([422, expect.stringMatching(/id="to-error">[^<]*nobody/)]);
    const { location } = await post(path, [
      ['to', 'asha@kssm.example'],
      ['language', 'ml'],
      ['as', ''],
    ]);
    expect(location).toBe(`${path}?done=message-tested`);
    expect(await ground.db.notice.count({ where: { kind: 'test', address: 'asha@kssm.example' } })).toBe(1);
  });
});

describe('a new message', () => {
  it('begins from a template, in both languages, for a campaign', async () => {
    const { campaignId } = await newMessage();
    const path = `/console/campaigns/${campaignId}/messages/new`;
    const { html } = await page(`${path}?template=thanks`);
    expect(html).toMatch(/value="thanks" checked/);
    expect(html).toMatch(/value="donors" checked/);
    const fields: Fields = [
      ...([
        ['template', 'thanks'],
        ['name', 'Thanks'],
        ['from', 'We Care <news@kssm.example>'],
      ] as Fields),
      ...([
        ['purpose', 'appeals'],
        ['lists', 'donors'],
        ['languages', 'en'],
        ['languages', 'ml'],
      ] as Fields),
    ];
    const made = await post(path, [...fields, ['mode', 'blocks']]);
    const id = /messages\/([\w-]{36})\?done=message-made$/.exec(made.location ?? '')?.[1] ?? '';
    const written = await kept(id);
    expect(written.en?.subject).toBe('Thank you');
    expect(written.ml?.body).toContain('"blocks"');
    const source = await post(path, [...fields, ['mode', 'source']]);
    const other = /messages\/([\w-]{36})\?/.exec(source.location ?? '')?.[1] ?? '';
    expect((await kept(other)).en?.body).toMatch(/^<!--|^<mjml/);
    const blank = await post(path, [['template', 'blank'], ['mode', 'blocks'], ...fields.slice(1)]);
    expect(blank.status).toBe(303);
  });

  it('offers the sender and purpose of the last mail, not of a post that was written since', async () => {
    const { campaignId } = await newMessage();
    const post = { name: 'Post', channel: 'post', purpose: 'posts', fromName: '', fromAddress: '' };
    await ground.db.message.create({ data: { ...post, campaignId, audience: { lists: [] } } });
    const { html } = await page(`/console/campaigns/${campaignId}/messages/new`);
    expect(html).toMatch(/id="from"[^>]* value="We Care &lt;news@kssm.example&gt;"/);
    expect(html).toMatch(/id="purpose"[^>]* value="appeals"/);
    expect(html).not.toContain('value="posts"');
  });

  it('says beside each field what is missing, and that an MJML template is no blocks', async () => {
    const { campaignId } = await newMessage();
    const path = `/console/campaigns/${campaignId}/messages/new`;
    const { status, html } = await post(path, [
      ['template', 'appeal'],
      ['mode', 'blocks'],
      ['name', ''],
    ]);
    expect(status).toBe(422);
    for (const sentence of [
      'Give the message a name.',
      'Choose at least one list.',
      'This template is written in MJML.',
    ])
      expect(html).toContain(sentence);
  });

  it('shows the templates as mails, and asks which campaign one is for', async () => {
    const { html } = await page('/console/templates');
    expect(html.match(/class="card glance"/g)).toHaveLength(7);
    const mail = await page('/console/templates/appeal/ml');
    expect([mail.status, mail.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining('sandbox'),
    ]);
    expect((await page('/console/templates/thanks')).html).toContain('/messages/new?template&#x3D;thanks');
    expect((await page('/console/templates/nothing')).status).toBe(404);
  });
});

describe('who may', () => {
  it('an auditor reads everything and finds no button that changes something', async () => {
    const { messageId } = await newMessage();
    const auditor = await signedIn(web, ['auditor']);
    const { html } = await page(`/console/messages/${messageId}`, auditor.cookie);
    expect(html).toContain('You may read this and not change it.');
    expect(html).not.toContain('value="save"');
    expect(html).not.toContain(`/console/messages/${messageId}/test`);
    expect((await page('/console/templates', auditor.cookie)).html).not.toContain('Write with this');
  });

  it('what is no id is no message', async () => {
    expect((await page('/console/messages/nothing')).status).toBe(404);
  });
});

describe('files', () => {
  it('are taken out and refused with a sentence', async () => {
    const { messageId } = await newMessage();
    const path = `/console/messages/${messageId}/files`;
    expect((await page(path)).html).toContain('Nothing is attached');
    const { status, html } = await post(path, [
      ['remove', 'a.pdf'],
      ['revision', '1'],
    ]);
    expect([status, html]).toEqual([422, expect.stringContaining('carries no a.pdf')]);
  });
});
