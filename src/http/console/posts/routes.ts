import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { postNew, postPost, showNew, showPost } from './editor.ts';
import { showPicks } from './picks.ts';
import { showLook } from './preview.ts';

const POSTS = '/console/posts';
const NEW = '/console/campaigns/:id/posts/new';
const LONGEST = '512kb';

export const postRoutes: Route[] = [
  { method: 'get', path: NEW, who: WRITERS, does: 'asks for a new post', handle: showNew },
  { method: 'post', path: NEW, who: WRITERS, does: 'makes a post', body: LONGEST, handle: postNew },
  {
    method: 'get',
    path: `${POSTS}/pictures`,
    who: WRITERS,
    does: 'offers pictures and videos',
    handle: showPicks,
  },
  {
    ...{ method: 'post', path: `${POSTS}/preview`, who: WRITERS, body: LONGEST },
    ...{ does: 'shows what is typed as each network would', handle: showLook },
  },
  { method: 'get', path: `${POSTS}/:id`, who: READERS, does: 'shows a post', handle: showPost },
  {
    method: 'post',
    path: `${POSTS}/:id`,
    who: WRITERS,
    does: 'edits a post',
    body: LONGEST,
    handle: postPost,
  },
];
