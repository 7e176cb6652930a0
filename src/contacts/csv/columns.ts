import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';

/** What a column of the file holds: a field of the contact, or an attribute by its name. */
export type Column = { field: Field } | { attribute: string } | { ignored: true };

/** What somebody said that columns are, by the slug of their heads: a field, `ignore`, or an attribute. */
export type Mapping = Record<string, string>;

export type Field =
  | 'name'
  | 'first_name'
  | 'last_name'
  | 'email'
  | 'phone'
  | 'language'
  | 'kind'
  | 'district';

const MAX_NAME = 60;

/** Heads that staff, spreadsheets and other mailing tools give these columns. Compared as `slug`s. */
const HEADS: Record<Field, string[]> = {
  name: ['name', 'full_name', 'contact', 'donor_name', 'പേര്', 'പേര', 'പേരു്'],
  first_name: ['first_name', 'given_name'],
  last_name: ['last_name', 'surname', 'family_name'],
  email: [
    'email',
    'e_mail',
    'email_address',
    'e_mail_address',
    'mail',
    'email_id',
    'e_mail_id',
    'ഇമെയിൽ',
    'ഇ_മെയിൽ',
    'മെയിൽ',
  ],
  phone: [
    'phone',
    'phone_number',
    'phone_no',
    'mobile',
    'mobile_number',
    'mobile_no',
    'mobile_phone',
    'telephone',
    'tel',
    'cell',
    'whatsapp',
    'ഫോൺ',
    'മൊബൈൽ',
    'ഫോൺ_നമ്പർ',
    'മൊബൈൽ_നമ്പർ',
  ],
  language: ['language', 'lang', 'preferred_language', 'ഭാഷ'],
  kind: ['kind', 'type', 'contact_kind', 'contact_type', 'വിഭാഗം'],
  district: ['district', 'ജില്ല'],
};

const FIELD_OF = new Map<string, Field>(
  (Object.keys(HEADS) as Field[]).flatMap((field) =>
    HEADS[field].map((head) => [slug(head), field] as const),
  ),
);

/** Names that messages give a meaning of their own: built-in fields, and words of Handlebars. */
const RESERVED = new Set([
  ...['name', 'first_name', 'language', 'kind', 'district', 'token', 'address'],
  ...['if', 'unless', 'else', 'each', 'with', 'this', 'true', 'false', 'null', 'undefined'],
]);
const MAX_COLUMNS = 200;

/**
 * The delimiter that stands most often outside quotation marks in the first line; a comma when none does.
 * @param start the first bytes of the file
 */
export function detectDelimiter(start: Buffer): string {
  const text = start.toString('latin1').replace(/"[^"]*"?/g, '');
  const line = /^[^\r\n]*/.exec(text.replace(/^[\s\xef\xbb\xbf]+/, ''))?.[0] ?? '';
  const count = (delimiter: string) => line.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, next) => (count(next) > count(best) ? next : best));
}

/**
 * Recognises the header row, whatever its case, in English or Malayalam. Every other column becomes an
 * attribute of the contact. The two columns that our own file of rejected rows ends with are passed over.
 * @throws Refusal when there is neither an e-mail nor a phone column, or two columns mean the same
 */
export function readHeader(heads: string[], file: string, mapping: Mapping = {}): Column[] {
  const columns = guessColumns(heads, mapping);
  if (columns.length > MAX_COLUMNS) {
    throw new Refusal(say`${file} has ${columns.length} columns; at most ${MAX_COLUMNS} can be imported.`);
  }
  requireDistinct(columns, heads, file);
  if (!columns.some((c) => 'field' in c && (c.field === 'email' || c.field === 'phone'))) {
    throw new Refusal(
      say`${file} has no column for e-mail or phone. Its first line must name the columns, one of them "email" or "phone" (or say which it is: --map "COLUMN=phone"); it reads: ${heads.join(' | ').slice(0, 200)}`,
    );
  }
  return columns;
}

/** What each column is taken for by itself, whether or not they go together. */
export function guessColumns(heads: string[], mapping: Mapping = {}): Column[] {
  const own = endsWithOurs(heads) ? heads.length - OURS.length : heads.length;
  return heads.map((head, i) => (i >= own ? ignored : columnOf(mapping[slug(head)] ?? head, i)));
}

/** What our file of rejected rows adds to its columns. */
export const OURS = ['line', 'reason'];

export const endsWithOurs = (heads: string[]) => heads.slice(-OURS.length).map(slug).join() === OURS.join();

const ignored: Column = { ignored: true };

function columnOf(head: string, index: number): Column {
  const name = slug(head);
  if (name === 'ignore') return ignored;
  const field = FIELD_OF.get(name);
  if (field) return { field };
  if (!name) return { attribute: `column_${index + 1}` };
  return { attribute: RESERVED.has(name) || /^\p{N}/u.test(name) ? `column_${name}` : name };
}

function requireDistinct(columns: Column[], heads: string[], file: string): void {
  const seen = new Map<string, number>();
  columns.forEach((column, i) => {
    if ('ignored' in column) return;
    const key = 'field' in column ? `field ${column.field}` : `attribute ${column.attribute}`;
    const first = seen.get(key);
    if (first !== undefined) {
      throw new Refusal(
        say`${file} has two columns that mean the same: "${heads[first] ?? ''}" (column ${first + 1}) and "${heads[i] ?? ''}" (column ${i + 1}). Rename or remove one.`,
      );
    }
    seen.set(key, i);
  });
}

/** A name that a message can use as `{{merge_field}}`: lower case, letters and digits of any script, `_`. */
export function slug(head: string): string {
  const words =
    head
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}\u200c\u200d]+/gu) ?? [];
  return words.join('_').slice(0, MAX_NAME).normalize('NFC');
}
