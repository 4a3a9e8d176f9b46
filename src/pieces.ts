import type { Span } from './dockerfile/nodes.ts';
import { lastNotAfter } from './dockerfile/search.ts';
import { type Edit, inOrder } from './edit.ts';

/** A text as what is left of the original and what was put in, in order. */
export type Piece = Span | { text: string };

/** A text that nothing has edited. */
export function wholeText(source: string): Piece[] {
  return [{ start: 0, end: source.length }];
}

/** The pieces of a text after edits of that text (not of the original); throws as `apply` does. */
export function editPieces(pieces: readonly Piece[], edits: readonly Edit[]): Piece[] {
  const length = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const result: Piece[] = [];
  const reader = readPieces(pieces);
  for (const { start, end, text } of inOrder(length, edits)) {
    result.push(...reader.upTo(start));
    reader.upTo(end);
    if (text) result.push({ text });
  }
  result.push(...reader.upTo(length));
  return result;
}

/** The edits of the original that give the text of its pieces. */
export function editsOf(pieces: readonly Piece[], length: number): Edit[] {
  const edits: Edit[] = [];
  let at = 0;
  let text = '';
  for (const piece of [...pieces, { start: length, end: length }]) {
    if ('text' in piece) {
      text += piece.text;
      continue;
    }
    if (text || piece.start > at) edits.push({ start: at, end: piece.start, text });
    at = piece.end;
    text = '';
  }
  return edits;
}

/** From an offset in the text to the original's; for text that was put in, the place where it was. */
export function originalOffsets(pieces: readonly Piece[]): (offset: number) => number {
  const starts: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    starts.push(at);
    at += lengthOf(piece);
  }
  return offset => {
    const found = lastNotAfter(pieces.length, each => starts[each] as number, offset);
    for (let index = found; index >= 0; index--) {
      const piece = pieces[index] as Piece;
      if (!('text' in piece)) return index === found ? piece.start + offset - (starts[index] as number) : piece.end;
    }
    return 0;
  };
}

function lengthOf(piece: Piece): number {
  return 'text' in piece ? piece.text.length : piece.end - piece.start;
}

function readPieces(pieces: readonly Piece[]) {
  let index = 0;
  let within = 0;
  let at = 0;
  return {
    /** The pieces from where the last call stopped to an offset. */
    upTo(offset: number): Piece[] {
      const taken: Piece[] = [];
      while (at < offset) {
        const piece = pieces[index] as Piece;
        const length = Math.min(lengthOf(piece) - within, offset - at);
        taken.push(slicePiece(piece, within, within + length));
        at += length;
        within += length;
        if (within === lengthOf(piece)) {
          index++;
          within = 0;
        }
      }
      return taken;
    },
  };
}

function slicePiece(piece: Piece, from: number, to: number): Piece {
  return 'text' in piece ? { text: piece.text.slice(from, to) } : { start: piece.start + from, end: piece.start + to };
}
