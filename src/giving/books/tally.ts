import type { Queryable } from '../../db.ts';
import type { JournalRow } from './journal-rows.ts';
import { rupees } from './sheet.ts';
import { xmlText } from './workbook.ts';

/** Tally's own groups (help.tallysolutions.com, "Groups in TallyPrime"). */
const GROUPS: Record<string, string> = {
  ...{ asset: 'Current Assets', liability: 'Current Liabilities', fund: 'Capital Account' },
  bank: 'Bank Accounts',
};
const CHUNK = 64 * 1024;

/**
 * Journals as vouchers that Tally imports (help.tallysolutions.com, "XML Request and Response Formats"),
 * behind the ledgers they are for. In Tally a debit is negative and "deemed positive". The id of each
 * voucher is ours, so that one that is imported twice is there once.
 */
export async function* tallyOf(sql: Queryable, journals: AsyncIterable<JournalRow>): AsyncGenerator<string> {
  let text = `<?xml version="1.0" encoding="UTF-8"?>\n<ENVELOPE><HEADER><TALLYREQUEST>Import Data</TALLYREQUEST></HEADER><BODY><IMPORTDATA><REQUESTDESC><REPORTNAME>Vouchers</REPORTNAME></REQUESTDESC><REQUESTDATA>\n${await ledgers(sql)}`;
  for await (const journal of journals) {
    text += voucher(journal);
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield `${text}</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>\n`;
}

async function ledgers(sql: Queryable): Promise<string> {
  const { rows } = await sql.query<{ code: string; kind: string }>(
    'SELECT code, kind FROM ledger_account ORDER BY code',
  );
  const one = ({ code, kind }: { code: string; kind: string }) =>
    `<TALLYMESSAGE xmlns:UDF="TallyUDF"><LEDGER NAME="${xmlText(code)}" ACTION="Create"><NAME>${xmlText(code)}</NAME><PARENT>${GROUPS[code.startsWith('bank.') ? 'bank' : kind]}</PARENT></LEDGER></TALLYMESSAGE>\n`;
  return rows.map(one).join('');
}

const voucher = ({ id, kind, subject, day, postings }: JournalRow): string =>
  `<TALLYMESSAGE xmlns:UDF="TallyUDF"><VOUCHER REMOTEID="wecare-journal-${id}" VCHTYPE="Journal" ACTION="Create"><DATE>${day.replaceAll('-', '')}</DATE><VOUCHERTYPENAME>Journal</VOUCHERTYPENAME><VOUCHERNUMBER>${id}</VOUCHERNUMBER><NARRATION>${xmlText(`${kind} ${subject}`)}</NARRATION>${postings.map(entry).join('')}</VOUCHER></TALLYMESSAGE>\n`;

const entry = ({ account, amount }: JournalRow['postings'][number]): string =>
  `<ALLLEDGERENTRIES.LIST><LEDGERNAME>${xmlText(account)}</LEDGERNAME><ISDEEMEDPOSITIVE>${amount > 0n ? 'Yes' : 'No'}</ISDEEMEDPOSITIVE><AMOUNT>${rupees(-amount)}</AMOUNT></ALLLEDGERENTRIES.LIST>`;
