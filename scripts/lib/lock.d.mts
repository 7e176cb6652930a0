/** A lock that was taken, or who has it. */
export type Lock = { release: () => void } | { release: undefined; pid: number; note: string };

/** Takes a lock file or tells who has it; a dead process's lock is taken over. */
export function takeLock(file: string, note?: string): Lock;

/** Runs `work` while holding a lock file; waits while a living process holds it. */
export function withLock<T>(file: string, work: () => T | Promise<T>, onWait?: () => void): Promise<T>;
