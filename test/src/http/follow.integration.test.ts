import { beforeAll, beforeEach, expect, it } from 'vitest';
import { plantProject, SLUG } from '../../../scripts/demonstration/project.ts';
import { tidyFollowers } from '../../../src/pages/followers.ts';
import { fieldsIn } from '../../support/giving.ts';
import { testWeb } from '../../support/web.ts';

const { ground, ask } = testWeb({ PUBLIC_URL: 'https://wecare.example' });
beforeAll(async () => void (await plantProject(ground)));
beforeEach(() => ground.sql.query('DELETE FROM rate_limit'));

const later = (seconds: number) => ground.clock.set(new Date(ground.clock.now().getTime() + seconds * 1000));

async function send(email: string): Promise<Response> {
  const { stamp = '' } = fieldsIn(await (await ask(`/projects/${SLUG}/follow?lang=en`)).text());
  later(5);
  return ask(`/projects/${SLUG}/follow?lang=en`, {
    method: 'POST',
    body: new URLSearchParams({ email, stamp, website: '' }),
  });
}

const mails = async (address: string) =>
  (await ground.sql.query('SELECT text FROM notice WHERE address = $1 ORDER BY created_at', [address])).rows;
const pathIn = (text: string) => /https:\/\/wecare\.example(\/follow\/[\w-]+)/.exec(text)?.[1] ?? '';
const standing = async (email: string) =>
  (
    await ground.sql.query('SELECT confirmed_at, ended_at, words FROM project_follower WHERE email = $1', [
      email,
    ])
  ).rows[0];

it('writes to whoever asks, and begins only when they press the button', async () => {
  expect(await (await send('Asha@people.example')).text()).toContain('One more step');
  const [mail] = await mails('asha@people.example');
  const path = pathIn(mail.text);
  expect((await standing('asha@people.example')).confirmed_at).toBeNull();
  expect(await (await ask(path)).text()).toContain('Shall we write to you?');
  expect((await standing('asha@people.example')).confirmed_at).toBeNull();
  await ask(path, { method: 'POST' });
  const { confirmed_at, words } = await standing('asha@people.example');
  expect(confirmed_at).not.toBeNull();
  expect(words).toContain('“Care at home for people who are bedridden”');
  await send('asha@people.example');
  expect(await mails('asha@people.example')).toHaveLength(1);
});

it('ends with one press, also of a mail program', async () => {
  const path = pathIn((await mails('asha@people.example'))[0].text);
  expect(await (await ask(`${path}/end`)).text()).toContain('Shall the news end?');
  expect((await standing('asha@people.example')).ended_at).toBeNull();
  const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  expect((await ask(`${path}/end`, { method: 'POST', body })).status).toBe(200);
  expect((await standing('asha@people.example')).ended_at).not.toBeNull();
  expect(await (await ask(path)).text()).toContain('You get no more mails about this project');
});

it('writes once in hours, to no closed address, and to nobody for a program or a bad address', async () => {
  await send('twice@people.example');
  await send('twice@people.example');
  expect(await mails('twice@people.example')).toHaveLength(1);
  await ground.sql.query(
    `INSERT INTO suppression (channel, hash, reason, source) VALUES ('email', address_hash('email', 'dead@people.example'), 'hard bounce', 'test')`,
  );
  expect((await send('dead@people.example')).status).toBe(200);
  expect(await mails('dead@people.example')).toHaveLength(0);
  expect((await send('no address')).status).toBe(422);
  const forged = new URLSearchParams({ email: 'forged@people.example', stamp: 'x' });
  await ask(`/projects/${SLUG}/follow`, { method: 'POST', body: forged });
  expect(await mails('forged@people.example')).toHaveLength(0);
});

it('forgets who never confirmed, and knows no token but its own', async () => {
  const path = pathIn((await mails('twice@people.example'))[0].text);
  later(73 * 3600);
  expect((await ask(path)).status).toBe(410);
  await tidyFollowers(ground);
  expect(await standing('twice@people.example')).toBeUndefined();
  expect((await ask(`/follow/${'A'.repeat(39)}`)).status).toBe(404);
});
