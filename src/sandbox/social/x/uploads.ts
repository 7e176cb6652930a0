import busboy from 'busboy';
import type { Request, RequestHandler, Router } from 'express';
import { problem } from './people.ts';

/** A file on its way in, and ready once it was processed. */
export interface Upload {
  id: string;
  mime: string;
  video: boolean;
  total: number;
  parts: Map<number, Buffer>;
  state: 'open' | 'pending' | 'in_progress' | 'succeeded';
  alt: string;
}

const LASTS_SECONDS = 86_400;

/** Chunked upload: initialize, append, finalize, STATUS, and the description. */
export function addUploads(router: Router, uploads: Map<string, Upload>, nextId: () => string): void {
  router.post('/2/media/upload/initialize', (req, res) => {
    const { media_type: mime = '', total_bytes: total, media_category = '' } = req.body ?? {};
    if (!/^(image|video)\//.test(mime) || !(total > 0) || !/^tweet_/.test(media_category))
      return problem(res, 400, ['Invalid Request', 'One or more parameters to your request was invalid.']);
    const upload: Upload = {
      ...{ id: nextId(), mime, total, video: media_category === 'tweet_video' },
      ...{ parts: new Map(), state: 'open', alt: '' },
    };
    uploads.set(upload.id, upload);
    res.json({ data: told(upload) });
  });
  router.post('/2/media/upload/:id/append', known(uploads), async (req, res) => {
    const { index, bytes } = await readPart(req);
    uploads.get(String(req.params.id))?.parts.set(index, bytes);
    res.json({ data: { expires_at: Math.floor(Date.now() / 1000) + LASTS_SECONDS } });
  });
  router.post('/2/media/upload/:id/finalize', known(uploads), (req, res) => {
    const upload = uploads.get(String(req.params.id)) as Upload;
    if (bytesOf(upload).length !== upload.total)
      return problem(res, 400, ['Invalid Request', 'Segments do not add up to provided total file size.']);
    upload.state = upload.video ? 'pending' : 'succeeded';
    res.json({ data: told(upload) });
  });
  router.get('/2/media/upload', (req, res) => {
    const upload = uploads.get(String(req.query.media_id));
    if (!upload || req.query.command !== 'STATUS') return problem(res, 404, ['Not Found', 'Not Found']);
    upload.state = upload.state === 'pending' ? 'in_progress' : 'succeeded';
    res.json({ data: told(upload) });
  });
  router.post('/2/media/metadata', (req, res) => {
    const upload = uploads.get(req.body?.id);
    if (!upload) return problem(res, 400, ['Invalid Request', 'Your media IDs are invalid.']);
    upload.alt = String(req.body?.metadata?.alt_text?.text ?? '');
    res.json({ data: { id: upload.id, associated_metadata: { alt_text: { text: upload.alt } } } });
  });
}

const bytesOf = ({ parts }: Upload): Buffer =>
  Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));

/** A file whose parts are all there. */
export const wholeOf = (upload: Upload) => ({
  ...{ bytes: bytesOf(upload), mime: upload.mime, alt: upload.alt },
});

const known =
  (uploads: Map<string, Upload>): RequestHandler =>
  (req, res, next) => {
    if (uploads.get(String(req.params.id))?.state === 'open') next();
    else problem(res, 400, ['Invalid Request', 'Your media IDs are invalid.']);
  };

const told = ({ id, video, state }: Upload) => ({
  ...{ id, media_key: `${video ? 7 : 3}_${id}`, expires_after_secs: LASTS_SECONDS },
  ...(video && state !== 'open' && { processing_info: { state, check_after_secs: 1 } }),
});

function readPart(req: Request): Promise<{ index: number; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let index = 0;
    const form = busboy({ headers: req.headers });
    form.on('field', (name, value) => {
      if (name === 'segment_index') index = Number(value);
    });
    form.on('file', (_name, file) => file.on('data', (chunk: Buffer) => chunks.push(chunk)));
    form.on('close', () => resolve({ index, bytes: Buffer.concat(chunks) }));
    form.on('error', reject);
    req.pipe(form);
  });
}
