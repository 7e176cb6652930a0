import type { Request, RequestHandler } from 'express';
import { translator } from '../../i18n.ts';
import { askedLanguage, otherLanguage, readerLanguage } from '../../reader.ts';
import type { Sandbox } from '../app.ts';
import { SOCIAL } from './social.ts';
import { countsOf, timelineOf, titleOf } from './timelines.ts';

const HOME = '/sandbox/social';
/** Between two looks, in seconds. */
const FRESH = 10;

type Handler = (sandbox: Sandbox) => RequestHandler;

/** Timelines of the practice networks, all or `?network=`; looks again by itself unless `?still=yes`. */
export const showSocial: Handler = (sandbox) => (req, res) => {
  const language = readerLanguage(req);
  const { standIns } = sandbox.social;
  const chosen = [...standIns.values()].filter(({ network }) => network === req.query.network);
  const walls = (chosen.length ? chosen : [...standIns.values()]).map((one) => timelineOf(one, language));
  const t = translator(language);
  const only = chosen[0] ? titleOf(chosen[0].network) : null;
  if (!isStill(req)) res.set('Refresh', String(FRESH));
  const html = sandbox.pages.render({
    ...{ template: 'social', layout: 'sandbox', language },
    title: only ? t('timelines.title.one', { network: only }) : t('timelines.title'),
    data: {
      ...{ words: 'timelines', allHref: HOME, places: placesOf('social') },
      ...{ other: otherLanguage(language), otherHref: address(req, { lang: otherLanguage(language) }) },
      ...{ only, walls: walls.filter(({ count }) => count > 0 || only), fresh: FRESH },
      empty: walls.every(({ count }) => count === 0),
      still: isStill(req),
      stillHref: address(req, { still: isStill(req) ? undefined : 'yes' }),
      filters: filtersOf(sandbox, req, only),
      accounts: accountsOf(sandbox, req),
    },
  });
  res.type('html').send(html);
};

/** The same for programs: everything that is to be seen, by network. */
export const showSocialJson: Handler = (sandbox) => (_req, res) => {
  const seen = [...sandbox.social.standIns].map(([name, standIn]) => [name, standIn.timeline()]);
  res.json(Object.fromEntries(seen));
};

const SHOWN = /^image\/(jpeg|png|gif|webp)$/;

/** A picture of a timeline, as it was uploaded. */
export const sendPicture: Handler = (sandbox) => (req, res) => {
  const standIn = [...sandbox.social.standIns.values()].find(({ network }) => network === req.params.network);
  const picture = standIn?.picture?.(String(req.params.hash));
  if (!picture || !SHOWN.test(picture.mime))
    return void res.status(404).type('text').send('This picture is no longer here.\n');
  res.type(picture.mime).send(picture.bytes);
};

/** The pages of the sandbox, for the head of each. */
export const placesOf = (here: 'inbox' | 'social') => [
  { words: 'timelines.place.inbox', href: '/sandbox/inbox', current: here === 'inbox' },
  { words: 'timelines.place.social', href: HOME, current: here === 'social' },
];

function filtersOf({ social }: Sandbox, req: Request, only: string | null) {
  const counts = countsOf(social);
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  return [
    { title: null, name: null, count: all, current: !only, href: address(req, { network: undefined }) },
    ...counts.map(({ name, title, count }) => ({
      ...{ name, title, count, current: title === only, href: address(req, { network: name }) },
    })),
  ];
}

/** What is typed in to connect a practice account; those connected by a page need only their address. */
function accountsOf({ social }: Sandbox, req: Request) {
  const here = `${req.protocol}://${req.get('host')}${SOCIAL}`;
  return [...social.standIns.values()].flatMap(({ network, accounts }) =>
    accounts.slice(0, 1).map(({ name, credentials, settings }) => ({
      ...{ title: titleOf(network), name, endpoint: `${here}/${network}` },
      fields: Object.entries({ ...settings, ...(credentials.accessToken ? {} : credentials.more) }).map(
        ([field, value]) => ({ field, value: value ?? '' }),
      ),
    })),
  );
}

const isStill = (req: Request): boolean => req.query.still === 'yes';

function address(req: Request, changes: Record<string, string | undefined>): string {
  const now = { network: req.query.network, still: req.query.still, lang: askedLanguage(req) };
  const kept = Object.entries({ ...now, ...changes }).filter(([, value]) => typeof value === 'string');
  const query = new URLSearchParams(kept as [string, string][]).toString();
  return query ? `${HOME}?${query}` : HOME;
}
