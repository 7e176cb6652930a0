import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { importUploads, tidyUploads } from '../../../../../src/contacts/uploads.ts';
import { OWN, signedIn } from '../../../../support/staff.ts';
import { testWeb } from '../../../../support/web.ts';

const web = testWeb();
let cookie: string;
beforeAll(async () => {
  cookie = (await signedIn(web, ['author'])).cookie;
});

const page = async (path: string) => (await web.ask(path, { headers: { cookie } })).text();
const post = (path: string, fields: Record<string, string> | [string, string][]) =>
  web.ask(path, { method: 'POST', headers: { ...OWN, cookie }, body: new URLSearchParams(fields) });

function upload(content: string | Uint8Array<ArrayBuffer>, name = 'fair.csv') {
  const body = new FormData();
  body.set('file', new Blob([content]), name);
  return web.ask('/console/contacts/import', { method: 'POST', headers: { ...OWN, cookie }, body });
}

/** Where the wizard led for a file. */
async function draftOf(content: string, name?: string): Promise<string> {
  const answer = await upload(content, name);
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

const contacts = () => web.ground.db.contact.count();

describe('an import', () => {
  it('names the languages of the first people in the reader’s own words', async () => {
    const csv = 'name,email,language\nAnu,anu@tongues.example,ml\nRavi,ravi@tongues.example,en\n';
    const html = await page(await draftOf(csv));
    expect(html).toMatch(/<td>anu@tongues\.example<\/td><td><\/td><td>Malayalam<\/td>/);
    expect(html).toMatch(/<td>ravi@tongues\.example<\/td><td><\/td><td>English<\/td>/);
  });

  it('shows what is in a file before anything is written, and then imports it', async () => {
    const before = await contacts();
    const csv =
      'Name;E-mail;Ward no\r\nഅനിത;anitha@post.example;12\r\nRavi;ravi@post.example;7\r\nNobody;no address;\r\n';
    const path = await draftOf(csv);
    const html = await page(path);
    expect(html).toContain('Semicolon');
    expect(html).toContain('UTF-8');
    expect(html).toMatch(/value="email" selected[\s\S]*value="ward_no" selected>Further fact: ward_no/);
    expect(html).toMatch(/the e-mail address has no &quot;@&quot; with something before it<\/td><td>4<\/td>/);
    expect(await contacts()).toBe(before);

    const consent = await page(`${path}/consent`);
    expect(consent).toContain('Import 2 rows');
    const refused = await post(`${path}/start`, { purpose: 'appeals', basis: '', list: 'Fair' });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(/value="appeals"[\s\S]*Write on what basis[\s\S]*value="Fair"/);
    const started = await post(`${path}/start`, { purpose: 'appeals', basis: 'paper forms', list: 'Fair' });
    expect(started.headers.get('location')).toBe(path);
    expect(await page(path)).toMatch(/waiting for its turn[\s\S]*<noscript>/);

    const again = await post(`${path}/start`, { purpose: 'appeals', basis: 'paper forms', list: 'Fair' });
    expect(again.headers.get('location')).toBe(path);
    await importUploads(web.ground);
    const result = await page(path);
    expect(result).toMatch(/<dt>New contacts<\/dt><dd>2<\/dd>/);
    expect(result).toContain('1 row was not taken.</strong> Correct it ');
    expect(result).not.toContain('hx-trigger="every 2s"');
    const rejects = await web.ask(`${path}/rejects`, { headers: { cookie } });
    expect(await rejects.text()).toMatch(/Nobody;no address;;4;/);
    expect(await page('/console/contacts?list=Fair')).toContain('anitha@post.example');
    expect(await page('/console/contacts/import')).toContain('fair.csv');
  });

  it('lets a person say what columns are, and remembers it for the next such file', async () => {
    const csv = 'Donor,Reach,Place\nMeera,meera@post.example,Kollam\n';
    const path = await draftOf(csv, 'odd.csv');
    expect(await page(path)).toContain('The columns do not go together yet.');
    expect((await web.ask(`${path}/consent`, { headers: { cookie } })).headers.get('location')).toBe(path);
    const said: [string, string][] = [
      ['as', 'name'],
      ['as', 'email'],
      ['as', 'district'],
    ];
    const twice = await post(`${path}/columns`, [
      ['as', 'email'],
      ['as', 'email'],
      ['as', 'ignore'],
      ['then', 'on'],
    ]);
    expect(twice.headers.get('location')).toBe(`${path}?done=import-looked`);
    const answer = await post(`${path}/columns`, [...said, ['then', 'on']]);
    expect(answer.headers.get('location')).toBe(`${path}/consent`);
    await post(`${path}/start`, { purpose: 'newsletter', basis: 'web form', list: '' });
    await importUploads(web.ground);
    const made = await web.ground.db.contact.findFirst({ where: { name: 'Meera' } });
    expect(made?.district).toBe('Kollam');
    const next = await draftOf('Donor,Reach,Place\nSunil,sunil@post.example,Idukki\n', 'next.csv');
    expect(await page(next)).toMatch(/As it was said of such a file before[\s\S]*sunil@post\.example/);
  });

  it('recognises Malayalam in an old font and converts it with one tick', async () => {
    const rows = ['A\\nX \\mbÀ', 'tIcfw tImgnt¡mSv', 'Xncph\\´]pcw'].map(
      (name, i) => `${name},p${i}@post.example`,
    );
    const path = await draftOf(`name,email\n${rows.join('\n')}\n`, 'old.csv');
    expect(await page(path)).toMatch(/Malayalam in an old font\.[\s\S]*അനിത നായർ/);
    await post(`${path}/columns`, [
      ['as', 'name'],
      ['as', 'email'],
      ['convert', 'yes'],
      ['then', 'look'],
    ]);
    const html = await page(path);
    expect(html.slice(html.indexOf('id="first"'))).toContain('<td>അനിത നായർ</td>');
  });

  it('is thrown away by hand, and by itself after two days', async () => {
    const path = await draftOf('email\na@post.example\n');
    const answer = await post(`${path}/drop`, {});
    expect(answer.headers.get('location')).toContain('done=import-dropped');
    expect((await web.ask(path, { headers: { cookie } })).status).toBe(404);
    const other = await draftOf('email\na@post.example\n');
    const id = other.split('/').at(-1) ?? '';
    await web.ground.sql.query(
      "UPDATE upload SET created_at = created_at - interval '3 days' WHERE id = $1",
      [id],
    );
    await tidyUploads(web.ground);
    expect((await web.ask(other, { headers: { cookie } })).status).toBe(404);
  });
});

it.each(['/console/contacts/imports/none', '/console/contacts/imports/none/rejects'])(
  'is not there: %s',
  async (path) => {
    expect((await web.ask(path, { headers: { cookie } })).status).toBe(404);
  },
);

describe('a file that will not do', () => {
  it.each([
    ['nothing', '', 'Choose a file first.'],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae10000', 'hex'), 'is a workbook of an old Excel'],
    [
      'a picture',
      Buffer.from('89504e470d0a1a0a0000000d49484452000000', 'hex'),
      'is a picture, a paper, a page or a program',
    ],
    ['a page', '<!doctype html><html><body>x</body></html>', 'no list of contacts'],
    ['blank lines', '\n\n\n', 'nothing but empty lines'],
  ])('is refused with a sentence: %s', async (_, content, sentence) => {
    const answer = await upload(typeof content === 'string' ? content : new Uint8Array(content));
    const html =
      answer.status === 303 ? await page(answer.headers.get('location') ?? '') : await answer.text();
    expect(html).toContain(sentence);
    expect(html).not.toContain('Something went wrong');
  });

  it('is refused at 5 GB before any of it was sent', async () => {
    const { status, text } = await sendHead({ 'content-length': '5000000000' });
    expect(status).toBe(413);
    expect(text).toContain('The file is larger than 100 MB.');
  });

  it('is refused at 101 MB where it does not say how long it is, and is no form', async () => {
    const { status, text } = await sendHead({ 'transfer-encoding': 'chunked' }, 110);
    expect(status).toBe(413);
    expect(text).toContain('The file is larger than 100 MB.');
  });

  it('is refused when it is no form of a page', async () => {
    const answer = await post('/console/contacts/import', { file: 'x' });
    expect(answer.status).toBe(422);
  });
});

it('lets an author work, an auditor look at the result, and nobody else', async () => {
  const path = await draftOf('email\nlast@post.example\n');
  const auditor = (await signedIn(web, ['auditor'])).cookie;
  expect((await web.ask('/console/contacts/import', { headers: { cookie: auditor } })).status).toBe(403);
  const seen = await (await web.ask(path, { headers: { cookie: auditor } })).text();
  expect(seen).toContain('last@post.example');
  expect(seen).not.toContain('Continue with these columns');
  expect(seen).not.toContain('href="/console/contacts/import"');
});

/** Says how long a form is and sends nothing of it, or so many million zeros, and never its end. */
function sendHead(more: Record<string, string>, millions = 0): Promise<{ status: number; text: string }> {
  const headers = {
    ...{ ...OWN, cookie, accept: 'text/html', 'accept-language': 'en' },
    ...{ 'content-type': 'multipart/form-data; boundary=x', ...more },
  };
  return new Promise((resolve, reject) => {
    const asking = request(
      `${web.url()}/console/contacts/import`,
      {
        method: 'POST',
        headers: {
          ...headers,
          'user-agent':
            'Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36',
        },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
          asking.destroy();
        });
      },
    );
    asking.on('error', reject);
    asking.flushHeaders();
    for (let n = 0; n < millions; n++) asking.write(Buffer.alloc(1_000_000));
  });
}
