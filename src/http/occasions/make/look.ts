import { translate } from '../../../i18n.ts';
import { designs, designsFor } from '../../../pages/occasions/designs.ts';
import { kindOf } from '../../../pages/occasions/kinds.ts';
import { openedOf } from '../doors.ts';
import { allowOwn } from '../words.ts';
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
    const offered = designsFor(kindOf(draft.kind).mood);
    const kept = designs.find((one) => one === typed.design);
    return {
      designs: [...offered, ...(kept && !offered.includes(kept) ? [kept] : [])].map((value) => ({
        ...{ value, checked: value === typed.design },
        words: translate(language, `occasion.said.design.${value}`),
      })),
      preview: `${openedOf(res).base}/preview?lang=${draft.content.language}`,
    };
  },
};
