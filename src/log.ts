import { pino } from 'pino';

export type { Logger as Log } from 'pino';

/** Names of fields that never reach the log, wherever they stand. */
const PRIVATE = [
  'address',
  'email',
  'phone',
  'name',
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
];

/** JSON lines on standard error, so that a command's answer on standard output stays clean. */
export function openLog(level: string, service: string) {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      redact: { paths: PRIVATE.flatMap((key) => [key, `*.${key}`]), censor: '[kept out]' },
    },
    pino.destination({ dest: 2, sync: false }),
  );
}
