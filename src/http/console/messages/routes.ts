import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { postEditor, showEditor } from './editor.ts';
import { LONGEST_FORM } from './posted.ts';
import { postPreview, showPreview } from './preview.ts';

const message = '/console/messages/:id';

export const messageRoutes: Route[] = [
  { method: 'get', path: message, who: READERS, does: 'shows what a message says', handle: showEditor },
  {
    ...{ method: 'post', path: message, who: WRITERS, does: 'edits what a message says' },
    ...{ body: LONGEST_FORM, handle: postEditor },
  },
  {
    ...{ method: 'get', path: `${message}/preview`, who: READERS },
    ...{ does: 'shows a message as a contact sees it', handle: showPreview },
  },
  {
    ...{ method: 'post', path: `${message}/preview`, who: WRITERS, body: LONGEST_FORM },
    ...{ does: 'shows what is typed as a contact sees it', handle: postPreview },
  },
];
