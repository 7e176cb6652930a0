import type { Route } from '../../routes.ts';
import { sendCertificate } from './certificate.ts';
import { takeCode } from './door.ts';
import { showBadge } from './embed.ts';
import { sendInvitation, sendOccasionCard, sendOccasionQr, sendPhoto, sendTableCard } from './files.ts';
import { showGuestPage } from './open.ts';
import { showReport, takeReport } from './report.ts';
import { showWall } from './wall.ts';

const ONE = '/o/:code';
const read = (path: string, does: string, handle: Route['handle']): Route => ({
  ...{ method: 'get', path, who: 'anyone', does, handle },
});
/** What is kept in memory, or asked for by a whole village with each look. */
const popular = (path: string, does: string, handle: Route['handle']): Route => ({
  ...{ ...read(path, does, handle), limit: 'popular' },
});
/** What a stranger types: guesses are few, and so are reports. */
const typed = (path: string, does: string, handle: Route['handle']): Route => ({
  ...{ method: 'post', path, who: 'anyone', does, handle, limit: 'form' },
});

/** What guests of a family see and do. */
export const guestRoutes: Route[] = [
  popular(ONE, 'shows a family’s page to its guests', showGuestPage),
  typed(`${ONE}/door`, 'takes the guests’ code of a page', takeCode),
  read(`${ONE}/wall`, 'shows every message of a page', showWall),
  popular(`${ONE}/photo/:file`, 'gives a photograph of a page', sendPhoto),
  popular(`${ONE}/embed`, 'gives a page’s badge for other sites', showBadge),
  read(`${ONE}/card-:language.png`, 'gives the picture where a page is shared', sendOccasionCard),
  read(`${ONE}/qr.:kind`, 'gives a code that leads to a page', sendOccasionQr),
  read(`${ONE}/invitation.pdf`, 'gives an invitation to a page', sendInvitation),
  read(`${ONE}/table.pdf`, 'gives a card for tables', sendTableCard),
  read(`${ONE}/report`, 'asks what is wrong with a page', showReport),
  typed(`${ONE}/report`, 'takes what is wrong with a page', takeReport),
  read('/family/:token/certificate.pdf', 'gives a family the certificate of its page', sendCertificate),
];
