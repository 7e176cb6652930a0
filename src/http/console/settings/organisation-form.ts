import type { Organisation } from '../../../access/organisation.ts';
import { readableShade } from '../../../colour.ts';
import type { Reading } from '../shell.ts';

export const FIELDS = [
  ...(['nameEn', 'nameMl', 'addressEn', 'addressMl', 'footerEn', 'footerMl'] as const),
  ...(['helpAddress', 'phone', 'accent'] as const),
] as const;
export type Typed = Record<(typeof FIELDS)[number], string>;
export type Faults = Partial<Typed>;

/** What was typed, as it will be kept. */
export function readTyped(form: { text(name: string): string }): Typed {
  const text = (name: string) => form.text(name).replace(/\r\n?/g, '\n').trim();
  const typed = Object.fromEntries(FIELDS.map((name) => [name, text(name)])) as Typed;
  return { ...typed, accent: typed.accent.toLowerCase() };
}

/** What is wrong, by field. */
export function faultsOf(typed: Typed, { t }: Pick<Reading, 't'>): Faults {
  const faults: Faults = {};
  const braces = FIELDS.filter((name) => /\{\{|\}\}/.test(typed[name]));
  for (const name of braces) faults[name] = t('organisation.wrong.braces', { open: '{{', close: '}}' });
  for (const name of ['nameEn', 'nameMl'] as const)
    if (!typed[name]) faults[name] = t('organisation.wrong.name');
  if (typed.helpAddress && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed.helpAddress))
    faults.helpAddress = t('organisation.wrong.help');
  if (typed.phone && !/^\+?[\d\s()-]{3,30}$/.test(typed.phone)) faults.phone = t('organisation.wrong.phone');
  const accent = accentFault(typed.accent, { t });
  return accent ? { ...faults, accent } : faults;
}

function accentFault(accent: string, { t }: Pick<Reading, 't'>): string | null {
  if (!accent) return null;
  if (!/^#[0-9a-f]{6}$/.test(accent)) return t('organisation.wrong.accent');
  const near = readableShade(accent);
  return near === accent ? null : t('organisation.wrong.contrast', { accent, near });
}

export const typedOf = ({ name, address, footer, helpAddress, phone, accent }: Organisation): Typed => ({
  ...{ nameEn: name.en, nameMl: name.ml, addressEn: address.en, addressMl: address.ml },
  ...{ footerEn: footer.en, footerMl: footer.ml, helpAddress, phone, accent },
});

export const organisationOf = (typed: Typed, logo: string | null): Organisation => ({
  name: { en: typed.nameEn, ml: typed.nameMl },
  address: { en: typed.addressEn, ml: typed.addressMl },
  footer: { en: typed.footerEn, ml: typed.footerMl },
  ...{ helpAddress: typed.helpAddress, phone: typed.phone, accent: typed.accent, logo },
});
