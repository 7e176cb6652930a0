import { translate } from '../../../i18n.ts';
import { drawingOf } from '../../../pages/occasions/art.ts';
import { designs, designsFor, lookOf } from '../../../pages/occasions/designs.ts';
import { kindOf } from '../../../pages/occasions/kinds.ts';
import { openedOf } from '../doors.ts';
import { allowOwn } from '../own.ts';
import type { Part } from './part.ts';

/** How it looks. */
export const look: Part = {
  fields: ['design'],
  values: ({ content: { design } }) => ({ design }),
  read(typed, { pressed }) {
    const design = designs.find((one) => one === typed.design);
    if (!design) return { ok: true, change: {} };
    return { ok: true, change: { content: { design } }, ...(pressed && { stay: '#preview' }) };
  },
  more: (_web, { draft, typed, language, res }) => {
    allowOwn(res, 'frame-src');
    const { mood } = kindOf(draft.kind);
    const offered = designsFor(mood);
    const kept = designs.find((one) => one === typed.design);
    return {
      designs: [...offered, ...(kept && !offered.includes(kept) ? [kept] : [])].map((value) => ({
        ...{
          value,
          checked: value === typed.design,
          art: drawingOf(value),
          palette: lookOf(value, mood).palette,
        },
        words: translate(language, `occasion.said.design.${value}`),
      })),
      preview: `${openedOf(res).base}/preview?lang=${draft.content.language}`,
    };
  },
};
