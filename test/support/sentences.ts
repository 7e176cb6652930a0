import {
  type Expression,
  type Node,
  type StringLiteral,
  SyntaxKind,
  type TemplateLiteral,
} from 'typescript/unstable/ast';
import {
  isBindingElement,
  isCallExpression,
  isClassDeclaration,
  isIdentifier,
  isNewExpression,
  isNoSubstitutionTemplateLiteral,
  isPropertyAccessExpression,
  isTaggedTemplateExpression,
} from 'typescript/unstable/ast/is';
import { API, type Checker, TypeFlags } from 'typescript/unstable/sync';
import { keyOf } from '../../src/say.ts';

/** What the source says to people. */
export interface Spoken {
  /** Keys of what say`…` says. */
  keys: Set<string>;
  /** `file: text` of refusals that may be made of a bare text, which no catalogue can know. */
  bare: string[];
  /** `file: text` where a page takes the English message of a refusal instead of saying it. */
  unsaid: string[];
  /** All texts and templates of src/ and channels/, one after the other. */
  source: string;
}

/** Reads src/ and channels/ with the compiler: each say`…`, and what each refusal is made of. */
export function readSpoken(root: string): Spoken {
  const api = new API({ cwd: root });
  try {
    const [project] = api.updateSnapshot({ openProjects: [`${root}/tsconfig.json`] }).getProjects();
    if (!project) throw new Error('tsconfig.json was not read');
    const spoken: Spoken = { keys: new Set(), bare: [], unsaid: [], source: '' };
    for (const file of project.program.getSourceFileNames()) {
      const name = file.slice(root.length + 1);
      const source = /^(src|channels)\//.test(name) && project.program.getSourceFile(file);
      if (source) walk(source, (node) => listen(node, { name, checker: project.checker, spoken }));
    }
    return spoken;
  } finally {
    api.close();
  }
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node);
  node.forEachChild((child) => walk(child, visit));
}

interface Listening {
  name: string;
  checker: Checker;
  spoken: Spoken;
}

function listen(node: Node, { name, checker, spoken }: Listening): void {
  if (isTaggedTemplateExpression(node) && isIdentifier(node.tag) && node.tag.text === 'say')
    spoken.keys.add(keyOf(partsOf(node.template)));
  if (TEXTS.has(node.kind)) spoken.source += `${(node as StringLiteral).text}\n`;
  if (name.startsWith('src/http/console/') && takesMessage(checker, node))
    spoken.unsaid.push(`${name}: ${node.getText()}`);
  const sentence = sentenceOf(node);
  if (sentence && mayBeText(checker, sentence)) spoken.bare.push(`${name}: ${sentence.getText()}`);
}

const TEXTS = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
]);

const partsOf = (template: TemplateLiteral): string[] =>
  isNoSubstitutionTemplateLiteral(template)
    ? [template.text]
    : [template.head.text, ...template.templateSpans.map(({ literal }) => literal.text)];

/** The sentence that a node refuses with, if it refuses: new Refusal, found, or super in a kind of Refusal. */
function sentenceOf(node: Node): Expression | undefined {
  if (isNewExpression(node)) return node.expression.getText() === 'Refusal' ? node.arguments?.[0] : undefined;
  if (!isCallExpression(node)) return undefined;
  if (node.expression.getText() === 'found') return node.arguments[1];
  return node.expression.kind === SyntaxKind.SuperKeyword && isRefusal(node) ? node.arguments[0] : undefined;
}

function isRefusal(node: Node): boolean {
  if (!isClassDeclaration(node)) return Boolean(node.parent) && isRefusal(node.parent);
  return /^extends Refusal\b/.test(node.heritageClauses?.[0]?.getText() ?? '');
}

function mayBeText(checker: Checker, sentence: Expression): boolean {
  const type = checker.getTypeAtLocation(sentence);
  return (
    !type ||
    (type.isUnionType() ? type.getTypes() : [type]).some(({ flags }) => (flags & TypeFlags.StringLike) !== 0)
  );
}

/** `refusal.message`, or `({ message })` of one. */
function takesMessage(checker: Checker, node: Node): boolean {
  const from = isPropertyAccessExpression(node) && node.name.text === 'message' ? node.expression : undefined;
  const taken = isBindingElement(node) && node.getText() === 'message' ? node.parent : undefined;
  const of = from ?? taken;
  return of !== undefined && /\bRefusal\b/.test(typeName(checker, of));
}

function typeName(checker: Checker, node: Node): string {
  const type = checker.getTypeAtLocation(node);
  return type ? checker.typeToString(type) : '';
}
