import type { AddressInfo } from 'node:net';
import type { SMTPServer } from 'smtp-server';

/** A mail as a server handed it to us. */
export interface HandedMail {
  to: string[];
  /** Its first bytes. */
  source: Buffer;
}

export interface ListenerOptions {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** LMTP (RFC 2033) instead of SMTP (RFC 5321). */
  lmtp: boolean;
  /** Whether mail to this address is taken; every other is refused for good. */
  accepts(address: string): boolean;
  /** Records it durably. What it throws is answered with 451, so that the server comes again. */
  take(mail: HandedMail): Promise<void>;
  onTrouble(error: unknown): void;
}

export interface Listener {
  port: number;
  close(): Promise<void>;
}

/** A mail may be so long; of that only the start is kept, since a bounce says what it says there. */
const LONGEST = 32 * 1024 * 1024;
const KEPT = 1024 * 1024;
const MOST_CLIENTS = 50;
const MOST_RECIPIENTS = 20;
const STOP_MS = 2000;

type Options = NonNullable<ConstructorParameters<typeof SMTPServer>[0]>;

/** Takes mail for some addresses of ours; relays nothing, answers nothing. @throws when the port is taken */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { SMTPServer } = await import('smtp-server'); // only some workers listen
  const server = new SMTPServer({
    ...{ lmtp: options.lmtp, size: LONGEST, maxClients: MOST_CLIENTS, banner: 'We Care returns' },
    ...{ disabledCommands: ['AUTH', 'STARTTLS'], disableReverseLookup: true },
    ...{ closeTimeout: STOP_MS, logger: false, socketTimeout: 60_000 },
    onRcptTo: ({ address }, session, done) => {
      if (!options.accepts(address)) return done(reply(550, '5.1.1 No mail is taken for this address'));
      const many = session.envelope.rcptTo.length >= MOST_RECIPIENTS;
      done(many ? reply(452, '4.5.3 Too many recipients, send the others apart') : null);
    },
    onData: (stream, session, done) => {
      const to = session.envelope.rcptTo.map(({ address }) => address);
      void receive(stream, (source) => options.take({ to, source })).then(
        (refused) => done(refused),
        (error: unknown) => {
          options.onTrouble(error);
          done(reply(451, '4.3.0 It cannot be recorded now, send it again later'));
        },
      );
    },
  });
  // A client that breaks off is its own affair; without a listener it would end this process.
  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, options.host, () => {
      server.server.off('error', reject);
      resolve();
    });
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Stream = Parameters<NonNullable<Options['onData']>>[0];

/** @returns the refusal of a mail that is too long, or null when it was recorded */
async function receive(stream: Stream, take: (source: Buffer) => Promise<void>): Promise<Error | null> {
  const chunks: Buffer[] = [];
  let kept = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (kept < KEPT) chunks.push(chunk.subarray(0, KEPT - kept));
    kept += chunk.length;
  }
  if (stream.sizeExceeded) return reply(552, '5.3.4 This mail is too large');
  await take(Buffer.concat(chunks));
  return null;
}

const reply = (responseCode: number, message: string): Error =>
  Object.assign(new Error(message), { responseCode });
