import type { Request, RequestHandler } from 'express';
import session, { type CookieOptions } from 'express-session';
import { v7 as uuid } from 'uuid';
import { agentFamily } from '../access/agent.ts';
import { audit } from '../access/audit.ts';
import { networkOf } from '../access/network.ts';
import { type Entry, moveSession, type StaffUser, staffUser } from '../access/sessions.ts';
import { mailStrange } from '../campaigns/staff-letters.ts';
import { transaction } from '../db.ts';
import type { Ground } from '../ground.ts';
import { basePath } from './base.ts';
import { SessionStore } from './session-store.ts';

/**
 * How cookies of the console are set. Over https their names carry the prefix by which browsers let nobody
 * else set them (RFC 6265bis section 4.1.3); under a path of a host that is the weaker one.
 */
export function cookieRules({ config }: Pick<Ground, 'config'>) {
  const base = basePath(config.publicUrl);
  const secure = config.publicUrl.startsWith('https:');
  const prefix = secure ? (base ? '__Secure-' : '__Host-') : '';
  const options = { path: base || '/', httpOnly: true, secure, sameSite: 'lax' as const };
  return { prefix, options };
}

/** Reads the session of the request's cookie, in one query, and writes it where it was changed. */
export function openSessions(ground: Ground): RequestHandler[] {
  const { prefix, options } = cookieRules(ground);
  return [
    asAsked(options.path),
    session({
      ...{
        name: `${prefix}wecare`,
        secret: ground.keys.secrets('session'),
        cookie: options satisfies CookieOptions,
      },
      ...{ resave: false, saveUninitialized: false, unset: 'destroy' },
      store: new SessionStore(ground, options),
    }),
    watch(ground),
  ];
}

/** A proxy may have taken the path away under which the browser knows the cookie. */
function asAsked(path: string): RequestHandler {
  return (req, _res, next) => {
    if (!req.originalUrl.startsWith(path)) req.originalUrl = path + req.originalUrl;
    next();
  };
}

/**
 * Ends a session whose cookie comes with another browser than it was given to; gives a new cookie where
 * the user's roles have changed, so that one that was looked at before is worth nothing.
 */
function watch(ground: Ground): RequestHandler {
  return async (req, res, next) => {
    const entry = req.session.entry;
    if (!entry) return next();
    if (entry.agent !== browserOf(req).agent) {
      await tellStolen(ground, req, entry);
      await leave(req);
      res.locals.ended = 'stolen';
    } else if (String(entry.roles) !== String(entry.user.roles)) {
      await move(ground, req, entry);
    }
    next();
  };
}

/** Writes down that a cookie came with another browser, and mails its owner. */
async function tellStolen({ sql, config, clock }: Ground, req: Request, entry: Entry): Promise<void> {
  const { id, user, agent: ownAgent } = entry;
  const about = { subjectType: 'user', subjectId: user.id, before: { session: id } };
  await transaction(sql, async (connection) => {
    await audit(connection, { actor: user.email, action: 'session.stolen', ...about });
    await mailStrange(connection, config, { user, ownAgent, ...browserOf(req), at: clock.now() });
  });
}

/** The family of a request's browser, and from where it comes. */
export const browserOf = (req: Request): { agent: string; network: string } => ({
  agent: agentFamily(req.get('user-agent') ?? ''),
  network: networkOf(req.ip ?? ''),
});

async function move(ground: Ground, req: Request, entry: Entry): Promise<void> {
  const [from, { roles }] = [req.sessionID, entry.user];
  req.sessionStore.generate(req);
  if (!(await moveSession(ground, { from, to: req.sessionID, roles }))) return;
  req.session.entry = { ...entry, roles };
  SessionStore.keep(req.session.entry);
}

/** Begins a session under a new id, whatever was before. */
export async function enter(
  ground: Pick<Ground, 'sql' | 'clock' | 'config'>,
  req: Request,
  { userId, stage }: { userId: string; stage: Entry['stage'] },
): Promise<StaffUser> {
  const [now, user] = [ground.clock.now(), await staffUser(ground, userId)];
  await renew(req, {
    ...{ id: uuid(), stage, user, roles: user.roles, ...browserOf(req), createdAt: now, seenAt: now },
    ...{ secondFactor: false, secondFactorDue: false },
  });
  return user;
}

/** Goes on with a session under a new id; the old cookie opens nothing any more. */
export async function renew(req: Request, entry: Entry): Promise<void> {
  await settled((done) => req.session.regenerate(done));
  req.session.entry = entry;
  await settled((done) => req.session.save(done));
}

/** Ends the session of this request. */
export const leave = (req: Request): Promise<void> => settled((done) => req.session.regenerate(done));

const settled = (work: (done: (error: unknown) => void) => void): Promise<void> =>
  new Promise((resolve, reject) => work((error) => (error ? reject(error) : resolve())));
