import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Envelope } from '../../../channels/email/commands.ts';
import { openSession, quit, type Session } from '../../../channels/email/smtp.ts';
import { composed, sendMessage } from '../../../channels/email/transaction.ts';
import { type Answer, CLOSE, openRude, type Rude, type RudeOptions, SILENCE } from '../../support/rude.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const envelope = (name: string): Envelope => ({ from: 'care@kssm.example', to: `${name}@people.example` });
const message = (name: string) => composed(`Subject: ${name}\r\n\r\nhello ${name}\r\n`);
const ONE = envelope('one');
const TWO = envelope('two');

async function opened(options: RudeOptions = {}): Promise<{ server: Rude; open: Session }> {
  const server = await openRude(options);
  closers.push(server.close);
  const { port } = server;
  const account = { host: '127.0.0.1', port, security: 'none', hello: 'client.example' } as const;
  const open = await openSession({ ...account, timeoutMs: 600, dotTimeoutMs: 600 });
  closers.push(() => open.wire.destroy());
  return { server, open };
}
const takenBy = (server: Rude) => server.accepted.map(({ to, body }) => [to, body.split('\r\n').at(-1)]);
const closed = (open: Session) => expect.poll(() => open.wire.closed(), { timeout: 3000 }).toBe(true);

describe('the next message announced behind the last dot', () => {
  it('is not announced again, and its text goes to nobody but its own recipient', async () => {
    const packets: string[] = [];
    const { server, open } = await opened({
      answer: ({ stage, socket }) => {
        if (stage === 'greeting') socket.on('data', (text: string) => packets.push(text));
        return undefined;
      },
    });
    expect(await sendMessage(open, ONE, message('one'), () => TWO)).toMatchObject({ kind: 'accepted' });
    expect(await sendMessage(open, TWO, message('two'))).toMatchObject({ kind: 'accepted' });
    expect(takenBy(server)).toEqual([
      [ONE.to, 'hello one'],
      [TWO.to, 'hello two'],
    ]);
    expect(server.heard.filter((line) => line === 'DATA')).toHaveLength(2);
    expect(
      packets.filter((text) => text.includes('\r\n.\r\nMAIL FROM:<care@kssm.example>\r\n')),
    ).toHaveLength(1);
  });

  it('is asked for only where the server takes commands in advance', async () => {
    const { open } = await opened({ offers: [] });
    const asked: string[] = [];
    const next = () => {
      asked.push('next');
      return TWO;
    };
    await sendMessage(open, ONE, message('one'), next);
    expect(asked).toEqual([]);
    expect(open.ahead).toBeUndefined();
  });

  it('is not announced behind a large message, of which too much would be called unknown', async () => {
    const { server, open } = await opened();
    const large = composed(`Subject: one\r\n\r\n${'x'.repeat(76).concat('\r\n').repeat(1000)}`);
    await sendMessage(open, ONE, large, () => TWO);
    expect(open.ahead).toBeUndefined();
    expect(server.accepted).toHaveLength(1);
  });

  it('leaves no message at all when it may not go after all', async () => {
    const packets: string[] = [];
    const { server, open } = await opened({
      answer: ({ stage, socket }) => {
        if (stage === 'greeting') socket.on('data', (text: string) => packets.push(text));
        return undefined;
      },
    });
    await sendMessage(open, ONE, message('one'), () => TWO);
    quit(open);
    await expect.poll(() => server.connections.now, { timeout: 3000 }).toBe(0);
    expect(takenBy(server)).toEqual([[ONE.to, 'hello one']]);
    // A server that waits for a message would take it for that.
    expect(packets.join('')).not.toContain('QUIT');
  });

  it('gives way to no other: the connection ends, and that one certainly did not leave', async () => {
    const { server, open } = await opened();
    await sendMessage(open, ONE, message('one'), () => TWO);
    const other = await sendMessage(open, envelope('three'), message('three'));
    expect(other).toMatchObject({ kind: 'notSent' });
    expect(open.wire.closed()).toBe(true);
    expect(server.accepted).toHaveLength(1);
  });

  it('is refused in its own turn, and the one behind it goes', async () => {
    const { server, open } = await opened({
      answer: ({ stage, to }) => (stage === 'RCPT' && to === TWO.to ? '550 5.1.1 nobody' : undefined),
    });
    await sendMessage(open, ONE, message('one'), () => TWO);
    expect(await sendMessage(open, TWO, message('two'), () => ONE)).toMatchObject({
      ...{ kind: 'refused', stage: 'rcpt', enhanced: '5.1.1' },
    });
    expect(await sendMessage(open, ONE, message('again'))).toMatchObject({ kind: 'accepted' });
    expect(takenBy(server).map(([, text]) => text)).toEqual(['hello one', 'hello again']);
  });

  it('is announced again to a server that wants a reset behind a refused message', async () => {
    let refused = false;
    const { server, open } = await opened({
      answer: ({ stage, to }) => {
        if (stage === 'RSET') refused = false;
        else if (stage === 'dot' && to === ONE.to) refused = true;
        else if (refused) return '503 5.5.1 reset first';
        return stage === 'dot' && refused ? '554 5.7.1 not this' : undefined;
      },
    });
    const first = await sendMessage(open, ONE, message('one'), () => TWO);
    expect(first).toMatchObject({ kind: 'refused', stage: 'data', enhanced: '5.7.1' });
    expect(await sendMessage(open, TWO, message('two'))).toMatchObject({ kind: 'accepted' });
    expect(takenBy(server)).toEqual([[TWO.to, 'hello two']]);
  });

  it('certainly did not leave when the server went away while it waited', async () => {
    const { server, open } = await opened({
      answer: ({ stage, to, socket }) => {
        if (stage === 'DATA' && to === TWO.to) setTimeout(() => socket.destroy(), 20);
        return undefined;
      },
    });
    await sendMessage(open, ONE, message('one'), () => TWO);
    await closed(open);
    expect(await sendMessage(open, TWO, message('two'))).toMatchObject({ kind: 'notSent' });
    expect(server.accepted).toHaveLength(1);
  });

  it.each<Answer>([CLOSE, SILENCE])(
    'did not leave when the fate of the one before it is unknown',
    async (answer) => {
      const { server, open } = await opened({
        answer: ({ stage }) => (stage === 'dot' ? answer : undefined),
      });
      expect(await sendMessage(open, ONE, message('one'), () => TWO)).toMatchObject({ kind: 'unknown' });
      expect(await sendMessage(open, TWO, message('two'))).toMatchObject({ kind: 'notSent' });
      expect(server.accepted).toEqual([]);
    },
  );

  it('keeps a 421 that the server said to its announcement', async () => {
    const { open } = await opened({
      answer: ({ stage, to, socket }) => {
        if (stage !== 'RCPT' || to !== TWO.to) return undefined;
        socket.end('421 4.7.0 enough for now\r\n');
        return SILENCE;
      },
    });
    await sendMessage(open, ONE, message('one'), () => TWO);
    expect(await sendMessage(open, TWO, message('two'))).toMatchObject({ kind: 'refused', code: 421 });
    expect(open.wire.closed()).toBe(true);
  });

  it('makes a message unknown of which the dot may have left although not all of it did', async () => {
    const deaf = await openDeaf();
    const { port } = deaf;
    const open = await openSession({ host: '127.0.0.1', port, security: 'none', hello: 'client.example' });
    closers.push(() => open.wire.destroy());
    let [turn, next] = [ONE, TWO];
    const text = composed(`Subject: one\r\n\r\n${'x'.repeat(76).concat('\r\n').repeat(750)}`);
    const answered = (scratch: Buffer) => {
      setImmediate(() => (open.wire.unsent() > 0 ? deaf.leave() : deaf.say('250 ok', ...READY)));
      return text(scratch);
    };
    deaf.say(...READY);
    let last = await sendMessage(open, turn, answered, () => next);
    for (let sent = 1; last.kind === 'accepted' && sent < MESSAGES_AT_MOST; sent++) {
      [turn, next] = [next, turn];
      last = await sendMessage(open, turn, answered, () => next);
    }
    expect(open.wire.unsent()).toBeGreaterThan(0);
    expect(last).toMatchObject({ kind: 'unknown' });
  });
});

/** What a server says to MAIL, RCPT and DATA. */
const READY = ['250 ok', '250 ok', '354 go on'];
/** Of 58 KB each; no kernel holds so many for somebody who does not read. */
const MESSAGES_AT_MOST = 1000;

/** It reads nothing behind EHLO, and says what it is told to: sooner or later a message leaves in part. */
async function openDeaf() {
  const server = net.createServer();
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as net.AddressInfo).port)),
  );
  closers.push(() => void server.close());
  let peer: net.Socket | undefined;
  server.on('connection', (socket) => {
    peer = socket.on('error', () => undefined);
    socket.write('220 deaf.example\r\n');
    socket.once('data', () => {
      socket.pause();
      socket.write('250-deaf.example\r\n250 PIPELINING\r\n');
    });
  });
  return {
    port,
    say: (...lines: string[]) => void peer?.write(lines.map((line) => `${line}\r\n`).join('')),
    leave: () => void peer?.resetAndDestroy(),
  };
}
