import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { postNewPhone, postPhone, showNewPhone, showPhone } from './editor.ts';

const NEW = '/console/campaigns/:id/phone/new';
const ONE = '/console/phone-messages/:id';
const body = '128kb';

export const phoneMessageRoutes: Route[] = [
  {
    ...{ method: 'get', path: NEW, who: WRITERS },
    ...{ does: 'asks for a new SMS or WhatsApp message', handle: showNewPhone },
  },
  {
    ...{ method: 'post', path: NEW, who: WRITERS, body },
    ...{ does: 'makes an SMS or WhatsApp message', handle: postNewPhone },
  },
  {
    ...{ method: 'get', path: ONE, who: READERS },
    ...{ does: 'shows an SMS or WhatsApp message', handle: showPhone },
  },
  {
    ...{ method: 'post', path: ONE, who: WRITERS, body },
    ...{ does: 'edits an SMS or WhatsApp message', handle: postPhone },
  },
];
