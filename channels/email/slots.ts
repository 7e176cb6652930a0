import Handlebars from 'handlebars';

/** What one `{{…}}` asks for: a path into the values, and what stands there when nothing is found. */
export interface Lookup {
  path: readonly string[];
  /** Second argument of `{{default path "words"}}`; null without the helper. */
  otherwise: string | Lookup | null;
}
export interface Choice {
  test: Lookup;
  yes: SlotNode[];
  no: SlotNode[];
}
/** Fixed text, a slot, or an `if` with its two halves. */
export type SlotNode = string | Lookup | Choice;

/** Where a field is asked for, so that a wrong name can be shown to the author. Both count from 1. */
export interface Mention {
  field: string;
  line: number;
  column: number;
}
export interface SlotTemplate {
  nodes: SlotNode[];
  mentions: Mention[];
}

/** A template that is refused. `line` and `column` count from 1; `reason` is the sentence without them. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly reason: string;
  readonly line: number;
  readonly column: number;

  constructor(reason: string, at: { line: number; column: number }) {
    super(`Line ${at.line}, column ${at.column}: ${reason}`);
    this.reason = reason;
    this.line = at.line;
    this.column = at.column;
  }
}

const LIMITS = { characters: 512 * 1024, tags: 4_000, blocks: 300, depth: 20 };
const RESERVED = new Set(['if', 'unless', 'each', 'with', 'lookup', 'log', 'default', 'else']);

/**
 * Reads a template of the limited Handlebars that can be compiled to segments and slots: `{{path}}`,
 * `{{default path "words"}}`, `{{#if path}} … {{else}} … {{/if}}` and `{{#unless path}}`. The text
 * between the tags is what Handlebars itself would give, whitespace control included.
 *
 * @throws TemplateError with the place, for everything else of Handlebars and for a template bomb
 */
export function parseSlots(source: string): SlotTemplate {
  const text = source.replace(/\r\n?/g, '\n');
  refuseBombs(text);
  const mentions: Mention[] = [];
  return { nodes: readProgram(parse(text), { depth: 0, mentions }), mentions };
}

