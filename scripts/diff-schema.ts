/** Prints the SQL that leads from one Prisma schema to another: `tsx scripts/diff-schema.ts [OLD] NEW`. */
import { readFile } from 'node:fs/promises';
import { withSchemaEngine } from './lib/schema-engine.ts';

const files = process.argv.slice(2);
const next = await container(files.at(-1) ?? 'prisma/schema.prisma');
const previous = await container(files[0] ?? 'prisma/schema.prisma');
const { stdout } = await withSchemaEngine(process.env.DATABASE_URL ?? '', (engine) =>
  engine.diff({
    from: files.length > 1 ? { tag: 'schemaDatamodel', ...previous } : { tag: 'empty' },
    to: { tag: 'schemaDatamodel', ...next },
    script: true,
    exitCode: null,
    shadowDatabaseUrl: null,
    filters: { externalTables: [], externalEnums: [] },
  } as Parameters<typeof engine.diff>[0]),
);
process.stdout.write(stdout ?? '');

async function container(path: string) {
  return { files: [{ path, content: await readFile(path, 'utf8') }], configDir: '.' };
}
