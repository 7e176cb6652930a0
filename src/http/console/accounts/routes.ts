import type { Route } from '../../routes.ts';
import { ADMINISTRATORS, INSPECTORS } from '../../staff.ts';
import type { Handler } from '../../web.ts';
import * as add from './add.ts';
import { showSocialAccounts } from './list.ts';
import { showNetwork, takeRegistration } from './network.ts';
import * as oauth from './oauth.ts';
import * as one from './one.ts';

export const SOCIAL = '/console/accounts';

type Line = [path: string, does: string, handle: Handler];
const seen = ([path, does, handle]: Line): Route => ({ method: 'get', path, who: INSPECTORS, does, handle });
const asked = ([path, does, handle]: Line): Route => ({ ...seen([path, does, handle]), who: ADMINISTRATORS });
// What a vendor gave comes back sealed in the form in which one of its pages is chosen.
const done = ([path, does, handle]: Line): Route => ({
  ...{ method: 'post', path, who: ADMINISTRATORS, does, handle, body: '256kb' },
});

export const socialAccountRoutes: Route[] = [
  ...[
    asked([`${SOCIAL}/new`, 'asks how an account is connected', add.showNew]),
    asked([`${SOCIAL}/connected`, 'takes what a network sent back', oauth.showConnected]),
    done([`${SOCIAL}/connected`, 'connects what was chosen there', oauth.takeConnected]),
    done([`${SOCIAL}/connect`, 'leads to a network to connect', oauth.leadOut]),
    done([SOCIAL, 'adds an account by fields or by hand', add.takeNew]),
  ],
  ...[
    seen([SOCIAL, 'lists the accounts on networks', showSocialAccounts]),
    seen([`${SOCIAL}/networks/:network`, 'says what a network wants', showNetwork]),
    done([`${SOCIAL}/networks/:network`, 'keeps our registration there', takeRegistration]),
    seen([`${SOCIAL}/:id`, 'shows an account on a network', one.showOne]),
    done([`${SOCIAL}/:id/check`, 'asks the network whether it works', one.checkNow]),
    done([`${SOCIAL}/:id/mode`, 'publishes by program or by hand', one.takeMode]),
    done([`${SOCIAL}/:id/costs`, 'says what posts cost and who bears it', one.takeCosts]),
    done([`${SOCIAL}/:id/off`, 'publishes there no more', one.turnOff]),
    done([`${SOCIAL}/:id/on`, 'publishes there again', one.turnOn]),
  ],
];
