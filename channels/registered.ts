/** A text that a network looked at before it may be sent. */
export interface RegisteredText {
  /** The network's. */
  id: string;
  name: string;
  language: string;
  /** With the marks of its places. */
  body: string;
  state: 'approved' | 'pending' | 'refused' | 'paused';
  /** Why, in the network's own word. */
  reason: string | null;
  category: 'promotional' | 'transactional';
}
