import { z } from 'zod';
import type { Ground } from '../../../ground.ts';
import { addFile } from '../../../media/add.ts';
import {
  type Asset,
  describeAsset,
  findAsset,
  listAssets,
  removeAsset,
  usesOf,
} from '../../../media/assets.ts';
import { addressOf } from '../../../media/served.ts';
import { type Operation, operation } from '../operation.ts';
import { count, id, idParams, language, line, moment, paged, pageOf, sliced } from '../schemas.ts';

const tag = 'Media';
const OFFICE = 'application/vnd.openxmlformats-officedocument';
const file = {
  types: [
    ...['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'application/pdf', 'text/calendar', 'text/csv'],
    ...[`${OFFICE}.wordprocessingml.document`, `${OFFICE}.spreadsheetml.sheet`, 'text/plain'],
  ],
  longest: 25_000_000,
};
const words = line(300);
const alt = z
  .record(language, words)
  .refine((given) => Object.keys(given).length <= 20, 'at most 20 languages');
const asset = z
  .strictObject({
    ...{ id, hash: z.string(), kind: z.enum(['picture', 'file']), mime: z.string() },
    ...{ width: count.nullable(), height: count.nullable(), bytes: count, name: z.string() },
    seconds: z.number().nullable().meta({ description: 'Of a video' }),
    alt: z.record(z.string(), z.string()).meta({ description: 'What is seen on it, by language' }),
    ...{
      credit: z.string().nullable(),
      consent: z.string().nullable(),
      madeBy: z.string(),
      createdAt: moment,
    },
    files: z.array(
      z.strictObject({
        ...{ width: count, height: count.nullable(), ext: z.string(), bytes: count, url: z.string() },
      }),
    ),
  })
  .meta({ id: 'Asset', description: 'A picture or file; a mail shows a picture as asset:ID' });

/** An asset with the addresses of its files. */
const shown = ({ config }: Ground, { files, ...rest }: Asset) => ({
  ...rest,
  files: files.map(({ hash: _, ...one }) => ({ ...one, url: addressOf(config.publicUrl, rest, one) })),
});

/** The library is short; somebody who has more looks by the command line. */
const MOST = 10_000;

export const mediaOperations: Operation[] = [
  operation({
    ...{ method: 'get', path: '/media', id: 'listMedia', tag, scope: 'media:read' },
    does: 'List the media library, newest first',
    query: paged({}),
    answer: pageOf(asset),
    handle: async ({ ground, query }) => {
      const { items, next } = sliced(await listAssets(ground, MOST), query, (one) => one.id);
      return { items: items.map((one) => shown(ground, one)), next };
    },
  }),
  operation({
    ...{ method: 'post', path: '/media', id: 'addMedia', tag, scope: 'media:write' },
    does: 'Add a picture or a file to the media library',
    says: 'The body is the file. A picture is made anew from its pixels, in several sizes.',
    query: z.strictObject({
      name: line(200).meta({ description: 'Name of the file', example: 'onam.jpg' }),
      credit: words.optional(),
      consent: words
        .optional()
        .meta({ description: 'Who on it agreed to be shown, and where that is written' }),
    }),
    body: file,
    status: 201,
    answer: asset.extend({
      known: z.boolean().meta({ description: 'The same bytes were here before' }),
      remarks: z.array(z.string()),
    }),
    handle: async ({ ground, query, body, caller }) => {
      const wish = { ...query, path: body.path };
      const { asset: added, known, remarks } = await addFile(ground, wish, caller.user);
      return { ...shown(ground, added), known, remarks };
    },
  }),
  operation({
    ...{ method: 'get', path: '/media/{id}', id: 'readMedia', tag, scope: 'media:read' },
    does: 'A picture or file, and what uses it',
    params: idParams,
    answer: asset.extend({ uses: z.array(z.strictObject({ type: z.string(), id: z.string() })) }),
    refuses: [404],
    handle: async ({ ground, params }) => {
      const found = await findAsset(ground, params.id);
      return { ...shown(ground, found), uses: await usesOf(ground, found) };
    },
  }),
  operation({
    ...{ method: 'patch', path: '/media/{id}', id: 'describeMedia', tag, scope: 'media:write' },
    does: 'Change what is said about a picture or file',
    params: idParams,
    body: z.strictObject({ alt: alt.optional(), credit: words.optional(), consent: words.optional() }),
    answer: asset,
    refuses: [404],
    handle: async ({ ground, params, body, caller }) => {
      const { alt: said, ...rest } = body;
      const described = { ...rest, ...(said && { alt: said }) };
      return shown(ground, await describeAsset(ground, { wish: params.id, user: caller.user }, described));
    },
  }),
  operation({
    ...{ method: 'delete', path: '/media/{id}', id: 'removeMedia', tag, scope: 'media:write' },
    does: 'Remove one that nothing uses',
    params: idParams,
    refuses: [404, 409],
    handle: async ({ ground, params, caller }) => {
      await removeAsset(ground, { wish: params.id, user: caller.user });
      return undefined;
    },
  }),
];
