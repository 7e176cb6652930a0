import { listUsers } from '../../../access/users.ts';
import {
  type CampaignLine,
  campaignStates,
  countCampaigns,
  pageCampaigns,
} from '../../../campaigns/campaign-list.ts';
import { staffOf } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import { type Reading, readingOf, showConsole } from '../shell.ts';
import { campaignBadge } from './words.ts';

const SHOWN = 25;
const PATH = '/console/campaigns';
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

interface Filter {
  q: string;
  state: string;
  owner: string;
  archived: boolean;
  after: string;
}

/** Every campaign with what it is doing; those put away stand apart. */
export const list: Handler = (web) => async (req, res) => {
  const reading = readingOf(req, res);
  const filter = filterIn(req.query);
  const rows = await pageCampaigns(
    web.ground,
    {
      ...{ words: filter.q, state: filter.state, ownerId: filter.owner, archived: filter.archived },
    },
    { after: filter.after || undefined, limit: SHOWN + 1 },
  );
  const shown = rows.slice(0, SHOWN);
  const next = rows.length > SHOWN ? addressOf({ ...filter, after: shown.at(-1)?.id ?? '' }) : null;
  const first = filter.after ? addressOf({ ...filter, after: '' }) : null;
  const data = {
    rows: shown.map((row) => rowOf(reading, row)),
    filter,
    filtered: Boolean(filter.q || filter.state || filter.owner),
    clear: addressOf({ q: '', state: '', owner: '', archived: filter.archived, after: '' }),
    states: campaignStates.map((state) => ({
      ...{ value: state, text: reading.t(`campaign.state.${state}`), selected: state === filter.state },
    })),
    owners: await ownersOf(web, filter.owner),
    counts: await countCampaigns(web.ground),
    pager: first || next ? { first, next } : null,
    mayWrite: web.allows(staffOf(res).user.roles, 'post', PATH),
  };
  const styles = ['console-campaigns.css'];
  await showConsole(web, { req, res, name: 'campaigns', title: reading.t('nav.campaigns'), data, styles });
};

function filterIn(query: Record<string, unknown>): Filter {
  const text = (name: string) =>
    typeof query[name] === 'string' ? (query[name] as string).slice(0, 200) : '';
  const id = (name: string) => (UUID.test(text(name)) ? text(name) : '');
  const state = campaignStates.find((one) => one === text('state')) ?? '';
  return { q: text('q'), state, owner: id('owner'), archived: text('archived') === '1', after: id('after') };
}

function addressOf({ q, state, owner, archived, after }: Filter): string {
  const query = new URLSearchParams();
  const all = { q, state, owner, archived: archived ? '1' : '', after };
  for (const [name, value] of Object.entries(all)) if (value) query.set(name, value);
  return query.size ? `${PATH}?${query}` : PATH;
}

async function ownersOf(web: Parameters<Handler>[0], wished: string) {
  const users = await listUsers(web.ground);
  return users
    .filter(({ roles }) => roles.some((role) => role === 'author' || role === 'administrator'))
    .map(({ id, name }) => ({ value: id, text: name, selected: id === wished }));
}

function rowOf(reading: Reading, row: CampaignLine) {
  const handled = row.sent + row.failed + row.unknown;
  return {
    ...{ id: row.id, name: row.name, goal: row.goal, owner: row.owner },
    ...{ nextAt: row.nextAt, lastAt: row.lastAt, lastRun: row.lastRun, messages: row.messages },
    ...{ total: row.total, sent: row.sent, failed: row.failed, unknown: row.unknown, handled },
    badge: campaignBadge(reading, row.state),
  };
}
