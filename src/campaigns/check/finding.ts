export type Level = 'error' | 'warning' | 'hint';

/** One thing that a check found; `where` names the part, such as `ml html`. */
export interface Finding {
  level: Level;
  code: string;
  where: string;
  words: string;
}

/** A mail as far as it is known: a draft has no source, a page has no subject. */
export interface CheckedMail {
  /** Leads `where`, such as the language. */
  name?: string;
  /** BCP 47; read from the HTML when it is not given. */
  language?: string;
  subject?: string;
  html: string;
  /** The text part; null when there is none. */
  text: string | null;
  /** The message as it goes over the wire, octets as latin1. */
  source?: string;
  /** What it carries besides. */
  files?: CarriedPart[];
  /** The HTML as its author's lines are: others may send them as they stand. */
  draft?: boolean;
}

export interface CarriedPart {
  name: string;
  inline: boolean;
  /** Before its transfer encoding. */
  bytes: number;
}

/** One rule: looks at one matter and says what it found. */
export type Rule = (mail: CheckedMail, page: Page) => Omit<Finding, 'where'>[];

export interface Tag {
  name: string;
  closing: boolean;
  attributes: Record<string, string>;
  /** What follows it, up to the next tag, entities read. */
  text: string;
}

/** HTML read once for every rule. */
export interface Page {
  tags: Tag[];
  /** The source without comments. */
  source: string;
  /** What a person reads, without styles and scripts. */
  words: string;
}
