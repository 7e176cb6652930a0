import type { Role } from '../../../access/users.ts';
import type { Route } from '../../routes.ts';
import { READERS } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { again, end, published, remove } from './deeds.ts';
import { showAttention } from './show.ts';

/** Who decides about a post: who writes it and who lets it go. */
const DECIDERS: readonly Role[] = ['administrator', 'author', 'approver'];

const deed = (path: string, does: string, handle: Handler): Route => ({
  ...{ method: 'post', path: `/console/publications/:id/${path}`, who: DECIDERS, does, handle },
});

export const attentionRoutes: Route[] = [
  {
    method: 'get',
    path: '/console/attention',
    who: READERS,
    does: 'lists what needs a person',
    handle: showAttention,
  },
  deed('published', 'says where a post is to be seen', published),
  deed('again', 'publishes a post again', again),
  deed('end', 'gives a post up', end),
  deed('removal', 'takes a post away from its network', remove),
];
