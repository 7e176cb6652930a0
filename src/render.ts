import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type Assets, openAssets } from './assets.ts';
import {
  formatDay,
  formatMoment,
  formatNumber,
  formatTime,
  type Language,
  languageName,
  translate,
  translateOr,
} from './i18n.ts';

const TEMPLATES = new URL('../templates/', import.meta.url);
/** Folders of templates; those of the second are named `console/NAME`. */
const FOLDERS = ['pages', 'console'] as const;

/** What every page has. `data` is what its own template needs; a field it lacks is an error. */
export interface Page {
  /** File name in templates/pages without `.hbs`, or `console/` and one in templates/console. */
  template: string;
  /** File name in the folder `layouts` beside it. */
  layout: string;
  language: Language;
  title: string;
  data: Record<string, unknown>;
}

/** Pages and the files they need, read and compiled once. */
export interface Pages {
  render(page: Page): string;
  assets: Assets;
}

/** Addresses of our own in a page, which stand there as if at the root. */
const OWN_ADDRESS =
  /(\s(?:href|src|action|formaction|poster|hx-get|hx-post|hx-push-url|sse-connect|data-href)=")\/(?!\/)/g;

type Template = Handlebars.TemplateDelegate<Record<string, unknown>>;

/**
 * Reads and compiles the templates with their partials, and hashes templates/assets.
 * @param base path under which the web lives (`/wecare`), which every address of our own then begins with
 */
export function openPages(base = ''): Pages {
  const assets = openAssets(base);
  const handlebars = openHandlebars(assets);
  const options = {
    strict: true,
    // A partial that stands indented would indent what people wrote in a textarea, and keep it so.
    preventIndent: true,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries(Object.keys(handlebars.helpers).map((name) => [name, true])),
  };
  const compiled = (folder: string, prefix: string): [string, Template][] =>
    readTemplates(folder).map(([name, text]) => [prefix + name, handlebars.compile(text, options)]);
  const pages = new Map(FOLDERS.flatMap((folder) => compiled(`${folder}/`, prefixOf(folder))));
  const layouts = new Map(FOLDERS.flatMap((folder) => compiled(`${folder}/layouts/`, '')));
  return {
    assets,
    render({ template, layout, language, title, data }) {
      const context = { ...data, language, title };
      const body = pick(pages, template)(context);
      const html = pick(layouts, layout)({ ...context, body });
      return base ? html.replace(OWN_ADDRESS, `$1${base}/`) : html;
    },
  };
}

const prefixOf = (folder: (typeof FOLDERS)[number]) => (folder === 'pages' ? '' : `${folder}/`);

type Options = Handlebars.HelperOptions;

/**
 * `{{t 'key' name=value}}` gives a message in the page's language, `{{message words 'heading'}}` one whose
 * key begins with a value, `{{in 'ml' key}}` one in another language, `{{asset 'base.css'}}` a file's path, `{{icon 'home'}}` a sign of the console.
 * `{{momentOf at}}`, `{{dayOf at}}`, `{{timeOf at}}` show a date in the zone of the page's reader. A helper goes before
 * a field of its name, so none is called as a field would be.
 */
function openHandlebars(assets: Assets): typeof Handlebars {
  const handlebars = Handlebars.create();
  const sprite = assets.pathOf('icons.svg');
  const dated =
    (format: typeof formatMoment) =>
    (at: Date | null, { data }: Options) =>
      at ? format(at, data.root.language, data.root.zone) : '';
  const helpers: Record<string, Handlebars.HelperDelegate> = {
    t: (key: string, { hash, data }: Options) => translate(data.root.language, key, hash),
    message: (words: string, part: string, { data, hash }: Options) =>
      translate(data.root.language, `${words}.${part}`, hash),
    in: (language: Language, key: string) => translate(language, key),
    asset: (name: string) => assets.pathOf(name),
    icon: (name: string) =>
      new Handlebars.SafeString(
        `<svg class="i" aria-hidden="true"><use href="${sprite}#${Handlebars.escapeExpression(name)}"/></svg>`,
      ),
    digits: formatNumber,
    tongueOf: (tag: string, { data }: Options) => languageName(tag, data.root.language),
    districtOf: (name: string | null, { data }: Options) =>
      name ? translateOr(data.root.language, `segments.district.${name.toLowerCase()}`, name) : '',
    same: (one: unknown, other: unknown) => one === other,
    momentOf: dated(formatMoment),
    dayOf: dated(formatDay),
    timeOf: dated(formatTime),
    isoOf: (at: Date | null) => at?.toISOString() ?? '',
  };
  for (const [name, helper] of Object.entries(helpers)) handlebars.registerHelper(name, helper);
  for (const folder of FOLDERS) {
    for (const [name, text] of readTemplates(`${folder}/partials/`))
      handlebars.registerPartial(prefixOf(folder) + name, text);
  }
  return handlebars;
}

function readTemplates(folder: string): [string, string][] {
  const dir = new URL(folder, TEMPLATES);
  const files = readdirSync(dir).filter((file) => file.endsWith('.hbs'));
  return files.map((file) => [file.slice(0, -4), readFileSync(new URL(file, dir), 'utf8')]);
}

function pick<T>(from: Map<string, T>, name: string): T {
  const value = from.get(name);
  if (value === undefined) throw new Error(`There is no template ${name}.hbs`);
  return value;
}
