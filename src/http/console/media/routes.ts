import type { Route } from '../../routes.ts';
import { READERS, WRITERS } from '../../staff.ts';
import { askRemoval, describe, remove, showAsset } from './asset.ts';
import { addToLibrary, showLibrary, showPicker } from './library.ts';

const asset = '/console/media/:id';

export const mediaPageRoutes: Route[] = [
  {
    method: 'get',
    path: '/console/media',
    who: READERS,
    does: 'shows the media library',
    handle: showLibrary,
  },
  {
    ...{ method: 'post', path: '/console/media', who: WRITERS, body: 'stream' },
    ...{ does: 'adds to the media library', handle: addToLibrary },
  },
  {
    ...{ method: 'get', path: '/console/media/picker', who: READERS },
    ...{ does: 'finds pictures by words', handle: showPicker },
  },
  { method: 'get', path: asset, who: READERS, does: 'shows a picture or file', handle: showAsset },
  { method: 'post', path: asset, who: WRITERS, does: 'describes a picture or file', handle: describe },
  { method: 'get', path: `${asset}/removal`, who: WRITERS, does: 'asks before removing', handle: askRemoval },
  {
    method: 'post',
    path: `${asset}/removal`,
    who: WRITERS,
    does: 'removes what nothing shows',
    handle: remove,
  },
];
