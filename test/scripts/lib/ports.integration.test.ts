import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freePort, requireFreePorts } from '../../../scripts/lib/ports.ts';
import { loadConfig } from '../../../src/config.ts';

const configOf = (ports: Record<string, number>) =>
  loadConfig(Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])));

it('says which two settings want the same port', async () => {
  const port = await freePort();
  const config = configOf({ PORT: port, SANDBOX_PORT: await freePort(), SANDBOX_SMTP_PORT: port });
  await expect(requireFreePorts(config, ['PORT', 'SANDBOX_PORT', 'SANDBOX_SMTP_PORT'])).rejects.toThrow(
    `PORT and SANDBOX_SMTP_PORT are both ${port}. Set one of them to another number.`,
  );
});

it('takes free ports, and any number of zeros', async () => {
  const config = configOf({ PORT: await freePort(), SANDBOX_PORT: 0, SANDBOX_SMTP_PORT: 0 });
  await expect(
    requireFreePorts(config, ['PORT', 'SANDBOX_PORT', 'SANDBOX_SMTP_PORT']),
  ).resolves.toBeUndefined();
});

it('names the setting whose port another program has', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as { port: number };
  await expect(requireFreePorts(configOf({ PORT: port }), ['PORT'])).rejects.toThrow(
    new RegExp(`Port ${port} is in use by another program.*set PORT to another number`),
  );
  await new Promise((done) => other.close(done));
});
