import type { Route } from '../routes.ts';
import { sendCard } from './card-picture.ts';
import { showDonors } from './donors.ts';
import { sendOembed, showEmbed } from './embed.ts';
import { askEnd, confirm, end, showFollow, showToken, takeFollow } from './follow.ts';
import { listProjects } from './list.ts';
import { sendFeed, sendRobots, sendSitemap } from './machines.ts';
import { showPublicProject } from './page.ts';
import { sendPoster } from './poster.ts';
import { sendQr } from './qr.ts';
import { downloadBooks, downloadHeads, showBooks } from './transparency.ts';

const ONE = '/projects/:slug';
const read = (path: string, does: string, handle: Route['handle']): Route => ({
  ...{ method: 'get', path, who: 'anyone', does, handle },
});
/** What is kept in memory, and shared until a town looks at it through one address. */
const popular = (path: string, does: string, handle: Route['handle']): Route => ({
  ...{ ...read(path, does, handle), limit: 'popular' },
});

/** What everybody may see of projects and of the books. */
export const projectRoutes: Route[] = [
  read('/projects', 'lists and finds projects', listProjects),
  popular(ONE, 'shows a project', showPublicProject),
  read(`${ONE}/donors`, 'says who gave to it', showDonors),
  popular(`${ONE}/embed`, 'gives its card for other sites', showEmbed),
  read(`${ONE}/card-:language.png`, 'draws it for where it is shared', sendCard),
  read(`${ONE}/qr.:kind`, 'gives a code that leads to it', sendQr),
  read(`${ONE}/poster.pdf`, 'gives its poster', sendPoster),
  { ...read(`${ONE}/feed.rss`, 'gives the feed of its news', sendFeed), limit: 'machine' },
  read(`${ONE}/follow`, 'shows the form to get its news', showFollow),
  {
    ...{ method: 'post', path: `${ONE}/follow`, who: 'anyone', does: 'asks the address to confirm' },
    ...{ limit: 'form', handle: takeFollow },
  },
  read('/follow/:token', 'shows what is to be confirmed', showToken),
  { ...read('/follow/:token', 'confirms that the news is wanted', confirm), method: 'post' },
  read('/follow/:token/end', 'asks before the news ends', askEnd),
  {
    ...{ method: 'post', path: '/follow/:token/end', who: 'anyone', does: 'ends the news at once' },
    ...{ limit: 'machine', handle: end },
  },
  read('/oembed', 'tells other programs how to show a project', sendOembed),
  read('/transparency', 'shows the books', showBooks),
  read('/transparency.csv', 'gives them for a spreadsheet', downloadBooks),
  read('/transparency/heads.csv', 'gives the head of every day', downloadHeads),
  { ...read('/sitemap.xml', 'tells search engines of every page', sendSitemap), limit: 'machine' },
  { ...read('/robots.txt', 'tells them what to leave alone', sendRobots), limit: 'machine' },
];
