import { X509Certificate } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRazorpay } from '../../../channels/razorpay/razorpay.ts';
import { selfSigned } from '../../../src/sandbox/certificate.ts';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround({ SANDBOX_PORT: '0', SANDBOX_SMTP_PORT: '0' });
let sandbox: RunningSandbox;
beforeAll(async () => {
  sandbox = await startSandbox(ground);
});
afterAll(() => sandbox.close());

const mail = {
  from: { name: 'വി കെയർ', address: 'news@wecare.example' },
  subject: 'വീട്ടിൽ പരിചരണം',
  text: 'പ്രിയ ശ്രീജ, നന്ദി.',
  html: '<html><head></head><body><p>നന്ദി</p><img src="cid:mark"><script>alert(1)</script></body></html>',
  attachments: [{ filename: 'mark.png', cid: 'mark', content: Buffer.from('89504e47', 'hex') }],
};
function send(to: string, more = {}) {
  const { smtpPort: port } = sandbox;
  const transport = createTransport({
    ...{ host: '127.0.0.1', port, requireTLS: true, tls: { rejectUnauthorized: false } },
    auth: { user: 'anybody', pass: 'anything' },
  });
  return transport.sendMail({ ...mail, to, ...more }).finally(() => transport.close());
}
const get = async (path: string) => {
  const answer = await fetch(new URL(path, sandbox.url));
  return { answer, text: await answer.text() };
};
const found = async (query: string) => {
  const { text } = await get(`/sandbox/inbox.json?q=${encodeURIComponent(query)}`);
  return JSON.parse(text) as {
    count: number;
    mails: { subject: string; to: string[]; text: string; url: string }[];
  };
};

