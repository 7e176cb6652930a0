import { hashPassword } from '../../src/access/passwords.ts';
import { addUser, type Role, type User } from '../../src/access/users.ts';
import { setPassword } from '../../src/access/welcome.ts';
import { transaction } from '../../src/db.ts';
import type { Ground } from '../../src/ground.ts';
import type { Asking, testWeb } from './web.ts';

export type TestWeb = ReturnType<typeof testWeb>;

export const PASSWORD = 'വയൽ river lamp 7 tea';
let made = 0;
let hash: Promise<string> | undefined;

/** A user with these roles and PASSWORD. */
export async function staffMember(
  ground: Pick<Ground, 'sql' | 'clock'>,
  roles: readonly Role[],
  name = 'Asha',
): Promise<User> {
  const user = await addUser(
    ground,
    { email: `staff${++made}@kssm.example`, name, roles: [...roles] },
    'cli:test',
  );
  hash ??= hashPassword(PASSWORD);
  const stored = { userId: user.id, hash: await hash, at: ground.clock.now() };
  await transaction(ground.sql, (connection) => setPassword(connection, stored));
  return user;
}

/** What a form of our own page sends besides its fields. */
export const OWN = { 'sec-fetch-site': 'same-origin' };

/** Signs in as a browser would. @returns the answer, and the cookies to send from then on */
export async function signInAs(
  web: TestWeb,
  {
    email,
    password = PASSWORD,
    ...asking
  }: { email: string; password?: string; next?: string } & Pick<Asking, 'headers'>,
): Promise<{ answer: Response; cookie: string }> {
  const { headers, ...fields } = asking;
  const body = new URLSearchParams({ ...fields, email, password });
  const answer = await web.ask('/console/sign-in', { method: 'POST', headers: { ...OWN, ...headers }, body });
  return { answer, cookie: cookiesOf(answer) };
}

/** A user with these roles who is signed in; send `cookie` with what they ask. */
export async function signedIn(
  web: TestWeb,
  roles: readonly Role[],
): Promise<{ cookie: string; user: User }> {
  const user = await staffMember(web.ground, roles);
  const { answer, cookie } = await signInAs(web, { email: user.email });
  if (answer.status !== 303) throw new Error(`sign-in was answered ${answer.status}`);
  return { cookie, user };
}

/** The cookies that an answer sets, as a browser sends them back. */
export function cookiesOf(answer: Response): string {
  const set = [...(answer.headers.get('set-cookie') ?? '').matchAll(/(?:^|, )([\w-]+=[^;,]*)/g)];
  return set.map(([, pair]) => pair).join('; ');
}

/** Posts a form of our own page as a browser would, with these cookies. */
export const formOf =
  (web: TestWeb) =>
  (
    path: string,
    fields: Record<string, string> | URLSearchParams,
    cookie = '',
    headers: Record<string, string> = {},
  ) =>
    web.ask(path, {
      method: 'POST',
      headers: { ...OWN, ...(cookie && { cookie }), ...headers },
      body: new URLSearchParams(fields),
    });
