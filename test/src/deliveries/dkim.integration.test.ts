import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type AuthenticateResult, authenticate } from 'mailauth';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MailTemplate } from '../../../channels/email/mail.ts';
import { freezeRun } from '../../../src/deliveries/freeze.ts';
import { sendNotice } from '../../../src/deliveries/notices.ts';
import { engineGround } from '../../support/engine.ts';
import { accountAt, letter, people, plannedRun, runState, SENDER_DOMAIN } from '../../support/people.ts';
import { type Mailed, openRude, type Rude } from '../../support/rude.ts';
import { until } from '../../support/until.ts';
import { workers } from '../../support/workers.ts';

const ground = engineGround({
  ...{ MAIL_FROM: `We Care <care@${SENDER_DOMAIN}>`, RETURN_PATH_DOMAIN: `bounce.${SENDER_DOMAIN}` },
});
const crew = workers(ground);
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ed25519 = generateKeyPairSync('ed25519');
const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string;
let server: Rude;

/** What the DNS of the sender domain says: both keys (RFC 6376, RFC 8463), SPF and a strict DMARC. */
const DNS: Record<string, string> = {
  [`r1._domainkey.${SENDER_DOMAIN}`]: `v=DKIM1; k=rsa; p=${rsa.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  [`e1._domainkey.${SENDER_DOMAIN}`]: `v=DKIM1; k=ed25519; p=${ed25519.publicKey.export({ format: 'jwk' }).x?.replaceAll('-', '+').replaceAll('_', '/')}=`,
  [`bounce.${SENDER_DOMAIN}`]: 'v=spf1 ip4:192.0.2.25 -all',
  [SENDER_DOMAIN]: 'v=spf1 ip4:192.0.2.25 -all',
  [`_dmarc.${SENDER_DOMAIN}`]: 'v=DMARC1; p=reject; adkim=s',
};
async function resolver(name: string, type: string): Promise<string[][]> {
  const text = DNS[name];
  if (type === 'TXT' && text) return [[text]];
  throw Object.assign(new Error(`nothing at ${name}`), { code: 'ENOTFOUND' });
}

/** What a receiver makes of a mail as it stood on the wire. */
const judge = ({ body, from }: Pick<Mailed, 'body' | 'from'>): Promise<AuthenticateResult> => {
  const plain = `${body}\r\n`.replace(/^\.\./gm, '.'); // RFC 5321 section 4.5.2
  const options = { sender: from, ip: '192.0.2.25', helo: SENDER_DOMAIN, resolver, disableArc: true };
  return authenticate(Buffer.from(plain, 'latin1'), { ...options, disableBimi: true });
};
const signatures = ({ dkim }: AuthenticateResult) =>
  dkim.results.map(({ selector, status: { result, aligned } }) => `${selector} ${result} ${aligned}`).sort();

const malayalam: MailTemplate = {
  ...letter('ml'),
  fromName: 'വി കെയർ',
  subject: '{{name}}, കിടപ്പുരോഗികൾക്ക് വീട്ടിൽ പരിചരണം',
  html: `<p>പ്രിയ {{name}}</p>\n<p>.ഒരു കുത്തിൽ തുടങ്ങുന്ന വരി</p>\n<p>${'നന്ദി '.repeat(400)}</p>`,
  text: 'പ്രിയ {{name}}\n.\n..\n\n\n',
  headers: [
    ['List-Unsubscribe', '<https://wecare.example/u/{{token}}>'],
    ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
    ['Feedback-ID', 'campaign:message:email:wecare'],
  ],
};

beforeAll(async () => {
  server = await openRude();
  await accountAt(ground, server.port, {
    secrets: {
      dkim: [
        { domain: SENDER_DOMAIN, selector: 'r1', privateKey: pem(rsa.privateKey) },
        { domain: SENDER_DOMAIN, selector: 'e1', privateKey: pem(ed25519.privateKey) },
      ],
    },
  });
});
afterAll(async () => {
  await crew.stopAll();
  await server.close();
});

it('another implementation verifies both signatures of every mail and notice that our engine sends', async () => {
  const { list, ids } = await people(ground, [
    'en@people.example',
    'ml@people.example',
    "o'hara+x@people.example",
  ]);
  await ground.sql.query("UPDATE contact SET language = 'ml', name = 'മീര & \"രവി\"' WHERE id = $1", [
    ids[1],
  ]);
  const run = await plannedRun(ground);
  await freezeRun(ground, run, {
    lists: [list],
    fallback: ['en'],
    contents: { en: letter('en'), ml: malayalam },
  });
  const mail = { language: 'en', subject: 'നിങ്ങളുടെ കോഡ്', html: '<p>.\n.1</p>', text: '.\n.1' };
  await sendNotice(ground, { kind: 'code', address: 'staff@people.example', ...mail });
  await crew.start();
  await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished');
  await until(() => server.accepted.some(({ to }) => to.startsWith('staff')), 'the notice has gone');
  expect(server.accepted).toHaveLength(4);
  const notice = server.accepted.find(({ to }) => to.startsWith('staff'));
  expect(notice?.from).toBe(`bounce@bounce.${SENDER_DOMAIN}`);
  for (const mailed of server.accepted) {
    const found = await judge(mailed);
    expect(signatures(found)).toEqual([`e1 pass ${SENDER_DOMAIN}`, `r1 pass ${SENDER_DOMAIN}`]);
    const passed = { status: { result: 'pass' } };
    expect(found).toMatchObject({ dmarc: passed, spf: passed });
  }
});

it('and none that was changed on the way', async () => {
  const [mailed] = server.accepted as [Mailed];
  for (const changed of [
    mailed.body.replace(/^To: /m, 'To: x'),
    `${mailed.body}x`,
    `From: evil@x.example\r\n${mailed.body}`,
  ])
    expect(signatures(await judge({ ...mailed, body: changed })).filter((one) => / pass /.test(one))).toEqual(
      [],
    );
});
