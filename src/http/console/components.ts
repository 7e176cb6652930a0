import type { Route } from '../routes.ts';
import { ANYONE_SIGNED_IN } from '../staff.ts';
import type { Handler } from '../web.ts';
import { readingOf, showConsole } from './shell.ts';

/** States as the badges name them, with the message that says each. */
const STATES = ['planned', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'held'].map((look) => ({
  look,
  key: `state.${look}`,
}));

/** Parts of a bar; x is where each begins. */
const PARTS = [
  { look: 'sent', x: 0, percent: 62 },
  { look: 'deferred', x: 62, percent: 6 },
  { look: 'failed', x: 68, percent: 3 },
  { look: 'unknown', x: 71, percent: 1 },
];

const OPTIONS = (texts: string[]) => texts.map((text, i) => ({ value: text, text, selected: i === 1 }));

const components: Handler = (web) => (req, res) => {
  const { t } = readingOf(req, res);
  const data = {
    ...{ states: STATES, parts: PARTS },
    tongues: ['en', 'ml'],
    options: OPTIONS(['en', 'ml', 'en, ml']),
  };
  return showConsole(web, { req, res, name: 'components', title: t('components.title'), data });
};

export const componentRoutes: Route[] = [
  {
    method: 'get',
    path: '/console/components',
    who: ANYONE_SIGNED_IN,
    does: 'shows every component in every state',
    handle: components,
  },
];
