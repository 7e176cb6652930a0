import type { Button, Frame } from '../../../channels/frame.ts';
import { BRACES, placesIn } from '../../../channels/places.ts';
import { Refusal } from '../../errors.ts';
import { say } from '../../say.ts';
import type { PhoneChannel } from './accounts.ts';

/** Cloud API, "Template components": characters of a header, a footer, a button, an address. */
const LONGEST = { header: 60, footer: 60, button: 25, url: 2000 };
export const MOST_BUTTONS = 10;

/** @throws Refusal for what the network would not have registered */
export function requireFrame(channel: PhoneChannel, { header, footer, buttons = [] }: Frame): void {
  if (channel === 'sms' && (header || footer || buttons.length))
    throw new Refusal(say`An SMS has a text alone, without header and buttons.`);
  if (header?.kind === 'text') requireHeader(header.text);
  if (footer !== undefined && (footer.length > LONGEST.footer || placesIn(footer, BRACES).length))
    throw new Refusal(say`A footer has at most ${LONGEST.footer} characters, and no places.`);
  if (buttons.length > MOST_BUTTONS) throw new Refusal(say`A template has at most ${MOST_BUTTONS} buttons.`);
  for (const button of buttons) requireButton(button);
  if (buttons.filter(({ kind }) => kind === 'url').length > 2)
    throw new Refusal(say`A template has at most two buttons that lead to a web address.`);
  if (buttons.filter(({ kind }) => kind === 'call').length > 1)
    throw new Refusal(say`A template has at most one button that calls a telephone.`);
}

function requireHeader(text: string): void {
  if (!text.trim() || text.length > LONGEST.header)
    throw new Refusal(say`A header has 1 to ${LONGEST.header} characters, as it was registered.`);
  if (placesIn(text, BRACES).length > 1) throw new Refusal(say`A header has at most one place.`);
}

function requireButton(button: Button): void {
  const { text } = button;
  if (!text.trim() || text.length > LONGEST.button)
    throw new Refusal(say`The words of a button have 1 to ${LONGEST.button} characters.`);
  if (button.kind === 'url') requireAddress(text, button.url);
  if (button.kind === 'call' && !/^\+?\d{6,20}$/.test(button.phone))
    throw new Refusal(say`The button ${text} needs a telephone number such as +914712345678.`);
}

/** A place stands at its end, once. */
function requireAddress(text: string, url: string): void {
  const marks = placesIn(url, BRACES);
  const bare = url.replace(BRACES.mark, '');
  const ends = !marks.length || (marks.length === 1 && url.endsWith('}}') && url.startsWith(bare));
  if (ends && url.length <= LONGEST.url && /^https?:\/\/\S+$/.test(bare) && URL.canParse(bare)) return;
  throw new Refusal(
    say`The button ${text} needs a web address; a place in it stands at its end, such as https://wecare.example/l/{{1}}.`,
  );
}
