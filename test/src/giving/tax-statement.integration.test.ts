import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { accountOf, type GivingAccount } from '../../../src/giving/accounts.ts';
import { applyPayment } from '../../../src/giving/apply.ts';
import { giverAt } from '../../../src/giving/donor-link.ts';
import type { Identity } from '../../../src/giving/donors.ts';
import { saveReceiptSettings } from '../../../src/giving/issuer.ts';
import { accounts } from '../../../src/giving/journal.ts';
import { placeOrder } from '../../../src/giving/orders.ts';
import { daysOf, statementFile } from '../../../src/giving/statement.ts';
import { taxStatement } from '../../../src/giving/tax-statement.ts';
import { openTill } from '../../support/giving.ts';
import { testGround } from '../../support/ground.ts';
import { testStandIn } from '../../support/stand-in.ts';

const ground = testGround();
const till = testStandIn({ clock: { now: () => ground.clock.now() } });
let account: GivingAccount;
beforeAll(async () => {
  await openTill(ground, till.url());
  account = await accountOf(ground, 'domestic');
});

const PAN: Identity = { kind: 'pan', number: 'AAAPA1234A' };
async function paid(
  amount: bigint,
  { identity = PAN, address = 'Rose Villa\nKochi 682001', name = 'Sreeja Nair' as string } = {} as {
    identity?: Identity | null;
    address?: string | null;
    name?: string;
  },
): Promise<string> {
  const { order } = await placeOrder(ground, {
    ...{
      formKey: randomUUID(),
      stream: 'domestic',
      amount,
      fund: accounts.general('domestic'),
      language: 'ml',
    },
    donor: {
      ...{ kind: 'individual', name, email: 'sreeja@people.example', phone: null, address },
      ...{ language: 'ml', source: {}, identity },
    },
    ...{ anonymous: false, message: null, dedication: null, touch: null, consents: [] },
  });
  const { paymentId } = till.pay(order.gatewayId as string);
  await applyPayment(ground, account, paymentId);
  return paymentId;
}
const approve = () =>
  saveReceiptSettings(
    ground,
    { registration: '', deduction: null, approval: { urn: 'AAATW1234AF20261', issuedOn: '2026-05-31' } },
    'cli:test',
  );

describe('The statement of donations', () => {
  it('is refused while the fund has no approval', async () => {
    await expect(taxStatement(ground, '2026-27')).rejects.toThrow('No approval for tax deductions is set');
  });

  it('has a line for each donor in the order of the form, less what went back, and lists what lacks', async () => {
    await approve();
    await paid(150_050n);
    const back = await paid(100_000n);
    await account.gateway.refund({
      paymentId: back,
      amount: 40_000n,
      key: `tax-${randomUUID()}`.slice(0, 40),
      notes: {},
    });
    await applyPayment(ground, account, back);
    const whole = await paid(70_000n);
    await account.gateway.refund({
      paymentId: whole,
      amount: 70_000n,
      key: `tax-${randomUUID()}`.slice(0, 40),
      notes: {},
    });
    await applyPayment(ground, account, whole);
    await paid(50_000n, { identity: null });
    await paid(50_000n, { address: null, name: '=cmd' });
    await paid(30_000n, { identity: { kind: 'passport', number: 'P1234567' }, name: '=HYPERLINK("x")' });
    const made = await taxStatement(ground, '2026-27');
    const [heads = '', first = '', second = '', ...more] = made.csv.split('\r\n');
    expect(heads.split(',')).toHaveLength(12);
    expect(heads).toMatch(
      /^Sl\. No\.,Pre Acknowledgement Number,ID Code,.*,Amount of donation \(Indian rupees\)$/,
    );
    expect(first).toBe(
      '1,,Permanent Account Number,AAAPA1234A,Section 133,AAATW1234AF20261,2026-05-31,Sreeja Nair,"Rose Villa, Kochi 682001",Others,Electronic modes including account payee cheque/draft,2100.50',
    );
    expect(second).toContain(`Passport number,P1234567,`);
    expect(second).toContain(`"'=HYPERLINK(""x"")"`);
    expect(more).toEqual([]);
    expect(made).toMatchObject({ form: 'Form 113', lines: 2, sum: 240_050n });
    expect(made.problems.map(({ missing }) => missing)).toEqual([['identity'], ['address']]);
  });

  it('of a year before April 2026 has the form of the older law', async () => {
    ground.clock.set('2026-03-30T06:30:00Z');
    await paid(10_000n);
    const made = await taxStatement(ground, '2025-26');
    expect(made).toMatchObject({ form: 'Form 10BD', lines: 1, sum: 10_000n });
    expect(made.csv).toContain('Section 80G');
    ground.clock.set('2026-04-01T06:30:00Z');
    expect((await taxStatement(ground, '2024-25')).lines).toBe(0);
  });

  it.each(['2026', '2026-28', '26-27', ''])('knows no year %j', (year) => {
    expect(() => daysOf(year)).toThrow('like 2026-27');
  });
});

it('A donor’s statement is a paper of all gifts of the year, however many', async () => {
  for (let n = 0; n < 40; n++) await paid(10_000n + BigInt(n) * 100n);
  const giver = await giverAt(ground.sql, 'sreeja@people.example');
  if (!giver) throw new Error('Nobody gave.');
  const period = { year: '2026-27', stream: 'domestic' } as const;
  const { bytes, name } = await statementFile(ground, ground.sql, { giver, period });
  expect(name).toBe('statement-domestic-2026-27.pdf');
  const pages = bytes.toString('latin1').match(/\/Type \/Page\b/g) ?? [];
  expect(pages.length).toBeGreaterThan(2);
  const none = { ...period, stream: 'fcra' as const };
  await expect(statementFile(ground, ground.sql, { giver, period: none })).rejects.toThrow(
    'Nothing was given',
  );
});
