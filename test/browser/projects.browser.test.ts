import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { plantGiftTo, plantProject, SLUG } from '../../scripts/demonstration/project.ts';
import { sealJournals } from '../../src/giving/seal.ts';
import { followToken } from '../../src/pages/followers.ts';
import { browserPath, testBrowser } from '../support/browser.ts';
import { faultsIn } from '../support/faults.ts';
import { testWeb } from '../support/web.ts';

const { ground, url } = testWeb({ HELP_ADDRESS: 'help@wecare.example' });
const openPage = testBrowser();
const phone = { width: 360, height: 740 };
const desk = { width: 1280, height: 900 };
let follower: string;

beforeAll(async () => {
  Object.assign(ground.config, { publicUrl: url() });
  const project = await plantProject(ground);
  await plantGiftTo(ground, { project, amount: 184_650_000n, name: 'ശ്രീജ നായർ', message: 'അമ്മയ്ക്കു വേണ്ടി.' });
  const said = {
    en: { title: 'Beds', text: 'Bought **40**.' },
    ml: { title: 'കിടക്കകൾ', text: '**40** വാങ്ങി.' },
  };
  await ground.sql.query(
    `INSERT INTO project_update (id, project_id, content, made_by, published_at) VALUES (gen_random_uuid(), $1, $2, 'cli:test', $3)`,
    [project, JSON.stringify(said), ground.clock.now()],
  );
  const { rows } = await ground.sql.query(
    `INSERT INTO project_follower (id, project_id, email, language, words, asked_at)
     VALUES (gen_random_uuid(), $1, 'reader@people.example', 'ml', 'Yes', $2) RETURNING id`,
    [project, ground.clock.now()],
  );
  follower = followToken(ground.keys, rows[0].id);
  await sealJournals(ground);
});

describe.skipIf(!browserPath)('in a browser', { timeout: 120_000 }, () => {
  it.each(['en', 'ml'])('every page fits and axe has nothing to say in any look, %s', async (language) => {
    const one = `/projects/${SLUG}`;
    const paths = ['/projects', '/projects?text=zzz', `${one}/donors`, `${one}/follow`, `${one}/embed`]
      .concat(['/transparency', `/follow/${follower}`, `/follow/${follower}/end`])
      .concat(one);
    const page = await openPage({ viewport: desk, bypassCSP: true });
    const faults: string[] = [];
    for (const path of paths) {
      await page.goto(`${url()}${path}${path.includes('?') ? '&' : '?'}lang=${language}`);
      faults.push(...(await faultsIn(page)));
    }
    await page.locator('summary').click();
    faults.push(...(await faultsIn(page)).map((fault) => `shares ${fault}`));
    expect(faults).toEqual([]);
    await page.context().close();
  });

  it('keeps the button to give at the thumb on a phone, without JavaScript, and refuses nothing of its own', async () => {
    const page = await openPage({ viewport: phone, javaScriptEnabled: false });
    const refused: string[] = [];
    page.on('console', (told) => told.type() === 'error' && refused.push(told.text()));
    await page.goto(`${url()}/projects/${SLUG}?lang=ml`);
    const button = page.locator('.dock a');
    const box = await button.boundingBox();
    expect(box?.height).toBeGreaterThanOrEqual(44);
    expect((box?.y ?? 999) + (box?.height ?? 999)).toBeLessThanOrEqual(phone.height);
    const bar = await page.locator('.goal > svg').boundingBox();
    const whole = await page.locator('.goal').boundingBox();
    expect((bar?.width ?? 0) / (whole?.width ?? 1)).toBeCloseTo(0.73, 1);
    await button.click();
    expect(page.url()).toContain(`/give?project=${SLUG}`);
    expect(refused).toEqual([]);
  });

  it('stands within a page of another site', async () => {
    const page = await openPage({ viewport: desk });
    const body = `<iframe src="${url()}/projects/${SLUG}/embed?lang=en" width="360" height="520"></iframe>`;
    const elsewhere = createServer((_req, res) => void res.setHeader('Content-Type', 'text/html').end(body));
    await once(elsewhere.listen(0, '127.0.0.1'), 'listening');
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    await page.frameLocator('iframe').getByRole('link', { name: 'Give now' }).waitFor();
    elsewhere.close();
  });
});
