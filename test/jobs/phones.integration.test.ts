import { afterEach, describe, expect, it } from 'vitest';
import { countedFigures, runProgress } from '../../src/deliveries/progress.ts';
import { type RunningWeb, startWeb } from '../../src/http/server.ts';
import { engineGround } from '../support/engine.ts';
import { deliveriesOf, runState } from '../support/people.ts';
import {
  connectPhones,
  launchPhoneCampaign,
  openPhones,
  type Phones,
  phonePeople,
  telephones,
} from '../support/phones.ts';
import { ownRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';
import { workers } from '../support/workers.ts';

const redis = ownRedis('phones');

describe.each(['postgres', 'redis'] as const)('two workers on the queue in %s', (backend) => {
  const title = 'send a campaign by SMS, each message once, and learn later what became of it';
  // Where no Redis is found its half is skipped and counted; the full run fails on that.
  if (backend === 'redis' && !redis) return it.skip(title);
  const ground = engineGround({ PORT: '0', ...(backend === 'redis' && redis && { REDIS_URL: redis }) });
  const crew = workers(ground);
  let phones: Phones;
  let web: RunningWeb;
  afterEach(async () => {
    await crew.stopAll();
    await web.close();
    phones.close();
  });

  it(title, async () => {
    phones = await openPhones(ground);
    web = await startWeb(ground);
    const account = await connectPhones(ground, phones, 'sms', {
      connections: 4,
      perSecond: 40,
      costs: { perMessage: 20 },
    });
    phones.sms.callback = `${web.url}/hooks/phone/${account}`;
    const others = (n: number) => Array.from({ length: n }, (_, i) => i + 100);
    const list = await phonePeople(ground, telephones(['0001', '0002', ...others(58)]), 'sms');
    const run = await launchPhoneCampaign(ground, { network: 'sms', list });
    await Promise.all([crew.start(), crew.start()]);
    await until(async () => (await runState(ground, run)) === 'finished', 'the run is finished', 100);
    expect(await runProgress(ground, run)).toMatchObject({ total: 60, failed: 1, sent: 59 });

    for (const fault of ['reset-after', 'throttled', 'cut-after', 'fault-before'] as const)
      phones.sms.fault(fault);
    const more = telephones(others(80)).slice(60);
    const rough = await launchPhoneCampaign(ground, {
      network: 'sms',
      list: await phonePeople(ground, more, 'sms'),
    });
    await until(async () => (await runState(ground, rough)) === 'finished', 'the rough run is finished', 100);
    // What was accepted and then cut off is not known; nor is what they say 503 to.
    expect(await runProgress(ground, rough)).toMatchObject({ total: 20, unknown: 3, failed: 0, sent: 17 });
    const keys = phones.sms.messages().map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(59 + 19);

    expect(await phones.sms.settle()).toBe(59 + 19);
    const applied = async () =>
      (await ground.sql.query('SELECT FROM phone_report WHERE applied_at IS NULL')).rowCount === 0;
    await until(applied, 'what was told is applied');
    for (const [id, figures] of [
      [run, { sent: 58, failed: 1, bounced: 1, unknown: 0 }],
      [rough, { sent: 19, failed: 0, bounced: 0, unknown: 1 }],
    ] as const) {
      expect(await runProgress(ground, id)).toMatchObject(figures);
      expect(await countedFigures(ground.sql, id)).toMatchObject({
        ...figures,
        planned: 0,
        sending: 0,
        deferred: 0,
      });
    }

    const rows = await deliveriesOf(ground, run);
    const at = (end: string) => rows.find(({ address }) => address.endsWith(end));
    expect(at('0001')).toMatchObject({ state: 'failed', reason: 'recipient' });
    expect(at('0002')).toMatchObject({ state: 'bounced', reason: 'undeliverable' });
    const { rows: suppressed } = await ground.sql.query('SELECT channel, reason FROM suppression');
    expect(suppressed).toEqual([{ channel: 'sms', reason: 'refused' }]);
    const texts = phones.sms.messages().map(({ text }) => text);
    expect(texts.filter((text) => /^പ്രിയ Person \d+, നന്ദി\. We Care$/.test(text)).length).toBeGreaterThan(30);
    expect(
      texts.filter((text) => /^Dear Person \d+, thank you\. We Care$/.test(text)).length,
    ).toBeGreaterThan(30);
    // One part each; nothing is paid for who was refused.
    const { rows: spent } = await ground.sql.query('SELECT amount::int FROM channel_spend');
    expect(spent).toEqual([{ amount: (59 + 20) * 20 }]);
  });
});
