import { readFile } from 'node:fs/promises';
import type { z } from 'zod';
import { Refusal } from '../../src/errors.ts';

/** What a file of JSON says, by a schema. @throws Refusal that names the file and each place that will not do */
export async function readJson<S extends z.ZodType>(file: string, schema: S): Promise<z.output<S>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Refusal(`${file} cannot be read (${error.code}). Give the path of a file.`);
  });
  const read = schema.safeParse(parsed(file, text));
  if (read.success) return read.data;
  const faults = read.error.issues.map(
    ({ path, message }) => `${path.map(String).join('.') || 'it'}: ${message}`,
  );
  throw new Refusal(`${file} will not do.\n${faults.join('\n')}`);
}

function parsed(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(`${file} holds no JSON.`);
  }
}
