import { csvCell } from '../../../contacts/csv/rejects.ts';
import { indianDay } from '../../../giving/calendar.ts';
import { translate } from '../../../i18n.ts';
import { type FamilyGift, readFamilyGifts } from '../../../pages/occasions/gifts.ts';
import { readerLanguage } from '../../../reader.ts';
import type { Handler } from '../../web.ts';
import { openedOf } from '../doors.ts';

const AT_ONCE = 500;

/** Names, messages and amounts for the family's own list; how somebody is reached is never in it. */
export const downloadGifts: Handler = (web) => async (req, res) => {
  const { draft } = openedOf(res);
  const language = readerLanguage(req, draft.content.language);
  const columns = ['day', 'name', 'message', 'amount', 'thanks'];
  const head = columns.map((column) => translate(language, `family.list.${column}`));
  res.set('Content-Disposition', `attachment; filename="we-care-${draft.number}.csv"`);
  res.type('text/csv').write(`\ufeff${lineOf(head)}`);
  let before: string | null = null;
  do {
    const gifts: FamilyGift[] = await readFamilyGifts(web.ground.sql, draft.id, { most: AT_ONCE, before });
    for (const gift of gifts) res.write(lineOf(cellsOf(gift)));
    before = gifts.length === AT_ONCE ? (gifts.at(-1)?.id ?? null) : null;
  } while (before);
  res.end();
};

const cellsOf = ({ at, name, message, amount, thanks }: FamilyGift): string[] => [
  ...[indianDay(at), name ?? '', message ?? '', rupees(amount), thanks ?? ''],
];

const rupees = (paise: bigint) => `${paise / 100n}.${String(paise % 100n).padStart(2, '0')}`;
const lineOf = (cells: string[]) => `${cells.map((cell) => csvCell(cell)).join(',')}\r\n`;
