import { type AddressInfo, createServer } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../../channels/email/commands.ts';
import { openSession, quit, type Session, type SmtpAccount } from '../../../channels/email/smtp.ts';
import { composed, type Sent, sendMessage as send } from '../../../channels/email/transaction.ts';
import {
  type Answer,
  CLOSE,
  openRude,
  type Rude,
  type RudeOptions,
  SILENCE,
  type Stage,
} from '../../support/rude.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const sendMessage = (open: Session, envelope: Envelope, message: string) =>
  send(open, envelope, composed(message));
const MESSAGE = 'Subject: one\r\n\r\nhello\r\n';
const ENVELOPE = { from: 'care@kssm.example', to: 'r1@people.example' };

const to = (port: number, more: Partial<SmtpAccount> = {}): SmtpAccount => ({
  ...{ host: '127.0.0.1', port, security: 'none', hello: 'client.example', timeoutMs: 600 },
  ...more,
});
async function rude(options: RudeOptions = {}): Promise<Rude> {
  const server = await openRude(options);
  closers.push(server.close);
  return server;
}
async function session(port: number, more: Partial<SmtpAccount> = {}) {
  const opened = await openSession(to(port, more));
  closers.push(() => opened.wire.destroy());
  return opened;
}
const at = (stage: Stage, answer: Answer) => (moment: { stage: Stage }) =>
  moment.stage === stage ? answer : undefined;

