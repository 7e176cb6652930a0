import { expect, it } from 'vitest';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
const page = { accept: 'text/html' };

it('says in the frame of the console that there is no such page', async () => {
  const { cookie } = await signedIn(web, ['author']);
  for (const path of ['/console/nothing-here', '/console/campaigns/019ab000-0000-7000-8000-000000000000']) {
    const answer = await web.ask(path, { headers: { ...page, cookie } });
    const html = await answer.text();
    expect(answer.status, path).toBe(404);
    expect(html, path).toContain('There is no such page');
    expect(html, path).toContain('href="/console/contacts"');
  }
});

it('names the role that is needed, and says where what was typed is', async () => {
  const { cookie } = await signedIn(web, ['auditor']);
  const asked = {
    method: 'POST',
    headers: { ...page, ...OWN, cookie },
    body: new URLSearchParams({ name: 'Onam' }),
  };
  const answer = await web.ask('/console/campaigns', asked);
  const html = await answer.text();
  expect(answer.status).toBe(403);
  expect(html).toContain('This needs the role administrator or author; yours: auditor.');
  expect(html).toContain('still in your browser');
  expect(html).toContain('href="/console/audit"');
});

it('speaks the language of whoever is signed in', async () => {
  const { cookie, user } = await signedIn(web, ['author']);
  await web.ground.sql.query("UPDATE app_user SET language = 'ml' WHERE id = $1", [user.id]);
  const html = await (await web.ask('/console/nothing', { headers: { ...page, cookie } })).text();
  expect(html).toContain('അങ്ങനെയൊരു പേജില്ല');
});

it('shows strangers the page for everybody', async () => {
  const html = await (await web.ask('/console/nothing', { headers: page })).text();
  expect(html).toContain('There is no such page');
  expect(html).not.toContain('href="/console/contacts"');
});
