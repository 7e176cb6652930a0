import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

/** Longest file, in lines; a file of tests is a list, and may be longer. */
const CAP = 300;
const TEST_CAP = 550;
/** Made from the catalogue, as long as that is. */
const GENERATED = 'src/i18n-keys.ts';
const FOLDERS = ['src', 'channels', 'jobs', 'scripts', 'templates', 'test'];
/** Each may import those after it, never those before it. */
const LAYERS = ['scripts', 'jobs', 'src', 'channels'];
const DOMAINS = [
  ...['agencies', 'campaigns', 'pages', 'attribution', 'giving', 'deliveries'],
  ...['links', 'contacts', 'media', 'access'],
];
const ENVIRONMENT = /^(src\/config\.ts$|scripts\/|test\/|vitest\.config\.ts$)/;

interface Import {
  from: string;
  to: string;
}

const files = FOLDERS.flatMap(sourcesOf);
const imports = files.flatMap(importsOf);

it('imports run one way: scripts, jobs, src, channels', () => {
  const wrong = imports.filter(({ from, to }) => rises(LAYERS, layerOf(from), layerOf(to)));
  expect(wrong.map(arrow)).toEqual([]);
});

it('channels import nothing of ours but channels', () => {
  const wrong = imports.filter(({ from, to }) => layerOf(from) === 'channels' && layerOf(to) !== 'channels');
  expect(wrong.map(arrow)).toEqual([]);
});

it('domains import downwards, and nothing below http imports http', () => {
  const order = ['http', ...DOMAINS, 'root'];
  const wrong = imports.filter(({ from, to }) => rises(order, partOf(from), partOf(to)));
  expect(wrong.map(arrow)).toEqual([]);
});

it('every folder of src has its place in the order', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const known = ['http', 'sandbox', ...DOMAINS];
  expect(folders.map(({ name }) => name).filter((name) => !known.includes(name))).toEqual([]);
});

it('only scripts and tests import the sandbox', () => {
  const outside = ({ from, to }: Import) => partOf(to) === 'sandbox' && partOf(from) !== 'sandbox';
  const wrong = imports.filter((one) => outside(one) && !/^(scripts|test)\//.test(one.from));
  expect(wrong.map(arrow)).toEqual([]);
});

it('tests are imported by tests only', () => {
  const wrong = imports.filter(({ from, to }) => to.startsWith('test/') && !from.startsWith('test/'));
  expect(wrong.map(arrow)).toEqual([]);
});

it(`no file is longer than ${CAP} lines`, () => {
  const capOf = (file: string) => (file.startsWith('test/') ? TEST_CAP : CAP);
  const written = files.filter((file) => file !== GENERATED);
  expect(written.filter((file) => textOf(file).split('\n').length > capOf(file))).toEqual([]);
});

it('one place reads the environment', () => {
  const readers = files.filter((file) => /process\.env\b/.test(textOf(file)));
  expect(readers.filter((file) => !ENVIRONMENT.test(file))).toEqual([]);
});

it('sees the imports it is to judge', () => {
  expect(imports.map(arrow)).toContain('src/ground.ts -> src/db.ts');
  expect(rises(LAYERS, 'src', 'jobs')).toBe(true);
  expect(rises(LAYERS, 'jobs', 'src')).toBe(false);
});

function sourcesOf(folder: string): string[] {
  const entries = readdirSync('.', { withFileTypes: true }).some(({ name }) => name === folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
    : [];
  return entries.filter((file) => /\.m?ts$|\.mjs$/.test(file)).map((file) => path.posix.join(folder, file));
}

function importsOf(file: string): Import[] {
  const found = textOf(file).matchAll(/(?:from\s+|import\s*\(\s*|import\s+)['"](\.[^'"]+)['"]/g);
  return [...found].map(([, target = '']) => ({
    from: file,
    to: path.posix.join(path.posix.dirname(file), target),
  }));
}

function textOf(file: string): string {
  return readFileSync(file, 'utf8');
}

function layerOf(file: string): string {
  return file.split('/')[0] ?? '';
}

/** The domain of a file of src, `root` for the files beside the domains, nothing outside src. */
function partOf(file: string): string {
  const [layer, part = '', ...rest] = file.split('/');
  if (layer !== 'src') return '';
  return rest.length ? part : 'root';
}

/** True when both have a place in the order and the import leads up. */
function rises(order: string[], from: string, to: string): boolean {
  return order.includes(from) && order.includes(to) && order.indexOf(to) < order.indexOf(from);
}

function arrow({ from, to }: Import): string {
  return `${from} -> ${to}`;
}
