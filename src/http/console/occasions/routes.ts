import { LOOKERS } from '../../../pages/occasions/decide.ts';
import type { Route } from '../../routes.ts';
import { READERS } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { moveContact, noteGrown } from './contact.ts';
import { list, waiting } from './list.ts';
import { decide, photo, preview, show } from './one.ts';
import { days, totals } from './overview.ts';
import { answer, reports } from './reports.ts';
import { DAYS, OCCASIONS, REPORTS, TOTALS, WAITING } from './words.ts';

/** Two thousand letters of Malayalam, as a browser sends them. */
const LONG = '64kb';
const one = `${OCCASIONS}/:id`;

const seen = (path: string, does: string, handle: Handler): Route => ({
  ...{ method: 'get', path, who: READERS, does, handle },
});
const done = (path: string, does: string, handle: Handler): Route => ({
  ...{ method: 'post', path, who: LOOKERS, does, handle, body: LONG },
});

/** Pages of families: what waits, what people say of them, their days and what came together. */
export const occasionDeskRoutes: Route[] = [
  seen(OCCASIONS, 'lists pages of families', list),
  seen(WAITING, 'lists pages that wait for a look', waiting),
  seen(REPORTS, 'lists what people said of pages', reports),
  done(`${REPORTS}/:report/answer`, 'answers what somebody said', answer),
  seen(DAYS, 'shows the days of pages', days),
  seen(TOTALS, 'counts pages and what was given', totals),
  seen(one, 'shows a page of a family', show),
  seen(`${one}/preview`, 'shows it as guests would see it', preview),
  seen(`${one}/photos/:hash`, 'shows a photograph of it', photo),
  done(`${one}/keepers/:keeper/contact`, 'gives one who answers for it another contact', moveContact),
  done(`${one}/grown`, 'notes that it is no child’s', noteGrown),
  done(`${one}/decision`, 'decides about a page', decide),
];
