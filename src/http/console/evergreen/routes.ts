import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { add, evergreens, make, PATH, pause, remove, resume } from './page.ts';

const QUEUE = `${PATH}/:id`;

/** Posts that go round. */
export const evergreenRoutes: Route[] = [
  { method: 'get', path: PATH, who: READERS, does: 'shows posts that go round', handle: evergreens },
  { method: 'post', path: PATH, who: WRITERS, does: 'makes a queue', handle: make },
  { method: 'post', path: `${QUEUE}/items`, who: WRITERS, does: 'adds a post', handle: add },
  {
    method: 'post',
    path: `${QUEUE}/items/:message/removal`,
    who: WRITERS,
    does: 'takes it out',
    handle: remove,
  },
  { method: 'post', path: `${QUEUE}/pause`, who: WRITERS, does: 'lets it rest', handle: pause },
  { method: 'post', path: `${QUEUE}/resume`, who: WRITERS, does: 'lets it go on', handle: resume },
];