async function library(options: SMTPServerOptions): Promise<{ port: number; got: string[] }> {
  const got: string[] = [];
  const server = new SMTPServer({
    disableReverseLookup: true,
    logger: false,
    onData(stream, _, done) {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        got.push(Buffer.concat(parts).toString());
        done();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  const listening = server.listen(0, '127.0.0.1');
  await new Promise((done) => listening.once('listening', done));
  closers.push(() => new Promise((done) => server.close(() => done())));
  return { port: (listening.address() as AddressInfo).port, got };
}

describe('TLS', () => {
  it('sends nothing in clear to a server that offers no STARTTLS', async () => {
    const server = await rude();
    const credentials = { user: 'care', password: 'secret' };
    await expect(openSession(to(server.port, { security: 'starttls', credentials }))).rejects.toMatchObject({
      kind: 'unauthorised',
      message: expect.stringContaining(
        'offers no STARTTLS. Only for a relay that you trust, choose "none" for its encryption (--tls none)',
      ),
    });
    expect(server.heard.filter((line) => !/^(EHLO|QUIT)/.test(line))).toEqual([]);
  });

  it('greets again, logs in and sends over STARTTLS', async () => {
    const { port, got } = await library({
      onAuth: ({ username, password }, { secure }, done) =>
        done(null, secure && username === 'care' && password === 'secret' ? { user: 'care' } : undefined),
    });
    const credentials = { user: 'care', password: 'secret' };
    const open = await session(port, { security: 'starttls', verify: false, credentials, timeoutMs: 3000 });
    expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'accepted', code: 250 });
    expect(got).toEqual([MESSAGE]);
  });

  it('speaks TLS from the first byte', async () => {
    const { port, got } = await library({ secure: true, authOptional: true });
    const open = await session(port, { security: 'tls', verify: false, timeoutMs: 3000 });
    expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'accepted' });
    expect(got).toHaveLength(1);
  });

  it.each(['starttls', 'tls'] as const)(
    'trusts no certificate that nobody vouches for (%s)',
    async (security) => {
      const { port } = await library({ secure: security === 'tls', authOptional: true });
      await expect(openSession(to(port, { security, timeoutMs: 3000 }))).rejects.toMatchObject({
        kind: 'unauthorised',
      });
    },
  );

  it('throws away what came in clear behind the answer to STARTTLS', async () => {
    const heard: string[] = [];
    const { port: inner } = await library({ authOptional: true, hideSTARTTLS: true });
    // Answers STARTTLS with an injected reply behind it, and goes dead: no handshake may follow from it.
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.write('220 hi\r\n');
      socket.on('data', (data) => {
        const text = data.toString('latin1');
        heard.push(text);
        if (text.startsWith('EHLO')) socket.write('250-hi\r\n250 STARTTLS\r\n');
        else if (text.startsWith('STARTTLS'))
          socket.write('220 go\r\n250-evil.example\r\n250 AUTH PLAIN\r\n235 welcome\r\n');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closers.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const credentials = { user: 'care', password: 'secret' };
    await expect(
      openSession(to(port, { security: 'starttls', verify: false, credentials })),
    ).rejects.toMatchObject({ kind: 'retryable', message: expect.stringContaining('in time') });
    expect(inner).toBeGreaterThan(0);
    expect(heard.join('')).not.toContain('AUTH');
  });
});

describe('log-in', () => {
  const plain = (methods: string[], onAuth: SMTPServerOptions['onAuth']) =>
    library({ authMethods: methods, allowInsecureAuth: true, hideSTARTTLS: true, onAuth });

  it.each(['PLAIN', 'LOGIN'])('logs in by %s with a password beyond ASCII', async (method) => {
    const { port } = await plain([method], (auth, _, done) =>
      done(
        null,
        auth.method === method && auth.username === 'care' && auth.password === 'pä:ß രഹസ്യം'
          ? { user: 'care' }
          : undefined,
      ),
    );
    const credentials = { user: 'care', password: 'pä:ß രഹസ്യം' };
    await expect(session(port, { credentials })).resolves.toMatchObject({ utf8: expect.any(Boolean) });
  });

  it('logs in with an access token', async () => {
    const { port } = await plain(['XOAUTH2', 'PLAIN'], (auth, _, done) =>
      done(null, auth.method === 'XOAUTH2' && auth.accessToken === 'token' ? { user: 'care' } : undefined),
    );
    await expect(
      session(port, { credentials: { user: 'care', accessToken: 'token' } }),
    ).resolves.toBeDefined();
  });

  it('answers the challenge of a refused token and reports the refusal', async () => {
    const server = await rude({
      offers: ['AUTH XOAUTH2'],
      answer: ({ stage, line }) =>
        stage === 'AUTH'
          ? '334 eyJzdGF0dXMiOiI0MDEifQ=='
          : line === '' && stage === 'other'
            ? '535 5.7.8 no'
            : undefined,
    });
    await expect(
      openSession(to(server.port, { credentials: { user: 'care', accessToken: 'old' } })),
    ).rejects.toMatchObject({ kind: 'unauthorised', code: 535 });
  });

  it.each(['PLAIN', 'LOGIN'])('calls a wrong password unauthorised (%s)', async (method) => {
    const { port } = await plain([method], (_, __, done) => done(new Error('Invalid username or password')));
    await expect(
      openSession(to(port, { credentials: { user: 'care', password: 'wrong' } })),
    ).rejects.toMatchObject({ kind: 'unauthorised', code: 535 });
  });

  it('calls a temporary refusal retryable, and no common way unauthorised', async () => {
    const busy = await rude({ offers: ['AUTH PLAIN'], answer: at('AUTH', '454 4.7.0 later') });
    const credentials = { user: 'care', password: 'x' };
    await expect(openSession(to(busy.port, { credentials }))).rejects.toMatchObject({ kind: 'retryable' });
    const strange = await rude({ offers: ['AUTH GSSAPI'] });
    await expect(openSession(to(strange.port, { credentials }))).rejects.toMatchObject({
      kind: 'unauthorised',
    });
  });
});

describe('what servers offer', () => {
  it('says HELO to a server that does not know EHLO, and waits for each answer', async () => {
    const server = await rude({ answer: at('EHLO', '502 5.5.2 what?') });
    const open = await session(server.port);
    expect(open).toMatchObject({ pipelining: false, eightBit: false, utf8: false, maxSize: 0 });
    expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'accepted' });
    expect(server.accepted).toMatchObject([ENVELOPE]);
  });

  it('sends a command only after the last was answered where pipelining is not offered', async () => {
    const packets: string[] = [];
    const server = await rude({
      offers: [],
      answer: ({ stage, socket }) => {
        if (stage === 'greeting') socket.on('data', (text: string) => packets.push(text));
        return undefined;
      },
    });
    await sendMessage(await session(server.port), ENVELOPE, MESSAGE);
    expect(packets.filter((text) => /^(MAIL|RCPT|DATA)[^\r]*\r\n$/.test(text))).toHaveLength(3);
  });

  it('refuses a recipient beyond ASCII itself where SMTPUTF8 is not offered', async () => {
    const server = await rude();
    const sent = await sendMessage(
      await session(server.port),
      { ...ENVELOPE, to: 'രാജു@people.example' },
      MESSAGE,
    );
    expect(sent).toMatchObject({ kind: 'refused', stage: 'rcpt', code: 553, enhanced: '5.6.7' });
    expect(server.heard.join()).not.toContain('RCPT');
  });

  it('sends such a recipient as UTF-8 where SMTPUTF8 is offered', async () => {
    const server = await rude({ offers: ['PIPELINING', '8BITMIME', 'SMTPUTF8'] });
    const sent = await sendMessage(
      await session(server.port),
      { ...ENVELOPE, to: 'രാജു@people.example' },
      MESSAGE,
    );
    expect(sent).toMatchObject({ kind: 'accepted' });
    expect(Buffer.from(server.accepted[0]?.to ?? '', 'latin1').toString('utf8')).toBe('രാജു@people.example');
    expect(server.heard).toContain('MAIL FROM:<care@kssm.example> SMTPUTF8');
  });

  it('writes a domain beyond ASCII as its A-label, which needs no SMTPUTF8', async () => {
    const server = await rude();
    const sent = await sendMessage(
      await session(server.port),
      { ...ENVELOPE, to: 'raju@കേരളം.example' },
      MESSAGE,
    );
    expect(sent).toMatchObject({ kind: 'accepted' });
    expect(server.accepted[0]?.to).toMatch(/^raju@xn--[a-z0-9]+\.example$/);
  });

  it('lets no line end into a command', async () => {
    const server = await rude();
    const open = await session(server.port);
    const evil = 'a@x.example>\r\nRCPT TO:<b@x.example';
    expect(await sendMessage(open, { ...ENVELOPE, to: evil }, MESSAGE)).toMatchObject({
      kind: 'refused',
      stage: 'rcpt',
      enhanced: '5.1.3',
    });
  });

  it('blames the sender, not the recipient, for a return path that no address may have', async () => {
    const open = await session((await rude()).port);
    for (const from of ['bounce@our domain', 'bounce@\r\nRSET', 'തിരികെ@kssm.example']) {
      expect(await sendMessage(open, { ...ENVELOPE, from }, MESSAGE)).toMatchObject({
        kind: 'refused',
        stage: 'mail',
      });
    }
  });
});

