import { describe, expect, it } from 'vitest';
import { type Role, roles } from '../../../../src/access/users.ts';
import { routes } from '../../../../src/http/routes.ts';
import {
  ADMINISTRATORS,
  ANYONE_SIGNED_IN,
  APPROVERS,
  INSPECTORS,
  READERS,
  WRITERS,
} from '../../../../src/http/staff.ts';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb({ TRUST_PROXY: '1' });
const held = new Map<Role, Awaited<ReturnType<typeof signedIn>>>();

/** The cookie of one with this role alone; a cell before may have signed them out, which is what it is for. */
async function cookieOf(role: Role | 'nobody'): Promise<string> {
  if (role === 'nobody') return '';
  const known = held.get(role);
  if (known && (await web.ground.db.session.count({ where: { userId: known.user.id } }))) return known.cookie;
  const fresh = await signedIn(web, [role]);
  held.set(role, fresh);
  return fresh.cookie;
}

/** A value for each parameter of a path that none has. */
const SAMPLE = '019ab000-0000-7000-8000-000000000000';
const sampleOf = (path: string) => path.replace(/\{[^}]*\}/g, '').replace(/:\w+/g, SAMPLE);

/** What a guard answers to those it does not let by; every other status is a handler's. */
const refusals = { unknown: 401, wrongRole: 403 };

let callers = 0;
describe.each(routes)('$method $path', ({ method, path, who }) => {
  // Each route is asked from another address: together they are more than one may ask in a minute.
  const address = `10.1.${Math.floor(callers / 250)}.${(callers++ % 250) + 1}`;
  const asked = (cookie: string) =>
    web.ask(sampleOf(path), {
      method: method.toUpperCase(),
      headers: { ...OWN, ...(cookie && { cookie }), accept: 'application/json', 'x-forwarded-for': address },
    });

  it.each([...roles, 'nobody'] as const)('%s', async (role) => {
    const { status, headers } = await asked(await cookieOf(role));
    if (typeof who === 'string') {
      expect([401, 403]).not.toContain(status);
    } else if (role === 'nobody') {
      expect(status).toBe(refusals.unknown);
    } else if (who.includes(role)) {
      expect([401, 403]).not.toContain(status);
      expect(headers.get('cache-control')).toBe('no-store');
    } else {
      expect(status).toBe(refusals.wrongRole);
    }
  });
});

it('has sets of roles in which an auditor changes nothing and an agency sees nothing', () => {
  expect([WRITERS, APPROVERS, ADMINISTRATORS].filter((set) => set.includes('auditor'))).toEqual([]);
  expect([READERS, INSPECTORS].map((set) => set.includes('auditor'))).toEqual([true, true]);
  expect(
    [READERS, WRITERS, APPROVERS, ADMINISTRATORS, INSPECTORS].filter((set) => set.includes('agency')),
  ).toEqual([]);
  expect(ANYONE_SIGNED_IN).toEqual(roles);
});

it('keeps everything of staff under /console, where no other site can send a form', () => {
  const astray = routes.filter(({ path, who }) => typeof who !== 'string' && !/^\/console(\/|$)/.test(path));
  expect(astray.map(({ path }) => path)).toEqual([]);
});
