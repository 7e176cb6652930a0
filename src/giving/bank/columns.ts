/** What a column of a statement tells. */
export const roles = [
  ...(['day', 'words', 'reference', 'debit', 'credit', 'amount', 'sign', 'balance'] as const),
] as const;
export type Role = (typeof roles)[number];
/** The head of each column that is used, as `headOf` writes it. */
export type Columns = Partial<Record<Role, string>>;

/** How banks call them, the likeliest first; as their statements of 2026 have it. */
const NAMES: Record<Role, string[]> = {
  day: [
    ...['txn date', 'tran date', 'transaction date', 'date', 'post date', 'posting date', 'value date'],
    'value dt',
  ],
  words: [
    ...['description', 'narration', 'particulars', 'transaction remarks', 'remarks', 'transaction details'],
    ...['transaction particulars', 'details'],
  ],
  reference: [
    ...['ref no cheque no', 'chq ref no', 'chq ref number', 'cheque ref no', 'utr', 'utr no', 'reference no'],
    ...['reference', 'ref no', 'cheque number', 'cheque no', 'chq no', 'tran id', 'transaction id'],
  ],
  debit: [
    ...['debit', 'debit amount', 'withdrawal', 'withdrawals', 'withdrawal amt', 'withdrawal amount'],
    ...['dr amount', 'dr'],
  ],
  credit: [
    ...['credit', 'credit amount', 'deposit', 'deposits', 'deposit amt', 'deposit amount', 'cr amount', 'cr'],
  ],
  amount: ['amount', 'transaction amount', 'txn amount'],
  sign: ['dr cr', 'cr dr', 'debit credit', 'type', 'transaction type', 'tran type'],
  balance: ['balance', 'closing balance', 'running balance', 'balance amount', 'available balance'],
};

/** A head without case, signs and the currency: `Withdrawal Amt.(INR)` is `withdrawal amt`. */
export const headOf = (cell: string): string =>
  cell
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/\b(inr|rs|rupees)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/** Whether these columns are enough to read a line. */
export const suffice = ({ day, words, debit, credit, amount }: Columns): boolean =>
  Boolean(day && words && ((debit && credit) || amount));

/** Recognises the columns of a row of heads; those that it does not know are left out. */
export function recognise(cells: string[]): Columns {
  const heads = cells.map(headOf);
  const columns: Columns = {};
  const taken = new Set<string>();
  for (const role of roles) {
    const head = NAMES[role].find((name) => heads.includes(name) && !taken.has(name));
    if (!head) continue;
    columns[role] = head;
    taken.add(head);
  }
  return columns;
}

/** Rows before the heads: name of the account, address, branch … */
const MOST_BEFORE = 60;

/**
 * Finds the row of heads.
 *
 * @param wished what a person said of the columns, or was remembered of the statement before
 * @returns null when no row names enough columns; `widest` is then the row that looks most like heads
 */
export function findHeads(
  rows: string[][],
  wished: Columns | null,
): { at: number; columns: Columns } | { at: null; widest: number } {
  const first = rows.slice(0, MOST_BEFORE);
  const wanted = wished && suffice(wished) ? Object.values(wished) : null;
  const at = first.findIndex((cells) => {
    const heads = cells.map(headOf);
    return wanted ? wanted.every((head) => heads.includes(head)) : suffice(recognise(cells));
  });
  if (at >= 0) return { at, columns: wanted ? (wished as Columns) : recognise(first[at] as string[]) };
  const filled = first.map((cells) => cells.filter((cell) => /\p{L}/u.test(cell)).length);
  return { at: null, widest: Math.max(0, filled.indexOf(Math.max(...filled, 0))) };
}
