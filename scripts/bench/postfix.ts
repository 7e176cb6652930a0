import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { until } from '../lib/scratch.ts';

export interface FastSink {
  port: number;
  close(): Promise<void>;
}

/** Debian puts postfix's test tools where only root's PATH looks. */
function tool(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => `${folder}/${name}`).find((file) => existsSync(file));
}

/** A sink that takes everything as fast as it can: postfix's, else one of our own in another process. */
export async function openFastSink(): Promise<FastSink> {
  const port = await freePort();
  const program = tool('smtp-sink');
  const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = program
    ? spawn(program, [...asRoot, '-m', '2000', `127.0.0.1:${port}`, '1000'], { stdio: 'ignore' })
    : spawn(process.execPath, [new URL('plain-sink.mjs', import.meta.url).pathname, String(port)], {
        stdio: 'ignore',
      });
  await until(() => answers(port), 'the sink answers', 50);
  return { port, close: () => end(child) };
}

/**
 * How fast postfix's smtp-source sends messages of that size over that many connections, which stay open.
 * @returns messages a second, or null where it is not installed
 */
export async function smtpSource(job: {
  port: number;
  connections: number;
  bytes: number;
  messages: number;
}): Promise<number | null> {
  const program = tool('smtp-source');
  if (!program) return null;
  const { port, connections, bytes, messages } = job;
  const options = [
    '-d',
    '-s',
    connections,
    '-m',
    messages,
    '-l',
    bytes,
    '-f',
    'a@kssm.example',
    '-t',
    'b@people.example',
  ];
  const started = performance.now();
  const child = spawn(program, [...options.map(String), `127.0.0.1:${port}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const code = await new Promise((done) => child.once('exit', done));
  if (code !== 0) throw new Error(`smtp-source ended with ${code}`);
  return Math.round(messages / ((performance.now() - started) / 1000));
}

async function end(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGKILL');
  await gone;
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => done(true)).once('error', () => done(false));
    socket.once('data', () => socket.destroy());
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
