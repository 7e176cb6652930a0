import { importSuppressions } from '../../../contacts/suppression-file.ts';
import { Refusal } from '../../../errors.ts';
import { say } from '../../../say.ts';
import { withNamedFile } from '../../api/files.ts';
import { receiveForm } from '../../multipart.ts';
import type { Route } from '../../routes.ts';
import { staffOf, WRITERS } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { leadOn, readingOf } from '../shell.ts';
import { addressOf } from './reading.ts';
import { SUPPRESSIONS, showSuppressions } from './suppressions.ts';

const LONGEST = 50_000_000;

const take: Handler = (web) => async (req, res) => {
  const { t, said } = readingOf(req, res);
  try {
    const form = await receiveForm(req, res, { longest: LONGEST });
    if (!form.file) throw new Refusal(say`Choose a file first.`);
    const wish = { reason: form.text('reason').trim() || 'manual', actor: staffOf(res).user.email };
    const { rows, added } = await withNamedFile(form.file.path, form.file.name, (file) =>
      importSuppressions(web.ground, { file, ...wish }),
    );
    leadOn(res, addressOf(SUPPRESSIONS, { rows: String(rows), added: String(added) }));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const long = error.status === 413;
    const text = long ? t('import.too-large', { most: LONGEST / 1_000_000 }) : said(error);
    await showSuppressions(web, { req, res, fault: { form: 'file', text, status: long ? 413 : 422 } });
  }
};

export const suppressionImportRoutes: Route[] = [
  {
    ...{ method: 'post', path: `${SUPPRESSIONS}/import`, who: WRITERS, body: 'stream', handle: take },
    does: 'suppresses every address of a file, or none of them',
  },
];
