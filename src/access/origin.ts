import { AsyncLocalStorage } from 'node:async_hooks';

const origins = new AsyncLocalStorage<string>();

/**
 * Runs `work` for somebody who called from `origin`, such as an IP address; what is audited meanwhile
 * says so. A domain function need not hand through what only the log wants.
 */
export const callingFrom = <T>(origin: string, work: () => T): T => origins.run(origin, work);

/** From where the present call came; undefined outside of one. */
export const currentOrigin = (): string | undefined => origins.getStore();
