/** Bytes that are being written one after the other, in a buffer that grows when it must. */
export interface Out {
  bytes: Buffer;
  /** Where they begin; before it there may be room for what is known last, such as a signature. */
  from: number;
  /** Where the next one goes. */
  at: number;
  /** What follows them and is the same for every recipient: megabytes that each connection need not copy. */
  tail?: Uint8Array;
}

/** Begins in this buffer, behind so many bytes of room. */
export function openOut(scratch: Buffer, room = 0): Out {
  const out: Out = { bytes: scratch, from: room, at: room };
  reserve(out, 0);
  return out;
}

/** Writes a short fixed piece; below this length a loop is faster than a call. */
const SHORT = 48;

/** Writes text of one byte a character. */
export function writeText(out: Out, ascii: string): void {
  reserve(out, ascii.length);
  out.at += out.bytes.write(ascii, out.at, 'latin1');
}

/** Writes bytes that were encoded before. */
export function writeBytes(out: Out, piece: Uint8Array): void {
  const { length } = piece;
  reserve(out, length);
  const { bytes, at } = out;
  if (length > SHORT) bytes.set(piece, at);
  else for (let n = 0; n < length; n++) bytes[at + n] = piece[n] as number;
  out.at = at + length;
}

/** Makes room for `more` bytes. */
export function reserve(out: Out, more: number): void {
  if (out.at + more <= out.bytes.length) return;
  const larger = Buffer.allocUnsafeSlow(Math.max(out.bytes.length * 2, out.at + more));
  larger.set(out.bytes.subarray(0, out.at));
  out.bytes = larger;
}
