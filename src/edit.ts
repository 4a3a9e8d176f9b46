import type { Span } from './dockerfile/nodes.ts';

/** A replacement on the source. What no edit covers survives byte for byte. */
export interface Edit extends Span {
  text: string;
}
