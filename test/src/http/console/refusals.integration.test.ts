import { beforeAll, describe, expect, it } from 'vitest';
import { OWN, signedIn } from '../../../support/staff.ts';
import { testWeb } from '../../../support/web.ts';

const web = testWeb();
let cookie = '';

beforeAll(async () => {
  cookie = (await signedIn(web, ['author'])).cookie;
});

const get = (path: string) => web.ask(path, { headers: { cookie, accept: 'text/html' } });
const post = (path: string, fields: Record<string, string>) =>
  web.ask(path, {
    ...{ method: 'POST', headers: { ...OWN, cookie, accept: 'text/html' } },
    body: new URLSearchParams(fields),
  });

describe('what is refused, to somebody who reads Malayalam', () => {
  it('is said beside the form in Malayalam, with what they typed in it, escaped', async () => {
    const name = 'ഓണം <b>$&</b> {0}';
    expect((await post('/console/lists', { name })).status).toBe(303);
    const refused = await post('/console/lists?lang=ml', { name });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toContain(
      '&quot;ഓണം &lt;b&gt;$&amp;&lt;/b&gt; {0}&quot; എന്ന പട്ടിക ഇപ്പോൾത്തന്നെയുണ്ട്.',
    );
    expect(await (await post('/console/lists?lang=en', { name })).text()).toContain(
      'There is a list &quot;ഓണം &lt;b&gt;$&amp;&lt;/b&gt; {0}&quot; already.',
    );
  });

  it('is said on the page of an error too, but only to staff', async () => {
    const missing = await get('/console/runs/77?lang=ml');
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain('77-ാം അയയ്ക്കൽ ഇല്ല.');
    const stranger = await web.ask('/n/no-such?lang=ml', { headers: { accept: 'text/html' } });
    expect(stranger.status).toBe(404);
    expect(await stranger.text()).not.toContain('<p></p>');
  });

  it('is English to a program', async () => {
    const asked = await web.ask('/console/runs/77', {
      headers: { cookie, accept: 'application/json', 'accept-language': 'ml' },
    });
    expect(await asked.json()).toMatchObject({ status: 404, detail: 'There is no run 77.' });
  });
});
