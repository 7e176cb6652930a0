import type { Route } from '../../routes.ts';
import { changeRoutes } from './changes.ts';
import { duplicateRoutes } from './duplicates.ts';
import { editRoutes } from './edit.ts';
import { importRoutes } from './import.ts';
import { importRunRoutes } from './import-run.ts';
import { importStepRoutes } from './import-steps.ts';
import { listRoutes } from './list.ts';
import { listPageRoutes } from './lists.ts';
import { oneRoutes } from './one.ts';
import { suppressionImportRoutes } from './suppression-import.ts';
import { suppressionRoutes } from './suppressions.ts';

/** Fixed paths stand before those with an id. */
export const contactRoutes: Route[] = [
  ...[...listRoutes, ...importRoutes, ...importStepRoutes, ...importRunRoutes],
  ...[...duplicateRoutes, ...editRoutes, ...oneRoutes, ...changeRoutes],
  ...listPageRoutes,
  ...[...suppressionRoutes, ...suppressionImportRoutes],
];
