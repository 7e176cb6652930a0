import type { Operation } from './operation.ts';
import { accessOperations } from './parts/access.ts';
import { accountOperations } from './parts/accounts.ts';
import { campaignOperations } from './parts/campaigns.ts';
import { contactOperations } from './parts/contacts.ts';
import { deliverabilityOperations } from './parts/deliverability.ts';
import { importOperations } from './parts/imports.ts';
import { listOperations } from './parts/lists.ts';
import { mediaOperations } from './parts/media.ts';
import { messageOperations } from './parts/messages.ts';
import { newsletterOperations } from './parts/newsletters.ts';
import { occasionOperations } from './parts/occasions.ts';
import { peopleOperations } from './parts/people.ts';
import { postOperations } from './parts/posts.ts';
import { projectOperations } from './parts/projects.ts';
import { runOperations } from './parts/runs.ts';
import { settingOperations } from './parts/settings.ts';
import { suppressionOperations } from './parts/suppressions.ts';
import { webhookOperations } from './parts/webhooks.ts';

/**
 * Everything the API does, each entry with its method, path, scope, schemas and handler. Router,
 * document, docs and tests read this table and nothing else; CONTRIBUTING.md says how to add to it.
 */
export const operations: Operation[] = [
  ...contactOperations,
  ...peopleOperations,
  ...importOperations,
  ...listOperations,
  ...suppressionOperations,
  ...campaignOperations,
  ...messageOperations,
  ...postOperations,
  ...newsletterOperations,
  ...projectOperations,
  ...occasionOperations,
  ...mediaOperations,
  ...runOperations,
  ...deliverabilityOperations,
  ...settingOperations,
  ...accountOperations,
  ...webhookOperations,
  ...accessOperations,
];
