import {
  inLanguage,
  type Organisation,
  saidOrganisation,
  saveOrganisation,
  USUAL,
} from '../access/organisation.ts';
import { type Accent, accentsOf, readableShade } from '../colour.ts';
import { type Queryable, transaction } from '../db.ts';
import { Refusal } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Language } from '../i18n.ts';
import { say } from '../say.ts';
import { type Asset, assetsNamed, setUses } from './assets.ts';
import { addressOf } from './served.ts';

/** A logo as it is shown. */
export interface Logo {
  /** Its path from the root, in what every mail program shows. */
  src: string;
  /** In CSS pixels. */
  width: number;
  height: number;
}

/** How this installation presents itself. */
export interface Brand {
  organisation: Organisation;
  /** Whether somebody has said it, or it is only what we suppose. */
  said: boolean;
  logo: Logo | null;
  accents: { light: Accent; dark: Accent } | null;
}

/** Who we are in one language. */
export interface Identity {
  name: string;
  /** Lines of the postal address. */
  address: string[];
  footer: string[];
  helpAddress: string;
  phone: string;
  /** The same as a machine dials it. */
  dial: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HEIGHT = 40;
const WIDEST = 160;
export const USUAL_BRAND: Brand = { organisation: USUAL, said: false, logo: null, accents: null };

export async function readBrand({ sql }: { sql: Queryable }): Promise<Brand> {
  const organisation = await saidOrganisation(sql);
  if (!organisation) return USUAL_BRAND;
  const { logo, accent } = organisation;
  const [picture] = logo ? await assetsNamed({ sql }, [logo]) : [];
  const accents = accent ? accentsOf(accent) : null;
  return { organisation, said: true, logo: picture ? logoOf(picture) : null, accents };
}

/**
 * Keeps who we are.
 * @throws Refusal for a logo that is no picture, a colour that is hard to read, or a merge field
 */
export async function saveBrand(
  { sql }: Pick<Ground, 'sql'>,
  organisation: Organisation,
  actor: string,
): Promise<void> {
  const { logo } = organisation;
  await transaction(sql, async (connection) => {
    const [picture] = logo && UUID.test(logo) ? await assetsNamed({ sql: connection }, [logo]) : [];
    if (logo && picture?.kind !== 'picture')
      throw new Refusal(say`The logo is no picture of the media library any more. Choose another.`, 409);
    requireAccent(organisation.accent);
    requireWords(organisation);
    await saveOrganisation(connection, organisation, actor);
    // One after the other, and for good: mails that were sent show the logo of their day.
    if (logo) await setUses(connection, [logo], { type: 'organisation', id: logo });
  });
}

/** @throws Refusal that names the nearest colour that will do */
export function requireAccent(accent: string): void {
  if (!accent) return;
  if (!/^#[0-9a-f]{6}$/.test(accent))
    throw new Refusal(
      say`${JSON.stringify(accent)} is no colour. Write it as # and six digits, such as #0b5d4e.`,
    );
  const near = readableShade(accent);
  if (near !== accent)
    throw new Refusal(
      say`Words in ${accent} can hardly be read on our light grounds. The nearest that can is ${near}.`,
    );
}

/** Braces would be read as a merge field in every mail. */
function requireWords({ name, address, footer, phone }: Organisation): void {
  const words = [name, address, footer].flatMap(({ en, ml }) => [en, ml]);
  if ([...words, phone].some((text) => /\{\{|\}\}/.test(text)))
    throw new Refusal(say`Who we are is said without {{ and }}. Take them out.`);
}

/** @param helpAddress of the environment, where the console has none */
export function identityIn(
  { organisation }: Brand,
  language: Language,
  helpAddress: string | undefined,
): Identity {
  const { name, address, footer } = organisation;
  return {
    name: inLanguage(name, language),
    address: linesOf(inLanguage(address, language)),
    footer: linesOf(inLanguage(footer, language)),
    helpAddress: organisation.helpAddress || (helpAddress ?? ''),
    phone: organisation.phone,
    dial: organisation.phone.replace(/[^\d+]/g, ''),
  };
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** The smallest rendition that is sharp at double density. */
function logoOf(picture: Asset): Logo | null {
  const { width, height } = picture;
  const shown = picture.files.filter(({ ext }) => ext !== 'webp');
  if (!width || !height) return null;
  const drawn = Math.min(WIDEST, Math.round((HEIGHT * width) / height));
  const file = shown.find((one) => one.width >= drawn * 2) ?? shown.at(-1);
  if (!file) return null;
  return { src: addressOf('', picture, file), width: drawn, height: Math.round((drawn * height) / width) };
}
