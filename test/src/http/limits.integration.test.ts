import type { Server } from 'node:http';
import express, { type ErrorRequestHandler } from 'express';
import { afterEach, expect, test } from 'vitest';
import { openLimits } from '../../../src/http/limits.ts';
import { drain, listen, portOf } from '../../../src/listen.ts';
import { testGround } from '../../support/ground.ts';

const ground = testGround();
const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await drain(server, 1000);
});

/** A process of its own, behind a proxy that names the caller. */
async function processOf(limit: 'form' | 'view') {
  const app = express().set('trust proxy', true);
  app.post('/', openLimits(ground)[limit], (_req, res) => void res.send('taken'));
  const tell: ErrorRequestHandler = (error, _req, res, _next) => void res.status(error.status).send('no');
  app.use(tell);
  const server = await listen(app, { host: '127.0.0.1', port: 0, setting: 'PORT' });
  open.push(server);
  return (caller: string) =>
    fetch(`http://127.0.0.1:${portOf(server)}/`, {
      method: 'POST',
      headers: { 'x-forwarded-for': caller },
    });
}

test('two processes count a form together, and another caller is free', async () => {
  const [one, two] = [await processOf('form'), await processOf('form')];
  const answers: Response[] = [];
  for (let i = 0; i < 21; i++) answers.push(await (i % 2 ? one : two)('203.0.113.7'));
  expect(answers.slice(0, 20).every(({ status }) => status === 200)).toBe(true);
  expect(answers[20]?.status).toBe(429);
  expect(Number(answers[20]?.headers.get('retry-after'))).toBeGreaterThan(500);
  expect((await one('203.0.113.8')).status).toBe(200);
});

test('an IPv6 network counts as one caller', async () => {
  const ask = await processOf('form');
  const hosts = Array.from({ length: 20 }, (_, i) => `2001:db8:1:2::${(i + 1).toString(16)}`);
  for (const host of hosts) expect((await ask(host)).status).toBe(200);
  expect((await ask('2001:db8:1:2:a:b:c:d')).status).toBe(429);
  expect((await ask('2001:db8:1:3::1')).status).toBe(200);
});

test('the database never sees an address', async () => {
  const ask = await processOf('form');
  await ask('198.51.100.99');
  const { rows } = await ground.sql.query('SELECT key FROM rate_limit');
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.some(({ key }) => key.includes('198.51'))).toBe(false);
});
