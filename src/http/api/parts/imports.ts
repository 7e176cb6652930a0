import { z } from 'zod';
import { previewImport } from '../../../contacts/import.ts';
import { keepUpload, listUploads, readRejects, readUpload, type Upload } from '../../../contacts/uploads.ts';
import { withNamedFile } from '../files.ts';
import { type FileBody, type Operation, operation } from '../operation.ts';
import { count, id, idParams, line, moment, paged, pageOf, readCursor, toPage, yes } from '../schemas.ts';

const tag = 'Imports';
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const file: FileBody = { types: ['text/csv', XLSX], longest: 100_000_000 };

const request = {
  purpose: line(60).meta({ description: 'What these people agreed to hear about', example: 'appeals' }),
  basis: line(300).meta({ description: 'Why we may write to them', example: 'paper forms, Onam fair 2026' }),
  fileName: line(100)
    .regex(/^[^./\\][^/\\]*$/, 'must be a plain file name')
    .default('contacts')
    .meta({ description: 'For the proof of consent' }),
  list: z
    .array(line(100))
    .max(20)
    .default([])
    .meta({ description: 'List they join; made when it is not there' }),
  map: z
    .array(line(200))
    .max(200)
    .default([])
    .meta({ description: 'What a column is: COLUMN=FIELD', example: ['Mobile no=phone'] }),
  sheet: line(100).optional().meta({ description: 'Of a workbook; the first unless said' }),
  sms: yes.optional().meta({ description: 'The basis covers text messages too' }),
  convertLegacy: yes
    .optional()
    .meta({ description: 'Malayalam of the fonts of ISM (ML-TT, ML, MLB) becomes Unicode' }),
};

const figures = {
  ...{ rows: count, created: count, updated: count, unchanged: count, rejected: count },
  ...{ suppressed: count, listed: count, consented: count, withdrawn: count },
};
const column = z.strictObject({ column: z.string(), as: z.string() });
const said = {
  encoding: z.string(),
  warnings: z.array(z.string()),
  mapping_recalled: z.boolean(),
};
const upload = z
  .strictObject({
    id,
    fileName: z.string(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    done: count.meta({ description: 'Rows that are dealt with' }),
    total: count.nullable(),
    result: z
      .strictObject({
        import: id,
        ...figures,
        ...said,
        columns: z.array(column),
        seconds: z.number(),
        resumed_from: count.nullable(),
      })
      .nullable(),
    hasRejects: z.boolean(),
    trouble: z.string().nullable(),
    createdAt: moment,
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Import', description: 'A file of contacts, and how far its import is' });

const preview = z.looseObject({
  ...said,
  mapping: z.array(column),
  rows: count,
  rejected: count,
  first: z.array(z.record(z.string(), z.unknown())),
  problems: z.array(z.looseObject({ line: z.number(), reason: z.string() })),
});

export const importOperations: Operation[] = [
  operation({
    ...{ method: 'post', path: '/imports', id: 'importContacts', tag, scope: 'contacts:write' },
    does: 'Import contacts from a CSV file or workbook',
    says: 'The body is the file. A worker imports it; the answer is where to look how far it is. The same file with the same options, sent again, changes nothing.',
    query: z.strictObject(request),
    body: file,
    status: 202,
    answer: upload,
    handle: ({ ground, query, body, actor }): Promise<Upload> => {
      const { fileName, list, ...rest } = query;
      const from = { path: body.path, fileName: nameOf(fileName, body.type) };
      return keepUpload(ground, from, { request: { ...rest, lists: list }, actor });
    },
  }),
  operation({
    ...{ method: 'post', path: '/import-previews', id: 'previewImport', tag, scope: 'contacts:write' },
    does: 'Say what an import would do, and write nothing',
    query: z.strictObject(request),
    body: file,
    answer: preview,
    handle: async ({ ground, query, body }) => {
      const { fileName, list, ...rest } = query;
      return withNamedFile(body.path, nameOf(fileName, body.type), async (path) => {
        const { first, ...found } = await previewImport(ground, { ...rest, lists: list, file: path });
        return { ...found, first: first.map((row) => ({ ...row })) };
      });
    },
  }),
  operation({
    ...{ method: 'get', path: '/imports', id: 'listImports', tag, scope: 'contacts:read' },
    does: 'List imports, the newest first',
    query: paged({}),
    answer: pageOf(upload),
    handle: async ({ ground, query: { limit, cursor } }) => {
      const before = readCursor(z.guid(), cursor);
      return toPage(await listUploads(ground, { before, limit: limit + 1 }), limit, (row) => row.id);
    },
  }),
  operation({
    ...{ method: 'get', path: '/imports/{id}', id: 'readImport', tag, scope: 'contacts:read' },
    does: 'How far an import is',
    params: idParams,
    answer: upload,
    refuses: [404],
    handle: ({ ground, params }) => readUpload(ground, params.id),
  }),
  operation({
    ...{ method: 'get', path: '/imports/{id}/rejects', id: 'readRejects', tag, scope: 'contacts:read' },
    does: 'The rows that could not be taken, with the reasons',
    params: idParams,
    answer: 'text/csv',
    refuses: [404],
    handle: async ({ ground, params }) => only(await readRejects(ground, params.id)),
  }),
];

async function* only(content: string): AsyncGenerator<string> {
  yield content;
}

/** The reader of files goes by the ending. */
const nameOf = (name: string, type: string) =>
  `${name.replace(/\.(csv|tsv|txt|xlsx|xlsm)$/i, '')}.${type === XLSX ? 'xlsx' : 'csv'}`;
