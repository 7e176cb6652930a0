import { type SessionData, Store } from 'express-session';
import { type Entry, endSession, loadSession, saveSession, touchSession } from '../access/sessions.ts';
import type { Ground } from '../ground.ts';

declare module 'express-session' {
  interface SessionData {
    /** Who is signed in; without one nobody is, and nothing is kept. */
    entry?: Entry;
  }
}

/** Entries whose row exists. One that was revoked meanwhile must not come back when the answer ends. */
const kept = new WeakSet<Entry>();

type Done<T = void> = (error?: unknown, value?: T) => void;

/** Keeps express-session's sessions in our table, as src/access/sessions.ts says. */
export class SessionStore extends Store {
  readonly #ground: Pick<Ground, 'sql' | 'clock' | 'config'>;
  readonly #cookie: object;

  /** @param cookie attributes of the cookie, which are of the installation and not kept per session */
  constructor(ground: Pick<Ground, 'sql' | 'clock' | 'config'>, cookie: object) {
    super();
    this.#ground = ground;
    this.#cookie = cookie;
  }

  override get(sid: string, done: Done<SessionData | null>): void {
    const found = loadSession(this.#ground, sid);
    settle(
      found.then(
        (entry) => entry && ({ cookie: { ...this.#cookie, originalMaxAge: null }, entry } as SessionData),
      ),
      done,
    );
  }

  override set(sid: string, { entry }: SessionData, done: Done = () => undefined): void {
    settle(entry ? this.#keep(sid, entry) : Promise.resolve(), done);
  }

  #keep(sid: string, entry: Entry): Promise<void> {
    if (kept.has(entry)) return touchSession(this.#ground, sid, entry);
    kept.add(entry);
    return saveSession(this.#ground, sid, entry);
  }

  /** Says that the row of an entry was written by other means. */
  static keep(entry: Entry): void {
    kept.add(entry);
  }

  override destroy(sid: string, done: Done = () => undefined): void {
    settle(endSession(this.#ground, sid), done);
  }

  override touch(sid: string, { entry }: SessionData, done: () => void = () => undefined): void {
    settle(entry ? touchSession(this.#ground, sid, entry) : Promise.resolve(), done as Done);
  }
}

function settle<T>(work: Promise<T>, done: Done<T>): void {
  work.then((value) => done(null, value), done);
}
