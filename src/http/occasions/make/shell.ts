import type { Request, Response } from 'express';
import { translate } from '../../../i18n.ts';
import { kindWord, paletteOf } from '../../../pages/occasions/words.ts';
import { readerLanguage } from '../../../reader.ts';
import { showPage } from '../../pages.ts';
import type { Web } from '../../web.ts';
import { openedOf } from '../doors.ts';

/** The screens of making a page, in their order; the code belongs to the contact. */
export const screens = ['who', 'words', 'photo', 'for', 'look', 'contact'] as const;
/** Those by which a family changes its page. */
export const editScreens = screens.filter((screen) => screen !== 'contact');

/** Where a saved screen leads: on while the page is being made, and home when a family changes it. */
export function nextScreen(res: Response, screen: string): string {
  const { base, home } = openedOf(res);
  if (home) return `${home}?done=saved`;
  return `${base}/${screens[screens.indexOf(screen as (typeof screens)[number]) + 1] ?? 'contact'}`;
}

export interface Making {
  req: Request;
  res: Response;
  /** One of the screens, or `code`. */
  screen: string;
  data: Record<string, unknown>;
  status?: number;
}

/** Answers with one screen in its frame: what it is of, how far one is, where one goes back to. */
export function showMaking(web: Web, { req, res, screen, data, status = 200 }: Making): void {
  const { draft, base, home } = openedOf(res);
  const { kind, content, number } = draft;
  const language = readerLanguage(req, content.language);
  const query = `?lang=${language}`;
  const at = screens.indexOf((screen === 'code' ? 'contact' : screen) as (typeof screens)[number]);
  const shown = home ? editScreens : screens;
  showPage(web, {
    ...{ req, res, status, name: `occasion-make-${screen}`, language: content.language },
    title: translate(language, `occasion.make.${screen}`),
    data: {
      ...{ base, home, screen, kind, number, mood: paletteOf(kind), sheet: 'occasion-make.css' },
      ...{ action: `${base}/${screen}${query}`, kindName: kindWord(language, kind, 'name') },
      heading: translate(language, `occasion.make.${screen}`),
      steps: shown.map((name, i) => ({
        ...{ name, done: !home && i < at, now: screens[at] === name },
        words: translate(language, `occasion.make.step.${name}`),
        href: `${base}/${name}${query}`,
      })),
      step: translate(language, 'occasion.make.progress', { step: at + 1, steps: screens.length }),
      back: backOf({ base, home, at }, query),
      later: home ? null : laterOf(`${web.ground.config.publicUrl}${base}/${screen}${query}`),
      ...{ refused: '', faulty: false, conflict: null },
      ...data,
      query,
    },
  });
}

/** Nobody has an account here, so the way back is sent to oneself. */
const laterOf = (url: string) => ({ url, whatsapp: `https://wa.me/?text=${encodeURIComponent(url)}` });

function backOf({ base, home, at }: { base: string; home: string | null; at: number }, query: string) {
  if (home) return `${home}${query}`;
  return at > 0 ? `${base}/${screens[at - 1]}${query}` : `/occasions${query}`;
}