describe('a mail sent over STARTTLS', () => {
  it('is in the list, at an address of its own, and in the JSON', async () => {
    await send('sreeja@family.example');
    const { mails } = await found('sreeja');
    expect(mails[0]).toMatchObject({ subject: mail.subject, to: ['sreeja@family.example'] });
    expect((await get('/sandbox/inbox')).text).toContain(mail.subject);
    const page = await get(`${mails[0]?.url}?lang=ml`);
    expect(page.text).toContain('വി കെയർ &lt;news@wecare.example&gt;');
    expect(page.text).toContain('<html lang="ml"');
  });

  it('is shown as its reader sees it, its picture in, and can do nothing on the page', async () => {
    await send('frame@family.example');
    const url = (await found('frame@')).mails[0]?.url;
    expect((await get(`${url}`)).text).toMatch(
      /<iframe[^>]*sandbox="allow-popups allow-popups-to-escape-sandbox"/,
    );
    const frame = await get(`${url}/html`);
    expect(frame.answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(frame.answer.headers.get('content-security-policy')).toContain('sandbox');
    expect(frame.text).toContain('src="data:image/png;base64,iVBORw=="');
  });

  it('shows its text, headers and source, and gives its parts as downloads', async () => {
    await send('views@family.example');
    const url = (await found('views@')).mails[0]?.url;
    expect((await get(`${url}?view=text`)).text).toContain('പ്രിയ ശ്രീജ');
    expect((await get(`${url}?view=headers`)).text).toMatch(/<dt>mime-version<\/dt>/i);
    expect((await get(`${url}?view=source`)).text).toContain('Content-Transfer-Encoding');
    expect((await get(`${url}/source.eml`)).answer.headers.get('content-disposition')).toContain(
      'attachment',
    );
    expect((await get(`${url}/parts/0`)).answer.headers.get('content-type')).toContain(
      'application/octet-stream',
    );
  });

  it('is found by its subject, its text and both spellings of a chillu', async () => {
    await send('search@family.example', { subject: 'അവന് മരുന്ന്', text: 'കത്തുകൾ അയച്ചു, receipt 4711' });
    const hits = async (query: string) => (await found(query)).mails.map(({ to }) => to[0]);
    expect(await hits('RECEIPT 4711')).toEqual(['search@family.example']);
    expect(await hits('മരുന്ന് search@')).toEqual(['search@family.example']);
    expect(await hits('കത്തുകള്\u200d')).toEqual(['search@family.example']);
    expect(await hits('nothing of the kind')).toEqual([]);
  });

  it('cannot break the page by what it says', async () => {
    await send('evil@family.example', { subject: '"><script>alert(1)</script>' });
    expect((await get('/sandbox/inbox?q=evil@')).text).not.toContain('<script');
  });
});

describe('a fault on demand', () => {
  it.each([
    ['defer@family.example', 451],
    ['full+7@family.example', 452],
    ['unknown.person@family.example', 550],
    ['reject@family.example', 554],
  ])('for %s is answered with %i', async (to, responseCode) => {
    await expect(send(to)).rejects.toMatchObject({ responseCode });
    expect((await found(to)).count).toBe(0);
  });

  it('lets a greylisted mail in the second time', async () => {
    await expect(send('grey@family.example')).rejects.toMatchObject({ responseCode: 451 });
    expect((await send('grey@family.example')).accepted).toEqual(['grey@family.example']);
  });

  it('drops the connection after the final dot, and shows that the mail had come', async () => {
    await expect(send('drop@family.example')).rejects.toThrow(/closed/);
    expect((await found('drop@')).count).toBe(1);
    expect((await get('/sandbox/inbox?q=drop@&lang=en')).text).toContain('The connection was dropped');
  });

  it('is no fault for a person whose name only begins like one', async () => {
    expect((await send('dropathi@family.example')).accepted).toEqual(['dropathi@family.example']);
  });
});

describe('the sandbox', () => {
  it('plays the payment company for gifts from India and for foreign ones, under a policy of its own', async () => {
    const { url: baseUrl, accounts } = sandbox.gateway;
    for (const { keyId, keySecret, webhookSecret } of Object.values(accounts)) {
      const gateway = openRazorpay({ keyId, keySecret, baseUrl, webhookSecrets: [webhookSecret] });
      const order = await gateway.createOrder({ amount: 50_000n, receipt: keyId, notes: {} });
      expect((await gateway.fetchOrder(order.id)).payments).toEqual([]);
    }
    const { answer, text } = await get('/razorpay?lang=ml');
    expect(answer.headers.get('content-security-policy')).toContain('form-action');
    expect(answer.headers.get('x-frame-options')).toBeNull();
    expect(text).toContain('പരിശീലനം മാത്രം, പണം കൈമാറുന്നില്ല');
  });

  it('refuses to start in production', async () => {
    const production = { ...ground, config: { ...ground.config, production: true } };
    await expect(startSandbox(production)).rejects.toThrow(/no sandbox in production/);
  });

  it('names the port that is in use and its setting', async () => {
    const at = (more: object) => startSandbox({ ...ground, config: { ...ground.config, ...more } });
    await expect(at({ SANDBOX_SMTP_PORT: sandbox.smtpPort })).rejects.toThrow(/in use.*SANDBOX_SMTP_PORT/);
    await expect(at({ SANDBOX_PORT: Number(new URL(sandbox.url).port) })).rejects.toThrow(
      /in use.*SANDBOX_PORT/,
    );
  });

  it('tells of a mail that is no longer there', async () => {
    const { answer, text } = await get('/sandbox/inbox/999999?lang=en');
    expect(answer.status).toBe(404);
    expect(text).toContain('no longer here');
  });

  it('makes a new certificate for localhost that it has signed itself', () => {
    const [one, two] = [selfSigned(), selfSigned()].map(({ cert }) => new X509Certificate(cert));
    expect(one?.checkHost('localhost')).toBe('localhost');
    expect(one?.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(one?.verify(one.publicKey)).toBe(true);
    expect(one?.serialNumber).not.toBe(two?.serialNumber);
  });
});