describe('refusals', () => {
  it.each([['PIPELINING'], []])(
    'goes on after a refused recipient, with RSET before the next (%s)',
    async (...offers) => {
      const server = await rude({
        offers: offers.filter(Boolean),
        answer: ({ stage, to: who }) =>
          stage === 'RCPT' && who.startsWith('nobody')
            ? '550-5.1.1 nobody\r\n550 5.1.1 of that name'
            : undefined,
      });
      const open = await session(server.port);
      expect(await sendMessage(open, { ...ENVELOPE, to: 'nobody@people.example' }, MESSAGE)).toEqual({
        ...{ kind: 'refused', stage: 'rcpt', code: 550, enhanced: '5.1.1' },
        reply: '5.1.1 nobody 5.1.1 of that name',
      });
      expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'accepted' });
      expect(server.heard.filter((line) => line === 'RSET')).toHaveLength(1);
      expect(server.accepted.map((mail) => mail.to)).toEqual([ENVELOPE.to]);
    },
  );

  it('ends with a dot alone when DATA is taken after a refused recipient, and tells the refusal', async () => {
    const server = await rude({
      answer: ({ stage, to: who, line, tries }) => {
        if (who.startsWith('nobody') && stage === 'RCPT') return '550 5.1.1 nobody';
        if (stage === 'DATA' && tries === 0) return '354 go on';
        if (stage === 'dot' && who === '') return '554 5.5.1 no valid recipients';
        return line === 'never' ? CLOSE : undefined;
      },
    });
    const open = await session(server.port);
    const first = await sendMessage(open, { ...ENVELOPE, to: 'nobody@people.example' }, MESSAGE);
    expect(first).toMatchObject({ stage: 'rcpt', enhanced: '5.1.1' });
    expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'accepted' });
    expect(server.accepted).toHaveLength(1);
  });

  it.each(['MAIL', 'DATA', 'dot'] as const)('tells at which stage a server refused: %s', async (stage) => {
    const server = await rude({ answer: at(stage, '554 5.7.1 not you') });
    const sent = await sendMessage(await session(server.port), ENVELOPE, MESSAGE);
    expect(sent).toMatchObject({
      ...{ kind: 'refused', code: 554, enhanced: '5.7.1' },
      stage: stage === 'MAIL' ? 'mail' : 'data',
    });
  });

  it.each([['PIPELINING'], []])(
    'keeps the 421 of a server that closes at once behind it (%s)',
    async (...offers) => {
      const server = await rude({
        offers: offers.filter(Boolean),
        answer: ({ stage, socket }) => {
          if (stage !== 'RCPT') return undefined;
          socket.end('421 4.7.0 too much from you\r\n');
          return SILENCE;
        },
      });
      const open = await session(server.port);
      expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({
        ...{ kind: 'refused', stage: 'rcpt', code: 421, enhanced: '4.7.0' },
      });
      expect(open.wire.closed()).toBe(true);
    },
  );

  it.each([
    ['MAIL', '354 what'],
    ['RCPT', '354 what'],
    ['DATA', '250 what'],
  ] as const)('takes an answer of the wrong kind at %s for no acceptance', async (stage, answer) => {
    const server = await rude({ answer: at(stage, answer) });
    const sent = await sendMessage(await session(server.port), ENVELOPE, MESSAGE);
    expect(sent.kind).toMatch(/refused|notSent/);
    expect(server.accepted.map((mail) => mail.body).join('')).toBe('');
  });

  it('does not know what a server means that answers the dot with 354', async () => {
    const server = await rude({ answer: at('dot', '354 more') });
    expect(await sendMessage(await session(server.port), ENVELOPE, MESSAGE)).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('broken servers', () => {
  const opening = ['greeting', 'EHLO'] as const;
  const before = ['MAIL', 'RCPT', 'DATA'] as const;

  it.each(opening)('calls a server that hangs up at %s retryable', async (stage) => {
    const server = await rude({ answer: at(stage, CLOSE) });
    await expect(openSession(to(server.port))).rejects.toMatchObject({ kind: 'retryable' });
  });
  it.each(opening)('waits for %s no longer than was said', async (stage) => {
    const server = await rude({ answer: at(stage, SILENCE) });
    const started = performance.now();
    await expect(openSession(to(server.port))).rejects.toMatchObject({ kind: 'retryable' });
    expect(performance.now() - started).toBeLessThan(2500);
  });
  it.each([
    ['421 4.3.2 not now', 'throttled'],
    ['450 4.3.2 not now', 'retryable'],
    ['554 5.3.2 never', 'permanent'],
  ])('translates the greeting %s to %s', async (greeting, kind) => {
    const server = await rude({ answer: at('greeting', greeting) });
    await expect(openSession(to(server.port))).rejects.toMatchObject({
      kind,
      code: Number(greeting.slice(0, 3)),
    });
  });

  for (const offers of [['PIPELINING'], []]) {
    const how = offers.length ? 'pipelined' : 'in turn';
    it.each(before)(`knows that nothing was sent when the server hangs up at %s (${how})`, async (stage) => {
      const server = await rude({ offers, answer: at(stage, CLOSE) });
      const open = await session(server.port);
      expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'notSent' });
      expect(open.wire.closed()).toBe(true);
    });
    it.each(before)(`knows that nothing was sent when the server is silent at %s (${how})`, async (stage) => {
      const server = await rude({ offers, answer: at(stage, SILENCE) });
      expect(await sendMessage(await session(server.port), ENVELOPE, MESSAGE)).toMatchObject({
        kind: 'notSent',
        reply: expect.stringContaining('in time'),
      });
    });
  }

  it.each([CLOSE, SILENCE] as const)(
    'does not know what became of a message once its dot was out',
    async (answer) => {
      const server = await rude({ answer: at('dot', answer) });
      const open = await session(server.port, { dotTimeoutMs: 400 });
      expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'unknown' });
      expect(open.wire.closed()).toBe(true);
    },
  );

  it.each(['stops reading', 'hangs up'])(
    'knows that a large message never left when the server %s in its midst',
    async (how) => {
      const server = await rude({
        answer: ({ stage, socket }) => {
          if (stage !== 'DATA') return undefined;
          socket.pause();
          if (how === 'hangs up') setTimeout(() => socket.resetAndDestroy(), 100);
          return '354 go ahead';
        },
      });
      const open = await session(server.port, { dotTimeoutMs: 800 });
      const large = `${MESSAGE}${'x'.repeat(76).concat('\r\n').repeat(400_000)}`;
      const sent = await sendMessage(open, ENVELOPE, large);
      // A reset may hide how much was left; then it must be unknown, never a guess.
      expect(how === 'hangs up' ? ['notSent', 'unknown'] : ['notSent']).toContain(sent.kind);
      expect(server.accepted).toEqual([]);
    },
  );

  it('calls a small message unknown when the server hangs up right behind its 354', async () => {
    const server = await rude({
      answer: ({ stage, socket }) => {
        if (stage === 'DATA') setTimeout(() => socket.destroy(), 50);
        return stage === 'dot' ? SILENCE : undefined;
      },
    });
    const sent = await sendMessage(await session(server.port), ENVELOPE, MESSAGE);
    expect(sent.kind).toBe('unknown');
  });

  it.each([
    ['nonsense', 'HTTP/1.1 400 Bad Request'],
    ['an unknown class', '999 hello'],
    ['an endless line', `250 ${'a'.repeat(100_000)}`],
    ['an endless reply', '250-more\r\n'.repeat(20_000)],
    ['an empty line', ''],
  ])('takes %s for a broken server', async (_, answer) => {
    const server = await rude({ answer: at('MAIL', answer) });
    const sent = await sendMessage(await session(server.port), ENVELOPE, MESSAGE);
    expect(sent).toMatchObject({ kind: 'notSent' });
  });

  it('is not talked full by a server that never stops replying', async () => {
    const server = await rude({
      answer: ({ stage, socket }) => {
        if (stage === 'EHLO') setTimeout(() => socket.write('250 ok\r\n'.repeat(50_000)), 20);
        return undefined;
      },
    });
    const open = await session(server.port);
    await expect.poll(() => open.wire.closed(), { timeout: 3000 }).toBe(true);
  });

  it('sends nothing over a connection whose server spoke unasked, lest its words pass for an answer', async () => {
    for (const when of ['EHLO', 'DATA'] as const) {
      const server = await rude({
        answer: ({ stage, socket }) => {
          if (stage === 'EHLO' && when === stage) setTimeout(() => socket.write('250 2.0.0 queued\r\n'), 20);
          return stage === 'DATA' && when === stage ? '354 go\r\n250 2.0.0 queued' : undefined;
        },
      });
      const open = await session(server.port);
      await new Promise((done) => setTimeout(done, 100));
      expect(await sendMessage(open, ENVELOPE, MESSAGE)).toMatchObject({ kind: 'notSent' });
      expect(server.accepted).toEqual([]);
    }
  });

  it('puts together a reply that comes in pieces, and takes apart replies that come together', async () => {
    const pieces = [
      '2',
      '50',
      '-2.1',
      '.0 on',
      'e\r',
      '\n250 2.1.0 two\r\n250 2.1.5',
      ' ok\r\n354',
      ' go\r\n',
    ];
    const server = createServer((socket) => {
      socket.setNoDelay(true).on('error', () => socket.destroy());
      socket.write('220 hi\r\n');
      socket.on('data', async (data) => {
        const text = data.toString('latin1');
        if (text.startsWith('EHLO')) socket.write('250-hi\r\n250 PIPELINING\r\n');
        else if (text.startsWith('MAIL'))
          for (const piece of pieces) {
            socket.write(piece);
            await new Promise((done) => setTimeout(done, 5));
          }
        else if (text.includes('\r\n.\r\n')) socket.write('250 2.0.0 queued as 1\r\n');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    closers.push(() => void server.close());
    const open = await session((server.address() as AddressInfo).port);
    const sent: Sent = await sendMessage(open, ENVELOPE, MESSAGE);
    expect(sent).toEqual({ kind: 'accepted', code: 250, reply: '2.0.0 queued as 1' });
    quit(open);
  });
});
