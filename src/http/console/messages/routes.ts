import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { postEditor, showEditor } from './editor.ts';
import { postFiles, showFiles } from './files.ts';
import { findPeople, readLegacy } from './helpers.ts';
import { postNewMessage, showNewMessage } from './new.ts';
import { LONGEST_FORM } from './posted.ts';
import { postPreview, showPreview } from './preview.ts';
import { previewTemplate, showTemplates, useTemplate } from './templates.ts';
import { postTrial, showTrial } from './trial.ts';
import { restore, showVersion, showVersions } from './versions.ts';

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
  {
    method: 'get',
    path: `${message}/people`,
    who: READERS,
    does: 'finds contacts as one types',
    handle: findPeople,
  },
  {
    ...{ method: 'post', path: `${message}/legacy`, who: WRITERS, body: '256kb' },
    ...{ does: 'tells a text in an old font apart', handle: readLegacy },
  },
  {
    method: 'get',
    path: `${message}/versions`,
    who: READERS,
    does: 'lists the versions',
    handle: showVersions,
  },
  {
    ...{ method: 'get', path: `${message}/versions/:version`, who: READERS },
    ...{ does: 'shows what a version changed', handle: showVersion },
  },
  {
    ...{ method: 'post', path: `${message}/versions/:version/restore`, who: WRITERS },
    ...{ does: 'brings a version back', handle: restore },
  },
  {
    method: 'get',
    path: `${message}/test`,
    who: WRITERS,
    does: 'asks where a test mail goes',
    handle: showTrial,
  },
  { method: 'post', path: `${message}/test`, who: WRITERS, does: 'sends a test mail', handle: postTrial },
  {
    method: 'get',
    path: `${message}/files`,
    who: READERS,
    does: 'shows what a mail carries',
    handle: showFiles,
  },
  {
    method: 'post',
    path: `${message}/files`,
    who: WRITERS,
    does: 'attaches or takes out',
    handle: postFiles,
  },
  {
    ...{ method: 'get', path: '/console/campaigns/:id/messages/new', who: WRITERS },
    ...{ does: 'asks what a new message begins with', handle: showNewMessage },
  },
  {
    ...{ method: 'post', path: '/console/campaigns/:id/messages/new', who: WRITERS },
    ...{ does: 'makes a message', handle: postNewMessage },
  },
  {
    method: 'get',
    path: '/console/templates',
    who: READERS,
    does: 'shows the templates',
    handle: showTemplates,
  },
  {
    ...{ method: 'get', path: '/console/templates/:name', who: WRITERS },
    ...{ does: 'asks which campaign a template is used for', handle: useTemplate },
  },
  {
    ...{ method: 'get', path: '/console/templates/:name/:language', who: READERS },
    ...{ does: 'shows a template as a mail', handle: previewTemplate },
  },
];
