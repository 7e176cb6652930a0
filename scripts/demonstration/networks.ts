import { networks } from '../../channels/networks.ts';
import type { NetworkName } from '../../channels/social.ts';
import { findUser } from '../../src/access/users.ts';
import { approveMessage } from '../../src/campaigns/approvals.ts';
import { scheduleMessage } from '../../src/campaigns/campaigns.ts';
import { addPost } from '../../src/campaigns/posts/posts.ts';
import { keepSocialAccount } from '../../src/deliveries/publications/accounts.ts';
import { saveApp } from '../../src/deliveries/publications/oauth.ts';
import type { Ground } from '../../src/ground.ts';
import { addAsset } from '../../src/media/add.ts';
import { artOf, drawArt } from '../../src/media/art.ts';
import type { SocialStandIn } from '../../src/sandbox/social/stand-in.ts';
import { wallClock, ZONE } from './clock.ts';

/** The networks that this computer plays, and where. */
export interface Networks {
  standIns: Map<NetworkName, SocialStandIn>;
  url: string;
}

/** What a stand-in takes for a registration with its vendor. */
const APP = { clientId: '1234567890', clientSecret: 'practice-secret' };

/** Connects an account on every network that is played here, and our registrations with them. */
export async function connectNetworks(ground: Ground, { standIns, url }: Networks): Promise<void> {
  for (const [network, standIn] of standIns) {
    const endpoint = `${url}/${network}`;
    if (networks[network]?.connect?.kind === 'oauth') await saveApp(ground, network, { ...APP, endpoint });
    for (const { name, credentials, settings } of standIn.accounts.slice(0, 1)) {
      const called = nameOf(network, name);
      const known = await ground.db.account.findUnique({ where: { name: called } });
      await keepSocialAccount(ground, 'demonstration', {
        ...{ network, name: called, mode: 'program', credentials },
        settings: { ...settings, endpoint },
        ...(known && { id: known.id }),
      });
    }
  }
}

/** Where they were connected before; the port may be another at each start. */
export async function reconnectNetworks(ground: Ground, played: Networks): Promise<void> {
  const names = [...played.standIns].map(([network, { accounts }]) =>
    nameOf(network, accounts[0]?.name ?? ''),
  );
  if (await ground.db.account.findFirst({ where: { name: { in: names } } }))
    await connectNetworks(ground, played);
}

const nameOf = (network: NetworkName, name: string): string => `${networks[network]?.title}: ${name}`;

/** A post in Malayalam for every network of the demonstration that takes a picture, due in so many seconds. */
export async function plantPost(ground: Ground, seconds: number): Promise<void> {
  const author = await findUser(ground, 'meera@wecare.example');
  const { id: campaignId } = await ground.db.campaign.create({
    data: { name: 'Demonstration on social networks', ownerId: author.id },
  });
  const accounts = (await ground.db.account.findMany({ where: { mode: 'program' } })).filter(
    ({ channel }) => networks[channel as NetworkName]?.reach === 'public' && channel !== 'youtube',
  );
  const asset = await picture(ground);
  const messageId = await addPost(
    ground,
    { campaignId, user: author },
    {
      name: 'Care that comes home, everywhere',
      contents: { ml: { text: TEXT, media: [{ asset, alt: ALT }] } },
      accounts: accounts.map(({ id }) => ({ account: id, language: 'ml' })),
    },
  );
  // Counted from here: on a busy computer, what is above takes a while.
  const at = wallClock(new Date(ground.clock.now().getTime() + seconds * 1000));
  const editor = { actor: author.email, userId: author.id };
  const schedule = { kind: 'once', at, zone: ZONE };
  await scheduleMessage(ground, { messageId, editor }, { schedule, latePolicy: 'send' });
  await approveMessage(
    ground,
    { messageId, user: await findUser(ground, 'jose@wecare.example') },
    'DEMO/3/2026',
  );
}

const TEXT =
  'ഒരു നഴ്സ് വീട്ടുപടിക്കൽ, മുടങ്ങാത്ത മരുന്ന്, ഒരു നല്ല വാക്ക്. ഈ മാസം 412 വീടുകളിൽ വി കെയർ എത്തി.\n\nനിങ്ങൾക്കും കൂടെ ചേരാം. #WeCare';
const ALT = 'കുന്നിൻചെരിവിലെ ഒരു വീടിനു മുന്നിൽ ഒരു നഴ്സും ഒരു മുത്തശ്ശിയും';

async function picture(ground: Ground): Promise<string> {
  const bytes = await drawArt(artOf('project-story')?.file ?? '');
  if (!bytes) throw new Error('The drawing of the demonstration is missing.');
  const user = await findUser(ground, 'meera@wecare.example');
  const { asset } = await addAsset(ground, { name: 'care-at-home.png', bytes, alt: { ml: ALT } }, user);
  return asset.id;
}
