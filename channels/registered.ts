import type { Frame, HeaderMedia } from './frame.ts';

/** A text that a network looked at before it may be sent. */
export interface RegisteredText {
  /** The network's. */
  id: string;
  name: string;
  language: string;
  /** With the marks of its places. */
  body: string;
  /** Around it. */
  frame: Frame;
  state: 'approved' | 'pending' | 'refused' | 'paused';
  /** Why, in the network's own word. */
  reason: string | null;
  category: 'promotional' | 'transactional';
}

/** A text that was registered with the network or the regulator, and what is put into it. */
export interface Template {
  id: string;
  name: string;
  language: string;
  values: string[];
  /** As registered, with its places marked. */
  body?: string;
  /** What stands around it; its values are among `values`, as `sectionsOf` has them. */
  frame?: Frame;
  /** Where the frame shows a picture, a video or a paper. */
  media?: HeaderMedia;
  /** What it is registered for. */
  category?: 'promotional' | 'transactional';
}
