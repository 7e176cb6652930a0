import type { Route } from '../../routes.ts';
import { showCode, showContact, takeCode, takeContact } from './contact.ts';
import { askCode, enterLostCode, showLost } from './lost.ts';
import { changePhoto, sendPhoto, showPhotos, takePhoto } from './photo.ts';
import { showPreview } from './preview.ts';
import { showScreen, takeScreen } from './screen.ts';
import { begin, showStart } from './start.ts';

const MAKE = '/occasions/make/:token';

const photographs = (base: string, who: 'draft' | 'family'): Route[] => [
  { method: 'get', path: `${base}/photo`, who, does: 'shows the photographs of a page', handle: showPhotos },
  {
    ...{ method: 'post', path: `${base}/photo`, who, limit: 'gift', body: 'stream' },
    ...{ does: 'takes a photograph in', handle: takePhoto },
  },
  {
    ...{ method: 'get', path: `${base}/photos/:hash.:kind`, who },
    ...{ does: 'gives a size of one', handle: sendPhoto },
  },
  {
    ...{ method: 'post', path: `${base}/photos/:photo`, who, limit: 'gift' },
    ...{ does: 'turns, cuts, moves or removes one', handle: changePhoto },
  },
  {
    ...{ method: 'get', path: `${base}/preview`, who },
    ...{ does: 'shows the page as guests will see it', handle: showPreview },
  },
];

const writing = (base: string, who: 'draft' | 'family'): Route[] => [
  { method: 'get', path: `${base}/:screen`, who, does: 'shows a screen of it', handle: showScreen },
  {
    ...{ method: 'post', path: `${base}/:screen`, who, limit: 'gift', body: '1mb' },
    ...{ does: 'saves the screen, and leads on', handle: takeScreen },
  },
];

/** The screens of a page, for whoever makes it and for the family that changes it; the generic ones last. */
export const allScreens = (base: string, who: 'draft' | 'family', between: Route[] = []): Route[] => [
  ...photographs(base, who),
  ...between,
  ...writing(base, who),
];

/** How a family comes to a page of its own. */
export const makeRoutes: Route[] = [
  {
    method: 'get',
    path: '/occasions',
    who: 'anyone',
    does: 'says what a page of a family is',
    handle: showStart,
  },
  {
    ...{ method: 'post', path: '/occasions', who: 'anyone', limit: 'gift' },
    ...{ does: 'begins one', handle: begin },
  },
  { method: 'get', path: '/occasions/lost', who: 'anyone', does: 'asks who lost theirs', handle: showLost },
  {
    ...{ method: 'post', path: '/occasions/lost', who: 'anyone', limit: 'form' },
    ...{ does: 'sends a code to where it belongs', handle: askCode },
  },
  {
    ...{ method: 'post', path: '/occasions/lost/code', who: 'anyone', limit: 'form' },
    ...{ does: 'takes the code, and opens it', handle: enterLostCode },
  },
  ...allScreens(MAKE, 'draft', [
    {
      method: 'get',
      path: `${MAKE}/contact`,
      who: 'draft',
      does: 'asks who answers for it',
      handle: showContact,
    },
    {
      ...{ method: 'post', path: `${MAKE}/contact`, who: 'draft', limit: 'form' },
      ...{ does: 'sends the code that proves it', handle: takeContact },
    },
    { method: 'get', path: `${MAKE}/code`, who: 'draft', does: 'asks for the code', handle: showCode },
    {
      ...{ method: 'post', path: `${MAKE}/code`, who: 'draft', limit: 'form' },
      ...{ does: 'takes it, and asks that the page be shown', handle: takeCode },
    },
  ]),
];
