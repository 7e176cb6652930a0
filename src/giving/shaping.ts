/** The part of fontkit's font that places marks; its types do not tell of it. */
interface Placing {
  applyAnchor(mark: unknown, anchor: unknown, glyph: number): void;
  applyLookup(type: number, table: unknown): boolean;
}
interface Shaped {
  font?: { _layoutEngine?: { engine?: { GPOSProcessor?: Placing } } };
}

const NO_ANCHOR = Symbol('no anchor');

/**
 * Lets fontkit 2.0 set Malayalam: where a table has no anchor for a base and a mark (the offset is NULL,
 * OpenType 1.9.1, GPOS, "BaseArray table") it throws; this goes on to the next table, as HarfBuzz does.
 *
 * @param document pdfkit's, with the font chosen that is to be mended
 */
export function mendMarks(document: PDFKit.PDFDocument): void {
  const { _font: chosen } = document as unknown as { _font?: Shaped };
  const placing = chosen?.font?._layoutEngine?.engine?.GPOSProcessor;
  if (!placing) throw new Error('fontkit has another form than the one that is mended here');
  const applyAnchor = placing.applyAnchor.bind(placing);
  const applyLookup = placing.applyLookup.bind(placing);
  placing.applyAnchor = (mark, anchor, glyph) => {
    if (anchor === null) throw NO_ANCHOR;
    applyAnchor(mark, anchor, glyph);
  };
  placing.applyLookup = (type, table) => {
    try {
      return applyLookup(type, table);
    } catch (error) {
      if (error !== NO_ANCHOR) throw error;
      return false;
    }
  };
}
