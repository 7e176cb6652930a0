import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addCommands } from '../../../../scripts/commands/index.ts';
import { operations } from '../../../../src/http/api/operations.ts';

const BOOKS =
  'who keeps the books does it under their own name with the paper before them, in the console or at the machine';
const PLANS =
  'a plan is what people of the office make their next campaign from; a program makes the campaign itself';
const POSTS = 'what is said in public is written and put in turn by people, in the console or at the machine';
const FAMILIES =
  'what families and their relatives are told is decided by a person who has read it, in the console or at the machine';
const MONEY = 'money moves by two persons who are signed in or stand at the machine; a key is no person';
const PEOPLE = 'a key lets no person in or out: an administrator does, in the console or at the machine';

/**
 * Which operations do what a command of the command line does, or why none does. An API is complete when
 * the command line could be written on it: a new command needs a line here.
 */
const COVERED: Record<string, string[] | { none: string }> = {
  serve: { none: 'it starts this very server' },
  work: { none: 'it starts a process on a machine' },
  migrate: { none: 'the schema belongs to another role, which no web process has' },
  'phone connect': { none: 'the secrets of a network are entered by a person at the machine' },
  'phone check': { none: 'it asks with the secrets that a person entered at the machine' },
  'phone list': { none: 'it tells what messages cost, to who stands at the machine' },
  'templates register': {
    none: 'a registration is entered by a person who has the network’s page before them',
  },
  'templates remove': { none: 'what was registered at the machine is taken away there, or in the console' },
  'templates fetch': { none: 'it asks with the secrets that a person entered' },
  'templates list': { none: 'it is read by whoever registers, at the machine' },
  'keys status': { none: 'the ring of keys is the machine’s, and so is its turning' },
  'keys rotate': { none: 'the ring of keys is the machine’s, and so is its turning' },
  'keys reseal': { none: 'the ring of keys is the machine’s, and so is its turning' },
  audit: ['listAudit'],
  doctor: { none: 'it looks at the machine it runs on; /readyz and /metrics tell of the service' },
  restored: { none: 'after a restore a person at the machine decides what is true' },
  'gateway set': { none: 'the keys of the gateway are money: a person at the machine sets them' },
  'gateway list': { none: 'the keys of the gateway are money: a person at the machine looks at them' },
  'ledger verify': { none: 'the books are proven at the machine, and the day’s head is published' },
  'donor statement': { none: 'what a person gave is handed to them or to finance, not to programs' },
  'donor monthly': { none: 'what a person gave is handed to them or to finance, not to programs' },
  'donor stop': { none: 'a mandate is ended by its donor, or by a person who was asked to' },
  'donor erasures': { none: 'a wish to be erased is decided by a person at the machine' },
  'donor erase': { none: 'a wish to be erased is decided by a person at the machine' },
  'tax-statement': { none: 'it holds numbers of papers: finance makes it at the machine' },
  'campaign duplicate': { none: PLANS },
  ...Object.fromEntries(['list', 'save', 'use'].map((word) => [`plans ${word}`, { none: PLANS }])),
  ...Object.fromEntries(
    ['list', 'make', 'add', 'remove', 'pause', 'resume'].map((word) => [
      `evergreen ${word}`,
      { none: POSTS },
    ]),
  ),
  'posts measure': { none: 'it counts by itself and touches nothing that is kept' },
  'gift record': { none: BOOKS },
  'gift list': { none: BOOKS },
  'gift realise': { none: BOOKS },
  'gift bounce': { none: BOOKS },
  'gift undo': { none: BOOKS },
  'gift doubt': { none: BOOKS },
  'bank account': { none: BOOKS },
  'bank import': { none: BOOKS },
  'period close': { none: BOOKS },
  'period list': { none: BOOKS },
  'disburse propose': { none: BOOKS },
  'disburse list': { none: BOOKS },
  'disburse pay': { none: BOOKS },
  'disburse withdraw': { none: BOOKS },
  'disburse office give': { none: BOOKS },
  'disburse office list': { none: BOOKS },
  'ledger export': { none: BOOKS },
  'ledger head': { none: BOOKS },
  'refund ask': { none: MONEY },
  'refund approve': { none: MONEY },
  'refund decline': { none: MONEY },
  'refund list': { none: MONEY },
  'reconcile run': { none: BOOKS },
  'reconcile list': { none: BOOKS },
  'reconcile resolve': { none: BOOKS },
  'reconcile assign': { none: MONEY },
  'site-text set': { none: 'what the law wants said is written by a person at the machine' },
  'receipts set': { none: 'an approval is entered by a person at the machine who has it before them' },
  'api-key create': { none: 'a key makes no keys: a person at the machine does' },
  'api-key list': ['listKeys'],
  'api-key revoke': ['revokeKey'],
  'user add': ['addUser'],
  'user list': ['listUsers'],
  'user invite': { none: PEOPLE },
  'user link': { none: PEOPLE },
  'user roles': { none: PEOPLE },
  'user disable': { none: PEOPLE },
  'user enable': { none: PEOPLE },
  'user second-factor-off': { none: PEOPLE },
  'user sessions': { none: PEOPLE },
  'contacts import': ['importContacts', 'previewImport', 'readImport', 'listImports', 'readRejects'],
  'contacts search': ['searchContacts', 'listContacts', 'readContact'],
  'contacts export-person': ['exportContact'],
  'contacts erase': ['eraseContact'],
  'contacts consent': ['readConsents'],
  'contacts consent set': ['setConsent'],
  'contacts consent withdraw': ['setConsent'],
  'contacts duplicates': ['listDuplicates'],
  'contacts merge': ['mergeContacts'],
  'contacts apart': ['tellApart'],
  'contacts household': ['readHousehold'],
  'lists publish': ['publishList'],
  'lists unpublish': ['unpublishList'],
  lists: ['listLists', 'listContacts', 'joinList', 'leaveList'],
  'lists create': ['createList'],
  'segments list': ['listSegments'],
  'segments create': ['createSegment'],
  'segments count': ['countSegment', 'countRules'],
  suppressions: ['listSuppressions', 'readSuppression'],
  'suppressions export': ['exportSuppressions'],
  'suppressions import': ['importSuppressions'],
  suppress: ['suppress'],
  unsuppress: ['unsuppress'],
  'bounces classify': { none: 'it reads files and asks nothing of the service' },
  'bounces list': ['listReturns'],
  'newsletter create': ['createNewsletter'],
  'newsletter edit': ['editNewsletter'],
  'newsletter item add': ['addItem'],
  'newsletter item remove': ['removeItem'],
  'newsletter item list': ['listItems'],
  'newsletter draft': ['draftEdition'],
  'newsletter approve': ['approveMessage'],
  'newsletter preview': ['previewEdition'],
  'newsletter skip': ['skipEdition'],
  'newsletter hide': ['hideEdition'],
  'newsletter pause': ['pauseNewsletter'],
  'newsletter resume': ['resumeNewsletter'],
  'newsletter editions': ['listEditions'],
  'newsletter status': ['listNewsletters', 'readNewsletter'],
  'project list': ['listProjects'],
  'project show': ['readProject', 'listProjectUpdates', 'listProjectSponsors', 'listMatchingOffers'],
  'project make': ['makeProject'],
  'project save': ['saveProject'],
  'project review': ['askProjectReview'],
  'project approve': ['decideProject'],
  'project return': ['decideProject'],
  'project publish': ['publishProject'],
  'project close': ['closeProject'],
  'project update': ['writeProjectUpdate'],
  'project report': ['writeProjectUpdate'],
  'project announce': ['publishProjectUpdate'],
  'project sponsor': ['addProjectSponsor'],
  'project unsponsor': ['endProjectSponsor'],
  'project match': ['makeMatchingOffer'],
  'project unmatch': ['endMatchingOffer'],
  'occasions list': ['listOccasions'],
  'occasions show': ['readOccasion'],
  'occasions decide': { none: FAMILIES },
  'occasions reports': { none: FAMILIES },
  'occasions answer': { none: FAMILIES },
  'occasions contact': ['changeOccasionContact'],
  'occasions grown': { none: FAMILIES },
  'occasions policy': { none: FAMILIES },
  'bounces fetch': { none: 'a worker reads the mailbox once a minute' },
  'bounces listen': { none: 'it starts a process on a machine' },
  deliverability: ['readDeliverability'],
  'warmup start': ['startWarmup'],
  'warmup show': ['listWarmups'],
  'warmup end': ['endWarmup'],
  'account add': ['putAccount'],
  'account list': ['listAccounts'],
  'account test': ['testAccounts', 'readNotice'],
  'campaign create': ['createCampaign', 'listTemplates', 'readTemplate'],
  'campaign edit': ['editMessage', 'readContents'],
  'campaign schedule': ['scheduleMessage', 'unscheduleMessage'],
  'campaign approve': ['approveMessage'],
  'campaign list': ['listCampaigns'],
  'campaign status': ['readCampaign', 'readMessage', 'listRuns'],
  'campaign test': ['testMessage'],
  'campaign watch': ['readRun'],
  'campaign pause': ['pauseCampaign'],
  'campaign resume': ['resumeCampaign'],
  'media add': ['addMedia'],
  'media describe': ['describeMedia'],
  'media list': ['listMedia'],
  'media show': ['readMedia'],
  'media remove': ['removeMedia'],
  'campaign go-on': ['goOn'],
  'campaign correct': ['correctRun'],
  'links list': ['listLinks'],
  'links repoint': ['repointLink'],
  'links undo': ['undoRepoint'],
  'campaign cancel': ['cancelCampaign'],
  'campaign decide': ['decideRun'],
  'campaign report': ['listDeliveries'],
  'mail check': ['checkMessage', 'checkMail'],
  hold: ['readHold', 'placeHold', 'liftHold'],
  pressure: ['readPressure', 'setPressure'],
  'webhooks add': ['addWebhook'],
  'webhooks list': ['listWebhooks', 'readWebhook'],
  'webhooks remove': ['removeWebhook'],
  'webhooks enable': ['changeWebhook'],
  'webhooks disable': ['changeWebhook'],
  'webhooks rotate': ['rotateSecret'],
  'webhooks test': ['testWebhook'],
  'webhooks log': ['listWebhookMessages', 'readWebhookMessage'],
  'webhooks redeliver': ['redeliver'],
};

const program = new Command();
await addCommands(program);

it('every command has its operations, or a reason why it has none', () => {
  expect(commandsOf(program, '').filter((name) => !(name in COVERED))).toEqual([]);
});

it('names only commands and operations that are there', () => {
  const ids = new Set(operations.map(({ id }) => id));
  const named = Object.values(COVERED).flatMap((covered) => (Array.isArray(covered) ? covered : []));
  expect(named.filter((id) => !ids.has(id))).toEqual([]);
  const commands = new Set(commandsOf(program, ''));
  expect(Object.keys(COVERED).filter((name) => !commands.has(name))).toEqual([]);
});

/** A group counts as a command where it does something by itself. */
function commandsOf(command: Command, path: string): string[] {
  return command.commands.flatMap((one) => {
    const name = path ? `${path} ${one.name()}` : one.name();
    const acts = '_actionHandler' in one && Boolean(one._actionHandler);
    return [...(acts || !one.commands.length ? [name] : []), ...commandsOf(one, name)];
  });
}
