import { type Button, type Frame, type MediaKind, mediaKinds } from '../../../../channels/frame.ts';
import { MOST_BUTTONS } from '../../../deliveries/phone/frames.ts';
import type { Form } from '../../form.ts';
import type { Reading } from '../shell.ts';

const HEADERS = ['none', 'text', ...mediaKinds] as const;
const BUTTONS = ['none', 'url', 'reply', 'call'] as const;
/** Empty rows that are offered behind those that are filled. */
const SPARE = 2;

/** Reads what stands around a text; a row without words is no button. */
export function readFrame(form: Form): Frame {
  const footer = form.text('footer').trim();
  const buttons = Array.from({ length: MOST_BUTTONS }, (_, n) => buttonIn(form, n)).flatMap(
    (one) => one ?? [],
  );
  const header = headerIn(form);
  return {
    ...(header && { header }),
    ...(footer && { footer }),
    ...(buttons.length && { buttons }),
  };
}

function headerIn(form: Form): Frame['header'] {
  const kind = form.text('header');
  if (kind === 'text') return { kind, text: form.text('headerText').trim() };
  return mediaKinds.includes(kind as MediaKind) ? { kind: kind as MediaKind } : undefined;
}

function buttonIn(form: Form, n: number): Button | null {
  const [text, to] = [
    form.text(`button.${n}.text`).trim(),
    form.long(`button.${n}.to`).trim().slice(0, 2000),
  ];
  switch (form.text(`button.${n}.kind`)) {
    case 'url':
      return { kind: 'url', text, url: to };
    case 'call':
      return { kind: 'call', text, phone: to.replace(/[\s-]/g, '') };
    case 'reply':
      return { kind: 'reply', text };
    default:
      return null;
  }
}

/** The form's fields for it. */
export function frameView({ t }: Pick<Reading, 't'>, { header, footer = '', buttons = [] }: Frame) {
  const rows = Math.min(MOST_BUTTONS, buttons.length + SPARE);
  return {
    headers: HEADERS.map((value) => ({
      ...{ value, text: t('phone-template.header.kind', { kind: value }) },
      selected: value === (header?.kind ?? 'none'),
    })),
    ...{ headerText: header?.kind === 'text' ? header.text : '', footer },
    buttons: Array.from({ length: rows }, (_, n) => ({
      ...{ n, number: n + 1, text: buttons[n]?.text ?? '', to: goalOf(buttons[n]) },
      kinds: BUTTONS.map((value) => ({
        ...{ value, text: t('phone-template.button.kind', { kind: value }) },
        selected: value === (buttons[n]?.kind ?? 'none'),
      })),
    })),
  };
}

function goalOf(button: Button | undefined): string {
  if (button?.kind === 'url') return button.url;
  return button?.kind === 'call' ? button.phone : '';
}
