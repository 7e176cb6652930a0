import { type ApiKey, keysEnding } from '../access/api-keys.ts';
import { contactEstimate } from '../contacts/estimate.ts';
import { type AccountRow, listAccounts } from '../deliveries/account-list.ts';
import { type Alarm, openAlarms } from '../deliveries/alarms.ts';
import { percent, senderRates } from '../deliveries/rates.ts';
import { type Endpoint, listEndpoints } from '../deliveries/webhooks/endpoints.ts';
import { waitingForSignature } from '../giving/disbursements/read.ts';
import { type FinanceThings, financeThings } from '../giving/finance-things.ts';
import type { Ground } from '../ground.ts';
import { type CounterAlarm, openCounterAlarms } from '../pages/counters.ts';
import { occasionWork } from '../pages/occasions/desk.ts';
import { type WaitingProject, waitingProjects } from '../pages/waiting.ts';
import { needsAPerson } from './attention.ts';
import type { Going } from './going.ts';
import { type Lately, latelyFinished } from './lately.ts';
import { goingOut, type Running, runningNow } from './today.ts';
import { type WaitingThing, waitingThings } from './waiting.ts';

/** All that the first page of the console tells. */
export interface Home {
  waiting: WaitingThing[];
  /** Accounts, posts and runs that stand on the page of what needs a person. */
  attention: number;
  /** Pages and news of projects that wait for a second person. */
  projects: WaitingProject[];
  /** Pages of families to be looked at, and words about them to be answered, with how many of those are late. */
  occasions: { waiting: number; unseen: number; reports: number; late: number };
  /** Payments out of the fund that wait for the viewer's signature. */
  signatures: number;
  alarms: Alarm[];
  /** Projects whose counters are not what the books say. */
  counters: CounterAlarm[];
  accounts: AccountRow[];
  /** What only those who see the settings are told. */
  technical: { keys: ApiKey[]; webhooks: Endpoint[] };
  /** What of the money waits, for those who decide about it. */
  finance: FinanceThings | null;
  today: Going[];
  coming: Going[];
  running: Running[];
  lately: Lately[];
  figures: Figures;
  /** What a newcomer has done already. */
  steps: { imported: boolean; written: boolean; approved: boolean };
}

interface Figures {
  contacts: number;
  /** The contacts are an estimate. */
  rough: boolean;
  /** Of the last seven days, over all sender domains. */
  sent: number;
  complaints: number;
  bounces: number;
}

export interface HomeViewer {
  id: string;
  /** IANA. */
  zone: string;
  /** Whether they see the settings. */
  technical: boolean;
  /** Whether they look after the money, or only decide about refunds. */
  finance: 'money' | 'refunds' | null;
}

type Part = Pick<Ground, 'sql' | 'clock'>;
/** A key is told of so many days before it ends. */
const ENDING_DAYS = 14;

/** Reads the first page for one of the staff. Nothing here reads a delivery. */
export async function readHome(ground: Part, viewer: HomeViewer): Promise<Home> {
  const { sql } = ground;
  const [
    waiting,
    attention,
    projects,
    signatures,
    occasions,
    alarms,
    counters,
    accounts,
    technical,
    finance,
    going,
    running,
    lately,
    figures,
    steps,
  ] = await Promise.all([
    waitingThings(ground, viewer),
    needsAPerson(ground),
    waitingProjects(ground, viewer),
    waitingForSignature(ground, viewer.id),
    occasionWork(ground),
    openAlarms(sql),
    openCounterAlarms(sql),
    listAccounts(ground),
    viewer.technical ? readTechnical(ground) : { keys: [], webhooks: [] },
    viewer.finance ? financeThings(ground, viewer.finance === 'money') : null,
    goingOut(ground, viewer.zone),
    runningNow(ground),
    latelyFinished(ground),
    readFigures(ground),
    readSteps(ground),
  ]);
  return {
    ...{
      waiting,
      // Words about pages of families, and outcomes that nobody knows, have lines of their own there.
      attention: attention.filter(({ kind }) => kind !== 'report' && kind !== 'outcomes').length,
      projects,
      signatures,
      occasions,
      alarms,
      counters,
      accounts,
      technical,
      finance,
      ...going,
      running,
      lately,
      figures,
      steps,
    },
  };
}

async function readTechnical(ground: Part): Promise<Home['technical']> {
  const endpoints = await listEndpoints(ground);
  // One that a person stopped needs nobody.
  const webhooks = endpoints.filter(
    ({ failingSince, disabledReason }) =>
      failingSince || (disabledReason && !/^Stopped by/.test(disabledReason)),
  );
  return { keys: await keysEnding(ground, ENDING_DAYS), webhooks };
}

async function readFigures(ground: Part): Promise<Figures> {
  const [rates, contacts] = await Promise.all([senderRates(ground), contactEstimate(ground.sql)]);
  const total = (field: 'sent' | 'complaints' | 'hardBounces') =>
    rates.reduce((sum, rate) => sum + rate[field], 0);
  const sent = total('sent');
  return {
    ...{ ...contacts, sent },
    complaints: percent(total('complaints'), sent),
    bounces: percent(total('hardBounces'), sent),
  };
}

async function readSteps({ sql }: Part): Promise<Home['steps']> {
  const { rows } = await sql.query<Home['steps']>(
    `SELECT EXISTS (SELECT FROM contact) AS imported, EXISTS (SELECT FROM message) AS written,
            EXISTS (SELECT FROM approval) AS approved`,
  );
  return rows[0] as Home['steps'];
}
