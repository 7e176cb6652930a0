import type { Route } from '../../routes.ts';
import { APPROVERS, READERS, WRITERS } from '../../staff.ts';
import { readLegacy } from '../messages/helpers.ts';
import { LONGEST_FORM } from '../messages/posted.ts';
import * as consents from './consents.ts';
import { ask, close, decide, publish, watch } from './deeds.ts';
import { show } from './desk.ts';
import { postEditor, showEditor } from './editor.ts';
import { list } from './list.ts';
import { begin, make } from './make.ts';
import { dropOffer, dropSponsor, postOffer, postSponsor, showPartners } from './partners.ts';
import { postPersons, showPersons } from './persons.ts';
import { postPreview, showPreview } from './preview.ts';
import * as updates from './updates.ts';
import { restore, showVersion, showVersions } from './versions.ts';
import { CONSENTS, PROJECTS } from './words.ts';

const one = `${PROJECTS}/:id`;
const page = `${one}/page`;
const update = `${one}/updates/:update`;
/** Whoever writes or decides. */
const BOTH = [...WRITERS, ...APPROVERS.filter((role) => !WRITERS.includes(role))];
/** Two long texts in Malayalam, as a browser sends them. */
const LONG = '512kb';

/** Projects: their pages, who approved what, their news and partners, and who agreed to be on them. */
export const projectDeskRoutes: Route[] = [
  { method: 'get', path: PROJECTS, who: READERS, does: 'lists projects', handle: list },
  { method: 'get', path: `${PROJECTS}/new`, who: WRITERS, does: 'asks for a project', handle: begin },
  { method: 'post', path: PROJECTS, who: WRITERS, does: 'makes a project', handle: make },
  { method: 'get', path: one, who: READERS, does: 'shows what a project waits for', handle: show },
  { method: 'get', path: page, who: READERS, does: 'shows what its page says', handle: showEditor },
  {
    ...{ method: 'post', path: page, who: WRITERS, body: LONGEST_FORM },
    ...{ does: 'edits what its page says', handle: postEditor },
  },
  {
    ...{ method: 'post', path: `${page}/legacy`, who: WRITERS, body: '256kb' },
    ...{ does: 'tells a text in an old font apart', handle: readLegacy },
  },
  {
    method: 'get',
    path: `${page}/preview`,
    who: READERS,
    does: 'shows it as the public would',
    handle: showPreview,
  },
  {
    ...{ method: 'post', path: `${page}/preview`, who: WRITERS, body: LONGEST_FORM },
    ...{ does: 'shows what is typed as the public would see it', handle: postPreview },
  },
  { method: 'get', path: `${one}/versions`, who: READERS, does: 'lists versions', handle: showVersions },
  {
    ...{ method: 'get', path: `${one}/versions/:version`, who: READERS },
    ...{ does: 'shows what a version changed', handle: showVersion },
  },
  {
    ...{ method: 'post', path: `${one}/versions/:version/restore`, who: WRITERS },
    ...{ does: 'brings a version back', handle: restore },
  },
  { method: 'post', path: `${one}/review`, who: WRITERS, does: 'asks for a review', handle: ask },
  { method: 'post', path: `${one}/decision`, who: APPROVERS, does: 'approves or gives back', handle: decide },
  { method: 'post', path: `${one}/publication`, who: BOTH, does: 'publishes the approved', handle: publish },
  { method: 'post', path: `${one}/close`, who: APPROVERS, body: LONG, does: 'ends a project', handle: close },
  { method: 'post', path: `${one}/watch`, who: READERS, does: 'tells the asker of gifts', handle: watch },
  { method: 'get', path: `${one}/updates`, who: READERS, does: 'lists news', handle: updates.showUpdates },
  {
    method: 'get',
    path: `${one}/updates/new`,
    who: WRITERS,
    does: 'asks for news',
    handle: updates.beginUpdate,
  },
  {
    ...{ method: 'post', path: `${one}/updates`, who: WRITERS, body: LONG },
    ...{ does: 'writes news', handle: updates.saveUpdate },
  },
  { method: 'get', path: update, who: WRITERS, does: 'shows news to change', handle: updates.editUpdate },
  {
    ...{ method: 'post', path: update, who: WRITERS, body: LONG },
    ...{ does: 'changes news', handle: updates.saveUpdate },
  },
  {
    ...{ method: 'post', path: `${update}/publication`, who: APPROVERS },
    ...{ does: 'shows and mails news', handle: updates.publish },
  },
  { method: 'get', path: `${one}/partners`, who: READERS, does: 'lists partners', handle: showPartners },
  { method: 'post', path: `${one}/sponsors`, who: APPROVERS, does: 'names a sponsor', handle: postSponsor },
  {
    ...{ method: 'post', path: `${one}/sponsors/:one/end`, who: APPROVERS },
    ...{ does: 'takes a sponsor off', handle: dropSponsor },
  },
  { method: 'post', path: `${one}/offers`, who: APPROVERS, does: 'records a match', handle: postOffer },
  {
    ...{ method: 'post', path: `${one}/offers/:one/end`, who: APPROVERS },
    ...{ does: 'ends a match', handle: dropOffer },
  },
  { method: 'get', path: CONSENTS, who: READERS, does: 'lists who agreed', handle: consents.list },
  { method: 'get', path: `${CONSENTS}/new`, who: BOTH, does: 'asks for a consent', handle: consents.begin },
  { method: 'post', path: CONSENTS, who: BOTH, does: 'records a consent', handle: consents.record },
  {
    ...{ method: 'get', path: `${CONSENTS}/pictures/:id`, who: READERS },
    ...{ does: 'shows who is on a picture', handle: showPersons },
  },
  {
    ...{ method: 'post', path: `${CONSENTS}/pictures/:id`, who: BOTH },
    ...{ does: 'says who is on a picture', handle: postPersons },
  },
  { method: 'get', path: `${CONSENTS}/:id`, who: READERS, does: 'shows a consent', handle: consents.show },
  {
    ...{ method: 'post', path: `${CONSENTS}/:id/withdrawal`, who: BOTH },
    ...{ does: 'takes a consent back', handle: consents.withdraw },
  },
  {
    ...{ method: 'post', path: `${CONSENTS}/:id/shelter`, who: BOTH },
    ...{ does: 'hides a child for good', handle: consents.shelter },
  },
];
