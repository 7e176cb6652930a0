import type { Request, Response } from 'express';
import { ADMINISTRATORS, hasRole, staffOf } from '../../staff.ts';
import type { Web } from '../../web.ts';
import { readingOf, showConsole } from '../shell.ts';

export const SETTINGS = '/console/settings';

interface SettingsPage {
  req: Request;
  res: Response;
  /** Template, without `settings-`. */
  name: string;
  title: string;
  data?: Record<string, unknown>;
  status?: number;
  /** Pages between the settings and this one. */
  above?: { href: string; text: string }[];
  /** Besides that of the settings. */
  styles?: string[];
}

/** Shows a page of the settings; `mayChange` is false for who only reads them. */
export function showSettings(
  web: Web,
  { req, res, name, title, data = {}, status = 200, above = [], styles = [] }: SettingsPage,
): Promise<void> {
  const { t } = readingOf(req, res);
  const mayChange = hasRole(staffOf(res), ADMINISTRATORS);
  return showConsole(web, {
    ...{ req, res, name: `settings-${name}`, title, status, styles: ['console-settings.css', ...styles] },
    crumbs: [{ href: SETTINGS, text: t('nav.settings') }, ...above],
    data: { refused: null, mayChange, ...data },
    scripts: ['settings.js'],
  });
}

/** A field of a form that is shown again: what was typed, and what is wrong with it. */
export interface Field {
  value: string;
  error: string | null;
}

/** Fields for a template, which wants every one of them. */
export function fieldsOf<K extends string>(
  names: readonly K[],
  typed: Partial<Record<K, string>>,
  errors: Partial<Record<K, string>> = {},
): Record<K, Field> {
  const entries = names.map((name) => [name, { value: typed[name] ?? '', error: errors[name] ?? null }]);
  return Object.fromEntries(entries) as Record<K, Field>;
}

/** A whole number within bounds; null for nothing, undefined for what will not do. */
export function wholeIn(text: string, [least, most]: [number, number]): number | null | undefined {
  if (!text.trim()) return null;
  const n = Number(text.trim());
  return Number.isInteger(n) && n >= least && n <= most ? n : undefined;
}
