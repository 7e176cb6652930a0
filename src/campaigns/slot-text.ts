/** Applies `change` to the text between `{{…}}` tags and leaves the tags as they are. */
export const outsideSlots = (source: string, change: (text: string) => string): string =>
  source
    .split(/(\{\{[\s\S]*?\}\})/)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('');