function refuseBombs(source: string): void {
  const top = { line: 1, column: 1 };
  if (source.length > LIMITS.characters) {
    throw new TemplateError(`The template is longer than ${LIMITS.characters} characters. Shorten it.`, top);
  }
  if (source.split('{{').length - 1 > LIMITS.tags) {
    throw new TemplateError(`The template has more than ${LIMITS.tags} {{…}}. Use fewer.`, top);
  }
  const blocks = source.match(/\{\{~?\s*(?:#|\^|else\b)/g)?.length ?? 0;
  if (blocks > LIMITS.blocks) {
    throw new TemplateError(`The template has more than ${LIMITS.blocks} {{#if}}. Use fewer.`, top);
  }
}

function parse(source: string): hbs.AST.Program {
  try {
    return Handlebars.parse(source);
  } catch (error) {
    throw syntaxError(source, error as Error & { lineNumber?: number; column?: number });
  }
}

/** Handlebars tells the line only; the tag that it stumbled over is the last one opened before that. */
function syntaxError(source: string, error: Error & { lineNumber?: number; column?: number }): TemplateError {
  if (error.lineNumber !== undefined && error.column !== undefined) {
    const reason = error.message.replace(/ - \d+:\d+$/, '');
    return new TemplateError(`${reason}.`, { line: error.lineNumber, column: error.column + 1 });
  }
  const line = Number(/on line (\d+)/.exec(error.message)?.[1] ?? 1);
  const lines = source.split('\n').slice(0, line);
  const open = lines.join('\n').lastIndexOf('{{');
  const before = source.slice(0, Math.max(open, 0)).split('\n');
  const reason = /got 'EOF'/.test(error.message)
    ? 'This {{ is not closed: every {{#if}} needs its {{/if}} and every {{ its }}.'
    : 'This {{…}} cannot be read. Write {{field}}, {{default field "words"}} or {{#if field}}…{{/if}}.';
  return new TemplateError(reason, { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 });
}

interface Reading {
  depth: number;
  mentions: Mention[];
}

function readProgram(program: hbs.AST.Program | undefined, reading: Reading): SlotNode[] {
  const nodes: SlotNode[] = [];
  for (const statement of program?.body ?? []) {
    if (statement.type === 'CommentStatement') continue;
    const node = readStatement(statement, reading);
    const last = nodes.at(-1);
    if (node === '') continue;
    if (typeof node === 'string' && typeof last === 'string') nodes[nodes.length - 1] = last + node;
    else nodes.push(node);
  }
  return nodes;
}

function readStatement(statement: hbs.AST.Statement, reading: Reading): SlotNode {
  switch (statement.type) {
    case 'ContentStatement':
      return (statement as hbs.AST.ContentStatement).value;
    case 'MustacheStatement':
      return readMustache(statement as hbs.AST.MustacheStatement, reading);
    case 'BlockStatement':
      return readBlock(statement as hbs.AST.BlockStatement, reading);
    case 'PartialStatement':
    case 'PartialBlockStatement':
      return refuse(statement, 'Partials ({{> …}}) are not allowed. Write the text itself.');
    default:
      return refuse(statement, 'Decorators ({{* …}}) are not allowed.');
  }
}

function readMustache(node: hbs.AST.MustacheStatement, reading: Reading): Lookup {
  if (!node.escaped) return refuse(node, 'Unescaped values ({{{…}}} and {{&…}}) are not allowed. Use {{…}}.');
  refuseHash(node);
  if (node.params.length === 0) return { path: readPath(node.path, reading), otherwise: null };
  const helper = nameOf(node.path);
  if (helper !== 'default') return refuse(node, `There is no helper “${helper}”. The only one is default.`);
  const [value, words] = node.params;
  if (!value || !words || node.params.length > 2) {
    return refuse(node, 'default takes a field and the words to use without it: {{default name "friend"}}.');
  }
  return { path: readPath(value, reading), otherwise: readWords(words, reading) };
}

function readWords(node: hbs.AST.Expression, reading: Reading): string | Lookup {
  if (node.type === 'StringLiteral' || node.type === 'NumberLiteral') {
    return String((node as hbs.AST.StringLiteral | hbs.AST.NumberLiteral).value);
  }
  return { path: readPath(node, reading), otherwise: null };
}

function readBlock(node: hbs.AST.BlockStatement, reading: Reading): Choice {
  const kind = nameOf(node.path);
  if (kind !== 'if' && kind !== 'unless') {
    return refuse(node, `{{#${kind}}} is not allowed. Only {{#if field}} and {{#unless field}} are.`);
  }
  refuseHash(node);
  const [test] = node.params;
  if (!test || node.params.length > 1) return refuse(node, `{{#${kind}}} takes one field.`);
  if (node.program?.blockParams || node.inverse?.blockParams) refuse(node, '“as |…|” is not allowed.');
  if (reading.depth >= LIMITS.depth) refuse(node, `{{#if}} is nested deeper than ${LIMITS.depth}.`);
  const inner = { ...reading, depth: reading.depth + 1 };
  const lookup = { path: readPath(test, reading), otherwise: null };
  const yes = readProgram(node.program, inner);
  const no = readProgram(node.inverse, inner);
  return kind === 'if' ? { test: lookup, yes, no } : { test: lookup, yes: no, no: yes };
}

function readPath(node: hbs.AST.Expression, reading: Reading): readonly string[] {
  if (node.type === 'SubExpression') return refuse(node, 'A helper inside another is not allowed.');
  if (node.type !== 'PathExpression') return refuse(node, 'A field is wanted here, not words or a number.');
  const path = node as hbs.AST.PathExpression;
  if (path.data) return refuse(node, `“${path.original}” is not allowed: there are no @ fields.`);
  if (path.depth > 0)
    return refuse(node, `“${path.original}” is not allowed: there is nothing above to reach.`);
  const [first] = path.parts;
  if (first === undefined) return refuse(node, `“${path.original}” is no field. Name one: {{name}}.`);
  if (path.parts.length === 1 && path.original === first && RESERVED.has(first)) {
    return refuse(node, `“${first}” is a word of the language, not a field.`);
  }
  const { line, column } = path.loc.start;
  reading.mentions.push({ field: path.parts.join('.'), line, column: column + 1 });
  return path.parts;
}

function refuseHash(node: { hash?: hbs.AST.Hash; loc: hbs.AST.SourceLocation }): void {
  if (node.hash?.pairs.length) refuse(node, 'name=value is not allowed here.');
}

const nameOf = (node: hbs.AST.Expression) => String((node as hbs.AST.PathExpression).original ?? node.type);

function refuse(node: { loc: hbs.AST.SourceLocation }, reason: string): never {
  const { line, column } = node.loc.start;
  throw new TemplateError(reason, { line, column: column + 1 });
}
