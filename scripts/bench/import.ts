import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { openScratch, startBuilt } from '../lib/scratch.ts';
import { stringsOf, workbookOf, zipOf } from '../lib/workbook.ts';

const ROWS = Number(process.env.BENCH_ROWS ?? 100_000);
const HEADS = ['name', 'email', 'phone', 'language', 'district', 'ward'];
const NAMES = ['ശ്രീജ മേനോൻ', 'Ravi Kumar', 'ലീല പിള്ള', 'Thomas Mathew', 'ആമിന ബീവി'];
const WATCH_MS = 20;

interface Measured {
  rows_per_s: number;
  rss_mb: number;
  seconds: number;
}

/**
 * A hundred thousand people imported from a CSV file and from a workbook, each by the built command in a
 * process of its own on an empty database. The memory is the most that the process ever had; the seconds
 * are those between opening the file and the last row.
 */
export async function bench(): Promise<void> {
  const csv = await measure('people.csv', Buffer.from(csvOf()));
  const xlsx = await measure('people.xlsx', zipOf(xlsxOf()));
  const both = [csv, xlsx];
  const worst = {
    rows_per_s: Math.min(...both.map((one) => one.rows_per_s)),
    rss_mb: Math.max(...both.map((one) => one.rss_mb)),
  };
  process.stdout.write(`${JSON.stringify({ ...worst, rows: ROWS, csv, xlsx })}\n`);
}

const cellsOf = (i: number): string[] => [
  ...[`${NAMES[i % NAMES.length]} ${i}`, `person${i}@import.example`, `98${String(i).padStart(8, '0')}`],
  ...[i % 2 ? 'en' : 'ml', 'Kollam', String(i % 40)],
];

const csvOf = () =>
  `${[HEADS, ...Array.from({ length: ROWS }, (_, i) => cellsOf(i))].map((cells) => cells.join(',')).join('\r\n')}\r\n`;

/** As Excel writes it: texts shared, the telephone and the ward as numbers. */
function xlsxOf() {
  const texts = [...HEADS];
  const shared = (text: string) => `t="s"><v>${texts.push(text) - 1}</v></c>`;
  const rows = Array.from({ length: ROWS }, (_, i) => {
    const line = i + 2;
    const cells = cellsOf(i).map((value, column) => {
      const start = `<c r="${String.fromCharCode(65 + column)}${line}" `;
      return start + (column === 2 || column === 5 ? `><v>${value}</v></c>` : shared(value));
    });
    return `<row r="${line}">${cells.join('')}</row>`;
  });
  const heads = HEADS.map((_, i) => `<c r="${String.fromCharCode(65 + i)}1" t="s"><v>${i}</v></c>`);
  const sheet = `<row r="1">${heads.join('')}</row>${rows.join('')}`;
  return workbookOf({ People: sheet }, { 'xl/sharedStrings.xml': stringsOf(texts) });
}

async function measure(name: string, content: Buffer): Promise<Measured> {
  const scratch = await openScratch({});
  try {
    const file = path.join(scratch.dir, name);
    await writeFile(file, content);
    process.stderr.write(`Importing ${ROWS} rows of ${name} …\n`);
    const words = ['--list', 'Bench', '--purpose', 'appeals', '--basis', 'bench', '--json'];
    const child = await startBuilt(['contacts', 'import', file, ...words], scratch.env);
    const [rss, said] = await Promise.all([peak(child), output(child)]);
    const { created, seconds } = JSON.parse(said) as { created: number; seconds: number };
    if (created !== ROWS) throw new Error(`${created} of ${ROWS} rows of ${name} became contacts.`);
    return {
      rows_per_s: Math.round(ROWS / seconds),
      rss_mb: Math.round(rss),
      seconds,
    };
  } finally {
    await scratch.end();
  }
}

async function output(child: ChildProcess): Promise<string> {
  return child.stdout ? text(child.stdout) : '';
}

/** The most memory that the process had, in MB, by the system's own mark (proc(5), VmHWM). */
async function peak(child: ChildProcess): Promise<number> {
  let most = 0;
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
    most = Math.max(most, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, WATCH_MS);
  await ended;
  clearInterval(timer);
  return most;
}
