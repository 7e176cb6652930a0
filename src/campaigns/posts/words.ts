import type { Problem } from '../../../channels/social.ts';
import { type Sentence, say } from '../../say.ts';

const words: Record<Problem['code'], (problem: Problem) => Sentence> = {
  empty: () => say`There is no text yet.`,
  'too-long': ({ is = 0, most = 0 }) =>
    say`The text has ${is} characters as this network counts; ${most} fit.`,
  'needs-media': () => say`This network wants a picture or a video.`,
  'too-many-pictures': ({ is = 0, most = 0 }) => say`There are ${is} pictures; ${most} fit.`,
  'no-pictures': () => say`This network shows no pictures.`,
  'no-video': () => say`This network shows no videos.`,
  'mixed-media': () => say`Either pictures or one video, not both.`,
  'media-too-large': ({ most = 0 }) => say`A picture or video is larger than ${most} bytes or pixels.`,
  'media-type': ({ what = '' }) =>
    say`A picture or video is of a kind that is not taken here. It takes ${what}.`,
  'media-ratio': ({ what = '' }) => say`A picture has a shape that is not taken here. It takes ${what}.`,
  'video-too-long': ({ is = 0, most = 0 }) => say`The video has ${is} seconds; ${most} are taken.`,
  'too-many-hashtags': ({ is = 0, most = 0 }) => say`There are ${is} hashtags; ${most} are taken.`,
  'no-alt-text': () => say`A picture has no words for people who do not see it.`,
  'alt-too-long': ({ is = 0, most = 0 }) =>
    say`The words about a picture have ${is} characters; ${most} fit.`,
  'no-title': () => say`A title is missing.`,
  'title-too-long': ({ is = 0, most = 0 }) => say`The title has ${is} characters; ${most} fit.`,
  'character-refused': ({ what = '' }) => say`The character ${what} is not taken here.`,
  'no-template': () => say`The text is not made from a registered template.`,
  'not-the-template': () => say`The text is not what was registered. A value is one line, without tabs.`,
  'place-empty': () => say`A value is empty. Each place of the template needs one.`,
  'place-too-long': ({ is = 0, most = 0 }) =>
    say`A value has ${is} characters; a place of the template takes ${most}.`,
  'needs-header': () => say`The template shows a picture, a video or a paper above its text. Choose one.`,
  'not-an-address': ({ what = '' }) => say`${what} cannot stand in a web address: it has a blank in it.`,
  'link-not-registered': ({ what = '' }) => say`The address ${what} is not registered for this sender.`,
  retired: () => say`This network is closed for good.`,
};

/** A problem as a person reads it. */
export const problemWords = (problem: Problem): Sentence => words[problem.code](problem);
