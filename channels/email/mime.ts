import {
  addBase64,
  type Base64Piece,
  type Base64Stream,
  base64Piece,
  endBase64,
  quotedPrintable,
} from './encode.ts';
import { type Out, writeBytes } from './out.ts';
import type { Choice, Lookup, SlotNode } from './slots.ts';
import { holds, lookUp, type Values } from './values.ts';

/** A body part whose fixed text is encoded already. */
export interface CompiledPart {
  encoding: 'quoted-printable' | 'base64';
  /** Writes the encoded body, which ends with a line break. */
  write(out: Out, values: Values): void;
}
export type Print = (value: unknown) => string;

/**
 * Encodes a template's fixed text once, in the transfer encoding that comes out shorter. What remains
 * for each recipient is to encode the values and to join; a slot that stands in several places is
 * encoded once a mail.
 */
export function compilePart(nodes: readonly SlotNode[], print: Print): CompiledPart {
  const ended = endLine(nodes);
  const text = fixedText(ended);
  const base64 = Math.ceil(Buffer.byteLength(text) / 3) * 4 * (78 / 76);
  return quotedPrintable(text).length <= base64 ? inQuotedPrintable(ended, print) : inBase64(ended, print);
}

/** A body ends with a line break, so that a soft break never stands last. */
const endLine = (nodes: readonly SlotNode[]): SlotNode[] => {
  const last = nodes.at(-1);
  if (typeof last !== 'string') return [...nodes, '\n'];
  return last.endsWith('\n') ? [...nodes] : [...nodes.slice(0, -1), `${last}\n`];
};

const fixedText = (nodes: readonly SlotNode[]): string =>
  nodes.map((node) => (typeof node === 'string' ? node : 'path' in node ? '' : bothHalves(node))).join('');
const bothHalves = (choice: Choice) => fixedText(choice.yes) + fixedText(choice.no);

/** Fixed text encoded to `Piece`; a slot, the same object wherever the same lookup stands; or a choice. */
type Step<Piece> = { piece: Piece } | Slot | { test: Lookup; yes: Step<Piece>[]; no: Step<Piece>[] };
interface Slot {
  slot: number;
  lookup: Lookup;
}

function steps<Piece>(nodes: readonly SlotNode[], encode: (text: string) => Piece): Step<Piece>[] {
  const slots = new Map<string, Slot>();
  const read = (list: readonly SlotNode[]): Step<Piece>[] =>
    list.map((node) => {
      if (typeof node === 'string') return { piece: encode(node) };
      if ('path' in node) return slotFor(slots, node);
      return { test: node.test, yes: read(node.yes), no: read(node.no) };
    });
  return read(nodes);
}

function slotFor(slots: Map<string, Slot>, lookup: Lookup): Slot {
  const key = JSON.stringify(lookup);
  const known = slots.get(key) ?? { slot: slots.size, lookup };
  slots.set(key, known);
  return known;
}

interface Rendering<Piece> {
  values: Values;
  /** Encoded values by slot, filled on the first use. */
  encoded: Piece[];
  encode(value: unknown): Piece;
  add(piece: Piece): void;
}

function walk<Piece>(list: readonly Step<Piece>[], rendering: Rendering<Piece>): void {
  for (const step of list) {
    if ('piece' in step) rendering.add(step.piece);
    else if ('slot' in step) {
      rendering.encoded[step.slot] ??= rendering.encode(lookUp(rendering.values, step.lookup));
      rendering.add(rendering.encoded[step.slot] as Piece);
    } else walk(holds(lookUp(rendering.values, step.test)) ? step.yes : step.no, rendering);
  }
}

function inQuotedPrintable(nodes: readonly SlotNode[], print: Print): CompiledPart {
  const piece = (text: string) => Buffer.from(quotedPrintable(text), 'latin1');
  const program = steps<Buffer>(nodes, piece);
  const encode = (value: unknown) => piece(print(value));
  const write = (out: Out, values: Values) =>
    walk(program, { values, encoded: [], encode, add: (bytes) => writeBytes(out, bytes) });
  return { encoding: 'quoted-printable', write };
}

function inBase64(nodes: readonly SlotNode[], print: Print): CompiledPart {
  const program = steps<Base64Piece>(nodes, base64Piece);
  const encode = (value: unknown) => base64Piece(print(value));
  const write = (out: Out, values: Values) => {
    const stream: Base64Stream = { out, waiting: [0, 0, 0], count: 0 };
    walk(program, { values, encoded: [], encode, add: (piece) => addBase64(stream, piece) });
    endBase64(stream);
  };
  return { encoding: 'base64', write };
}
