import QRCode from 'qrcode';
import { findPublished } from '../../pages/published.ts';
import type { Handler } from '../web.ts';
import { projectPath } from './address.ts';

const LOOK = { margin: 2, errorCorrectionLevel: 'M' } as const;

/** A code that leads to a project's page, to print or to show. */
export const sendQr: Handler = (web) => async (req, res) => {
  const { slug } = await findPublished(web.ground.sql, String(req.params.slug));
  const address = `${web.ground.config.publicUrl}${projectPath(slug)}`;
  res.set({ 'Cache-Control': 'public, max-age=3600', 'Cross-Origin-Resource-Policy': 'cross-origin' });
  if (req.params.kind === 'svg')
    res.type('svg').send(await QRCode.toString(address, { ...LOOK, type: 'svg' }));
  else res.type('png').send(await QRCode.toBuffer(address, { ...LOOK, width: 1024 }));
};
