import { readdirSync, readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import { type Assets, openAssets } from './assets.ts';
import { type Language, translate } from './i18n.ts';

const TEMPLATES = new URL('../templates/', import.meta.url);

/** What every page has. `data` is what its own template needs; a field it lacks is an error. */
export interface Page {
  /** File name in templates/pages, without `.hbs`. */
  template: string;
  /** File name in templates/pages/layouts. */
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
const OWN_ADDRESS = /(\s(?:href|src|action|formaction|poster)=")\/(?!\/)/g;

/**
 * Reads and compiles templates/pages with its partials, and hashes templates/assets.
 * @param base path under which the web lives (`/wecare`), which every address of our own then begins with
 */
export function openPages(base = ''): Pages {
  const assets = openAssets();
  const handlebars = openHandlebars(assets);
  const options = {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: { t: true, message: true, asset: true },
  };
  const compiled = (folder: string) =>
    new Map([...readTemplates(folder)].map(([name, text]) => [name, handlebars.compile(text, options)]));
  const pages = compiled('pages/');
  const layouts = compiled('pages/layouts/');
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

/**
 * `{{t 'key' name=value}}` gives a message in the page's language, `{{message words 'heading'}}` one whose key
 * begins with a value, `{{asset 'base.css'}}` a file's path.
 */
function openHandlebars(assets: Assets): typeof Handlebars {
  const handlebars = Handlebars.create();
  handlebars.registerHelper('t', (key: string, { hash, data }: Handlebars.HelperOptions) =>
    translate(data.root.language, key, hash),
  );
  handlebars.registerHelper('message', (words: string, part: string, { data }: Handlebars.HelperOptions) =>
    translate(data.root.language, `${words}.${part}`),
  );
  handlebars.registerHelper('asset', (name: string) => assets.pathOf(name));
  for (const [name, text] of readTemplates('pages/partials/')) handlebars.registerPartial(name, text);
  return handlebars;
}

function readTemplates(folder: string): Map<string, string> {
  const dir = new URL(folder, TEMPLATES);
  const files = readdirSync(dir).filter((file) => file.endsWith('.hbs'));
  return new Map(files.map((file) => [file.slice(0, -4), readFileSync(new URL(file, dir), 'utf8')]));
}

function pick<T>(from: Map<string, T>, name: string): T {
  const value = from.get(name);
  if (value === undefined) throw new Error(`templates/pages has no ${name}.hbs`);
  return value;
}
