import type { Response } from 'express';
import type { Language } from '../../../i18n.ts';
import type { OccasionChange, OccasionDraft } from '../../../pages/occasions/make.ts';
import type { Web } from '../../web.ts';

/** What stands in the fields of a screen, as it was typed; nothing of it is trusted. */
export type Typed = Record<string, string>;

export interface Reading {
  draft: OccasionDraft;
  language: Language;
  /** Which suggestion was pressed, such as `line.2`; empty for none. */
  pressed: string;
}

/** What a screen changes, or by field what is wrong with it. */
export type Read =
  | {
      ok: true;
      change: OccasionChange;
      /** Shows the same screen again, at this place of it. */
      stay?: string;
    }
  | { ok: false; faults: Record<string, string> };

/** One screen of a page that is being made. */
export interface Part {
  fields: readonly string[];
  /** What stands in its fields when nothing was typed. */
  values(draft: OccasionDraft): Typed;
  read(typed: Typed, about: Reading): Read;
  /** What its template is filled with besides. */
  more(
    web: Web,
    about: { draft: OccasionDraft; typed: Typed; language: Language; res: Response },
  ): Record<string, unknown> | Promise<Record<string, unknown>>;
}
