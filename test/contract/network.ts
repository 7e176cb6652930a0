import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import express from 'express';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NetworkFailure } from '../../channels/failure.ts';
import type { Intent, Media, Network, Post, Session } from '../../channels/social.ts';
import type { Fault, SocialStandIn } from '../../src/sandbox/social/stand-in.ts';

/** What the suite has to know of a network besides what the network says of itself. */
export interface Suite {
  network: Network;
  openStandIn(): SocialStandIn;
  /** A post that it takes; `picture` is one of the kinds it takes. */
  post(picture: Media): Post;
  /** How often a hung answer is waited for, in milliseconds. */
  timeoutMs?: number;
}

/** Nothing hangs by itself; a busy computer may be slow. */
const PATIENCE_MS = 20_000;

/** What every adapter has to keep, whichever network it speaks to. */
export function describeNetwork({ network, openStandIn, post, timeoutMs = 1500 }: Suite): void {
  describe(`the network ${network.name}`, () => {
    const app = express();
    let standIn: SocialStandIn;
    let session: Session;
    let endpoint: string;
    let picture: Media;
    const server = app.listen(0, '127.0.0.1');

    beforeAll(async () => {
      if (!server.listening) await once(server, 'listening');
      endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      picture = await pictureOf(endpoint);
      app.get('/media/picture.jpg', async (_req, res) => void res.type('jpeg').send(await picture.read()));
      app.use('/there', (req, res, next) => standIn.router(req, res, next));
    });
    beforeEach(() => {
      standIn = openStandIn();
      session = open(standIn);
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    const open = (there: SocialStandIn, patience = PATIENCE_MS): Session => {
      const [account] = there.accounts;
      if (!account || !network.open) throw new Error('The stand-in needs an account, the network a way in.');
      const settings = { ...account.settings, endpoint: `${endpoint}/there` };
      return network.open({ credentials: account.credentials, settings, timeoutMs: patience });
    };

    const meant = (kind: 'post' | 'comment' = 'post', replyTo: Intent['replyTo'] = null): Intent => ({
      ...{ key: randomUUID(), post: post(picture), prepared: {}, replyTo, kind },
      since: new Date(Date.now() - 1000),
    });
    const prepare = async (intent: Intent): Promise<Intent> => ({
      ...intent,
      prepared: await session.prepare(intent.post, intent),
    });

    it('takes the post of its own suite', () => {
      expect(network.validate(post(picture)).filter(({ hard }) => hard)).toEqual([]);
    });

    it('says who we are', async () => {
      const identity = await session.check();
      expect(identity.id).not.toBe('');
      expect(identity.name).not.toBe('');
    });

    it('publishes once and tells where', async () => {
      const receipt = await session.publish(await prepare(meant()));
      expect(receipt.id).not.toBe('');
      expect(standIn.timeline()).toHaveLength(1);
      expect(standIn.timeline()[0]?.text).toContain(textIn(post(picture)));
    });

    it('shows nothing before it is told to publish, and may prepare twice', async () => {
      const intent = await prepare(await prepare(meant()));
      expect(standIn.timeline()).toEqual([]);
      await session.publish(intent);
      expect(standIn.timeline()).toHaveLength(1);
    });

    const after: Fault[] = ['hang-after', 'reset-after', 'cut-after', 'fault-after'];
    it.each(after)('calls it unknown when it was accepted and %s', async (fault) => {
      const intent = await prepare(meant());
      standIn.fault(fault);
      const failure = await failureOf(open(standIn, timeoutMs).publish(intent));
      expect(failure.kind).toBe('unknown');
      expect(standIn.timeline()).toHaveLength(1);
      if (!session.find) return;
      const found = await session.find(intent);
      expect(found?.id).toBe(standIn.timeline()[0]?.id);
    });

    it('says that it is not there when it is not', async () => {
      if (!session.find) return expect(network.open).toBeDefined();
      const intent = await prepare(meant());
      expect(await session.find(intent)).toBeNull();
      const other = await prepare(meant());
      const text = `${intent.post.text} … another`;
      await session.publish({ ...other, post: { ...other.post, text, ...withoutLink } });
      expect(await session.find(intent)).toBeNull();
    });

    it('waits when it is told to, and until when', async () => {
      const intent = await prepare(meant());
      standIn.fault('throttled');
      const failure = await failureOf(session.publish(intent));
      expect(failure.kind).toBe('throttled');
      expect(failure.until?.getTime()).toBeGreaterThan(Date.now() - 1000);
      expect(standIn.timeline()).toEqual([]);
    });

    it('knows a token that is no longer good', async () => {
      const intent = await prepare(meant());
      standIn.fault('expired');
      const failure = await failureOf(session.publish(intent));
      expect(failure.kind).toBe('unauthorised');
      expect(standIn.timeline()).toEqual([]);
    });

    it('knows that nothing was done when it cannot be reached', async () => {
      const [account] = standIn.accounts;
      const settings = { ...account?.settings, endpoint: await nobodyThere() };
      const nowhere = network.open?.({
        credentials: account?.credentials ?? {},
        settings,
        timeoutMs: PATIENCE_MS,
      });
      const failure = await failureOf((nowhere as Session).publish(await prepare(meant())));
      expect(failure.kind).toBe('retryable');
    });

    it('takes it away again, twice if need be', async () => {
      if (!session.remove) return expect(network.open).toBeDefined();
      const receipt = await session.publish(await prepare(meant()));
      await session.remove(receipt);
      expect(standIn.timeline()).toEqual([]);
      await session.remove(receipt);
    });

    it('tells figures as numbers or as not known', async () => {
      if (!session.figures) return expect(network.open).toBeDefined();
      const receipt = await session.publish(await prepare(meant()));
      for (const value of Object.values(await session.figures(receipt)))
        expect(value === null || (Number.isInteger(value) && value >= 0)).toBe(true);
    });

    it('renews its credentials, and the new ones work', async () => {
      if (!session.refresh) return expect(network.open).toBeDefined();
      expect(network.renews).toBe(true);
      const credentials = await session.refresh();
      const [account] = standIn.accounts;
      const settings = { ...account?.settings, endpoint: `${endpoint}/there` };
      const renewed = network.open?.({ credentials, settings, timeoutMs: PATIENCE_MS }) as Session;
      expect((await renewed.check()).id).not.toBe('');
    });
  });
}

const withoutLink = { link: undefined } as unknown as { link: string };

/** What is to be seen of it, whatever the network makes of its links. */
const textIn = (post: Post): string =>
  post.person?.template.values.find((value) => !value.startsWith('asset:')) ??
  (post.text.split('\n')[0] as string);

/** An address at which a server was a moment ago. (fetch asks no port below 1024 that has a use of its own.) */
async function nobodyThere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

async function failureOf(call: Promise<unknown>): Promise<NetworkFailure> {
  const error = await call.then(
    () => new Error('It did not fail.'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(NetworkFailure);
  return error as NetworkFailure;
}

async function pictureOf(base: string): Promise<Media> {
  const background = { r: 20, g: 90, b: 60 };
  const bytes = await sharp({ create: { width: 1080, height: 1080, channels: 3, background } })
    .jpeg()
    .toBuffer();
  return {
    hash: createHash('sha256').update(bytes).digest('hex'),
    ...{ kind: 'picture', mime: 'image/jpeg', bytes: bytes.length, width: 1080, height: 1080 },
    ...{ alt: 'A green square', url: `${base}/media/picture.jpg` },
    read: async (start = 0, end = bytes.length) => bytes.subarray(start, end),
  };
}
