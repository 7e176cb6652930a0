import { SMTPServer } from 'smtp-server';
import type { Clock } from '../clock.ts';
import { type Place, portOf, refusalOf } from '../listen.ts';
import { selfSigned } from './certificate.ts';
import { type Fault, faultOf, replyOf } from './faults.ts';
import type { Inbox } from './inbox.ts';

const MAIL_LIMIT = 16 * 1024 * 1024;
const SLOW_MS = 5000;
const STOP_MS = 1000;
/** Greylisting remembers so many addresses. */
const MEMORY = 10_000;

type Options = NonNullable<ConstructorParameters<typeof SMTPServer>[0]>;
type Session = Parameters<NonNullable<Options['onData']>>[1];

/** A running mail server. */
export interface RunningSmtp {
  port: number;
  close(): Promise<void>;
}

/**
 * Starts the mail server that takes everything: STARTTLS with a certificate made now, any user name and
 * password, faults on demand. What it takes goes into the inbox.
 * @throws Refusal that names the port when it is in use
 */
export async function startSmtp(inbox: Inbox, clock: Clock, place: Place): Promise<RunningSmtp> {
  const known = new Set<string>();
  const server = new SMTPServer({
    ...selfSigned(),
    name: 'sandbox.localhost',
    banner: 'We Care practice inbox',
    size: MAIL_LIMIT,
    authOptional: true,
    authMethods: ['PLAIN', 'LOGIN', 'XOAUTH2'],
    disableReverseLookup: true,
    closeTimeout: STOP_MS,
    logger: false,
    onAuth: ({ username }, _session, done) => done(null, { user: username ?? 'anybody' }),
    onRcptTo: ({ address }, _session, done) => done(refusal(address, known)),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => {
        if (!stream.sizeExceeded) chunks.push(chunk);
      });
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(tooLarge());
        const to = recipients(session);
        const met = new Set(to.map(faultOf));
        if (met.has('reject')) return done(replyOf('reject'));
        const cut = met.has('drop');
        const mail = inbox.add({
          ...{ at: clock.now(), to, cut },
          from: sender(session),
          source: Buffer.concat(chunks),
        });
        if (cut) return hangUp(server, session);
        const taken = () => done(null, `2.0.0 Taken as ${mail.id}`);
        if (met.has('slow')) setTimeout(taken, SLOW_MS).unref();
        else taken();
      });
    },
  });
  // A client that breaks off is its own affair; without a listener it would end this process.
  server.on('error', () => undefined);
  await listen(server, place);
  return { port: portOf(server.server), close: () => new Promise((resolve) => server.close(resolve)) };
}

/** What RCPT TO is answered with, if not with yes. */
function refusal(address: string, known: Set<string>): Error | null {
  const fault: Fault | undefined = faultOf(address);
  if (!fault || fault === 'reject' || (fault === 'grey' && known.has(address))) return null;
  if (fault === 'grey') {
    if (known.size >= MEMORY) known.clear();
    known.add(address);
  }
  return replyOf(fault) ?? null;
}

/** Ends the connection after the final dot without an answer, as a server that crashed would. */
function hangUp(server: SMTPServer, session: Session): void {
  for (const connection of server.connections) if (connection.id === session.id) connection._socket.destroy();
}

const recipients = ({ envelope }: Session): string[] => envelope.rcptTo.map(({ address }) => address);
const sender = ({ envelope }: Session): string => (envelope.mailFrom ? envelope.mailFrom.address : '');
const tooLarge = () => Object.assign(new Error('5.3.4 This mail is too large'), { responseCode: 552 });

async function listen(server: SMTPServer, place: Place): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(refusalOf(error, place));
    server.server.once('error', fail);
    server.listen(place.port, place.host, () => {
      server.server.off('error', fail);
      resolve();
    });
  });
}
