import type { Route } from '../../routes.ts';
import { changeRoutes } from './changes.ts';
import { editRoutes } from './edit.ts';
import { listRoutes } from './list.ts';
import { oneRoutes } from './one.ts';

/** Fixed paths stand before those with an id. */
export const contactRoutes: Route[] = [...listRoutes, ...editRoutes, ...oneRoutes, ...changeRoutes];
