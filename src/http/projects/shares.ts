import { type Language, translate } from '../../i18n.ts';
import type { PublicProject } from '../../pages/published.ts';
import { projectPath } from './address.ts';
import { summaryOf, titleOf } from './words.ts';

interface Sharing {
  project: PublicProject;
  language: Language;
  publicUrl: string;
}

/** Ways to tell others of it; each is a plain link, so that nobody is told who looked. */
export function sharesOf({ project, language, publicUrl }: Sharing) {
  const title = titleOf(project, language);
  const url = `${publicUrl}${projectPath(project.slug)}?lang=${language}`;
  const text = `${title}\n${summaryOf(project, language)}`;
  const [words, address] = [encodeURIComponent(title), encodeURIComponent(url)];
  return {
    url,
    whatsapp: `https://wa.me/?text=${encodeURIComponent(`${text}\n${url}`)}`,
    others: [
      { name: 'Facebook', href: `https://www.facebook.com/sharer/sharer.php?u=${address}` },
      { name: 'Telegram', href: `https://t.me/share/url?url=${address}&text=${words}` },
      { name: 'X', href: `https://twitter.com/intent/tweet?url=${address}&text=${words}` },
      {
        name: translate(language, 'project.share.mail'),
        href: `mailto:?subject=${words}&body=${encodeURIComponent(`${text}\n\n${url}`)}`,
      },
    ],
    poster: `${projectPath(project.slug)}/poster.pdf`,
    qr: `${projectPath(project.slug)}/qr.png`,
    embed: `<iframe src="${publicUrl}${projectPath(project.slug)}/embed?lang=${language}" title="${title.replaceAll('"', '')}" width="360" height="520" style="border:0" loading="lazy"></iframe>`,
  };
}
