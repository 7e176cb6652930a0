import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { HOME_CARE } from '../../../scripts/demonstration/project.ts';
import { openShelf } from '../../../src/http/brand.ts';
import { openMetrics } from '../../../src/http/metrics.ts';
import { openGuesses } from '../../../src/http/occasions/guest/guessing.ts';
import { openKeep } from '../../../src/http/projects/keep.ts';
import { showProject } from '../../../src/http/projects/page.ts';
import type { Web } from '../../../src/http/web.ts';
import { makeProject, saveProject } from '../../../src/pages/projects.ts';
import { previewOf } from '../../../src/pages/published.ts';
import { openPages } from '../../../src/render.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();

it('shows staff a version as its page will be, with its own goal, before anybody else sees it', async () => {
  const wish = { slug: 'new', theme: 'other' as const, district: null, content: HOME_CARE };
  const id = await makeProject(ground, wish, 'cli:test');
  const goal = { ...HOME_CARE.goal, amount: '300000000' };
  await saveProject(ground, { id, expected: 1, content: { ...HOME_CARE, goal } }, 'cli:test');
  const web: Web = {
    ...{
      ground,
      pages: openPages(),
      metrics: openMetrics(ground),
      brand: openShelf(ground),
      kept: openKeep(),
      guesses: openGuesses(),
    },
    ...{ allows: () => true, inboxUrl: null, stopping: () => false },
  };
  const app = express();
  app.get('/', async (req, res) => {
    const project = await previewOf(ground.sql, { id, version: 2 }, ground.clock.now());
    await showProject(web, { req, res, project, language: 'en' });
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/?lang=en`);
  const page = await answer.text();
  server.close();
  expect(answer.headers.get('x-robots-tag')).toContain('noindex');
  for (const text of [
    'Nobody outside can see it yet.',
    'of ₹30,00,000',
    'Homes that only a boat reaches',
    'Give now',
  ])
    expect(page).toContain(text);
  expect(page).not.toContain('rel="canonical"');
  await expect(previewOf(ground.sql, { id, version: 9 }, ground.clock.now())).rejects.toThrow('no version 9');
});
