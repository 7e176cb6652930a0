import { createServer } from 'node:net';
import type { Config } from '../../src/config.ts';
import { Refusal } from '../../src/errors.ts';

export type PortSetting = 'PORT' | 'SANDBOX_PORT' | 'SANDBOX_SMTP_PORT';

/**
 * Tries every port that will be listened on, before anything is started.
 * @throws Refusal that names the setting to change, also when two are the same
 */
export async function requireFreePorts(config: Config, wanted: PortSetting[]): Promise<void> {
  requireDistinct(config, wanted);
  for (const setting of wanted) await tryPort(setting, config[setting], config.HOST);
}

/** 0 takes any free port, so several may be 0. */
function requireDistinct(config: Config, wanted: PortSetting[]): void {
  for (const [n, setting] of wanted.entries()) {
    const port = config[setting];
    const other = port && wanted.slice(0, n).find((one) => config[one] === port);
    if (!other) continue;
    throw new Refusal(`${other} and ${setting} are both ${port}. Set one of them to another number.`);
  }
}

function tryPort(setting: PortSetting, port: number, host: string): Promise<void> {
  const server = createServer();
  return new Promise((done, fail) => {
    server.on('error', (error: NodeJS.ErrnoException) =>
      fail(new Refusal(sentence(setting, port, error), 409)),
    );
    server.listen(port, host, () => server.close(() => done()));
  });
}

function sentence(setting: PortSetting, port: number, { code }: NodeJS.ErrnoException): string {
  const other = `set ${setting} to another number (${setting}=${port + 10} …)`;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use by another program. End that program, or ${other}.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user. Take one above 1023: ${other}.`;
  return `Port ${port} cannot be used (${code}). Check HOST, or ${other}.`;
}

/** A port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, fail) => server.on('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
