import type { Request, Response } from 'express';
import type { User } from '../../../access/users.ts';
import {
  addToEvergreen,
  type Evergreen,
  listEvergreens,
  makeEvergreen,
  pauseEvergreen,
  removeFromEvergreen,
} from '../../../campaigns/posts/evergreen.ts';
import { listSocialAccounts } from '../../../deliveries/publications/accounts.ts';
import { networkOf } from '../../../deliveries/publications/connected.ts';
import type { Refusal } from '../../../errors.ts';
import { type Form, readForm } from '../../form.ts';
import { staffOf } from '../../staff.ts';
import type { Handler, Web } from '../../web.ts';
import { namesIn } from '../campaigns/words.ts';
import { leadOn, orAgain, type Reading, readingOf, showConsole } from '../shell.ts';

export const PATH = '/console/evergreen';

export const evergreens: Handler = (web) => (req, res) => show(web, { req, res });

interface Doing {
  user: User;
  form: Form;
  params: Record<string, unknown>;
}

/** Does something to a queue and shows all again; why it cannot be done is said there. */
const deed =
  (done: string, work: (ground: Web['ground'], doing: Doing) => Promise<unknown>): Handler =>
  (web) =>
  (req, res) =>
    orAgain(
      async () => {
        const user = { ...staffOf(res).user, disabledAt: null };
        await work(web.ground, { user, form: readForm(req), params: req.params });
        leadOn(res, PATH, done);
      },
      (refusal) => show(web, { req, res, refusal }),
    );

export const make = deed('evergreen-made', (ground, { user, form }) => {
  const time = form.text('time');
  return makeEvergreen(ground, user, {
    ...{ name: form.text('name'), account: form.text('account'), gapDays: Number(form.text('gapDays')) },
    slots: form.all('weekday').map((weekday) => ({ weekday: Number(weekday), time })),
  });
});

export const add = deed('evergreen-added', (ground, { user, form, params }) =>
  addToEvergreen(ground, { queueId: String(params.id), messageId: form.text('message'), user }),
);

export const remove = deed('evergreen-removed', (ground, { user, params }) =>
  removeFromEvergreen(ground, { queueId: String(params.id), messageId: String(params.message), user }),
);

export const pause = deed('evergreen-paused', (ground, { user, params }) =>
  pauseEvergreen(ground, { queueId: String(params.id), paused: true, user }),
);

export const resume = deed('evergreen-resumed', (ground, { user, params }) =>
  pauseEvergreen(ground, { queueId: String(params.id), paused: false, user }),
);

async function show(
  web: Web,
  { req, res, refusal }: { req: Request; res: Response; refusal?: Refusal },
): Promise<void> {
  const reading = readingOf(req, res);
  const { t } = reading;
  const [all, accounts] = [await listEvergreens(web.ground), await listSocialAccounts(web.ground)];
  const posts = await freePosts(web);
  const data = {
    queues: all.map((queue) => ({
      ...queue,
      network: networkOf(queue.account.channel).title,
      slotsSaid: slotsSaid(reading, queue),
      posts: posts.filter(({ accounts: of }) => of.includes(queue.account.id)),
    })),
    accounts: accounts
      .filter(({ disabledAt }) => !disabledAt)
      .map(({ id, name, channel }) => ({ id, text: `${networkOf(channel).title}: ${name}` })),
    weekdays: [1, 2, 3, 4, 5, 6, 7].map((value) => ({
      value,
      text: weekdayIn(reading.language, value, 'long'),
    })),
    mayWrite: web.allows(staffOf(res).user.roles, 'post', PATH),
    refused: refusal ? reading.said(refusal) : null,
  };
  const crumbs = [{ href: '/console/calendar', text: t('nav.calendar') }];
  await showConsole(web, {
    ...{ req, res, name: 'evergreen', title: t('evergreen.title'), data, crumbs },
    ...{ styles: ['console-campaigns.css'], status: refusal ? 422 : 200 },
  });
}

function slotsSaid({ language, t }: Reading, { slots, zone }: Evergreen): string {
  const said = slots.map(({ weekday, time }) => `${weekdayIn(language, weekday, 'short')} ${time}`);
  return t('evergreen.slots', { slots: namesIn(language, said), zone });
}

/** 1 is Monday, as 3 January 2000 was. */
const weekdayIn = (language: string, weekday: number, style: 'short' | 'long'): string =>
  new Intl.DateTimeFormat(`${language}-IN`, { weekday: style, timeZone: 'UTC' })
    .format(new Date(Date.UTC(2000, 0, 2 + weekday)))
    .replaceAll('\u200c', '');

/** Posts that have no time of their own and are in no queue. */
async function freePosts({ ground }: Web): Promise<{ id: string; name: string; accounts: string[] }[]> {
  const { rows } = await ground.sql.query(
    `SELECT m.id, m.name, ARRAY(SELECT t ->> 'account' FROM jsonb_array_elements(m.audience -> 'accounts') t) AS accounts
       FROM message m
      WHERE m.channel = 'post' AND m.schedule IS NULL AND m.archived_at IS NULL
        AND NOT EXISTS (SELECT FROM post_queue_item i WHERE i.message_id = m.id)
      ORDER BY m.created_at DESC LIMIT 200`,
  );
  return rows;
}
