import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

const SCHEMA = new URL('../../prisma/schema.prisma', import.meta.url);

/**
 * Prisma's schema engine as WebAssembly: the same engine as its command line, without the binary
 * that the command line downloads.
 */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  await instantiate();
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const adapter = bindMigrationAwareSqlAdapterFactory(wholeScripts(new PrismaPg(pool)));
  const datamodels = [['schema.prisma', await readFile(SCHEMA, 'utf8')]];
  const clearTimers = catchTimers();
  try {
    return await work(await glue.SchemaEngine.new({ datamodels } as never, () => undefined, adapter));
  } finally {
    clearTimers();
    await pool.end();
  }
}

/** The engine leaves a timer of ten seconds behind, which would keep the process that long. */
function catchTimers(): () => void {
  const { setTimeout: original } = globalThis;
  const timers: NodeJS.Timeout[] = [];
  const noting = (...args: Parameters<typeof original>) => {
    const timer = original(...args);
    timers.push(timer);
    return timer;
  };
  globalThis.setTimeout = Object.assign(noting, original) as typeof original;
  return () => {
    globalThis.setTimeout = original;
    for (const timer of timers) clearTimeout(timer);
  };
}

/** The adapter cuts a script at every semicolon, also inside a function's body; Postgres takes it whole. */
function wholeScripts(factory: PrismaPg): PrismaPg {
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    adapter.executeScript = async (script) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  };
  return factory;
}

/** The part of the platform's WebAssembly that is used; lib.dom, which declares it, is not for servers. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: object,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

let ready: Promise<void> | undefined;

function instantiate(): Promise<void> {
  ready ??= (async () => {
    const folder = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const bytes = await readFile(folder.replace(/\.js$/, '.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': glue });
    glue.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
  })();
  return ready;
}
