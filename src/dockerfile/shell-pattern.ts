/** A character of a pattern: a code point, or any one character (`?`). */
const ANY = -1;
const FEED = 0x0a;

/** A pattern of `${name#pattern}`: what stands between its stars. One segment: no star. */
export type ShellPattern = number[][];

const NOT_LITERAL_AFTER_ESCAPE = '*?\\';

/** Reads `*`, `?` and `\`; without brackets, as BuildKit's convertShellPatternToRegex. An error has BuildKit's message. */
export function readPattern(pattern: string): ShellPattern | { error: string } {
  const characters = Array.from(pattern);
  let segment: number[] = [];
  const segments = [segment];
  for (let at = 0; at < characters.length; at++) {
    let character = characters[at] as string;
    if (character === '*') {
      segment = [];
      segments.push(segment);
      continue;
    }
    if (character === '?') {
      segment.push(ANY);
      continue;
    }
    if (character === '\\') {
      const next = characters[at + 1];
      // they have to be escaped inside ${}, but the escape isn't part of the pattern
      if (next === '}' || next === '/') continue;
      if (next === undefined || !NOT_LITERAL_AFTER_ESCAPE.includes(next)) return { error: `invalid escape '\\${next ?? '\uFFFD'}'` };
      character = next;
      at++;
    }
    segment.push(character.codePointAt(0) as number);
  }
  return segments;
}

/** The pattern read from its end, for a match at the end of a value; escapes stay before what they escape. */
export function reversePattern(pattern: string): string {
  const characters = Array.from(pattern);
  const last = characters.length - 1;
  const reversed: string[] = new Array(characters.length);
  for (let at = 0; at <= last; at++) {
    const character = characters[at] as string;
    if (character === '\\' && at !== last) {
      reversed[last - at - 1] = character;
      at++;
      reversed[last - at + 1] = characters[at] as string;
    } else reversed[last - at] = character;
  }
  return reversed.join('');
}

export function codePoints(text: string): number[] {
  return Array.from(text, character => character.codePointAt(0) as number);
}

/**
 * The end of a match that begins at `from`, or undefined. The time is bounded by the length of the value times that of the pattern: a segment
 * between stars is taken where it first fits, the last one where it last fits if the match is to be long.
 */
export function matchAt(segments: ShellPattern, value: number[], from: number, greedy: boolean): number | undefined {
  const head = segments[0] as number[];
  if (!fits(head, value, from)) return undefined;
  let at = from + head.length;
  for (let index = 1; index < segments.length; index++) {
    const segment = segments[index] as number[];
    const isLast = index === segments.length - 1;
    const found = isLast && greedy ? findLast(segment, value, at) : findFirst(segment, value, at);
    if (found === undefined) return undefined;
    at = found + segment.length;
  }
  return at;
}

/** The first match anywhere at or after `from`, as long as can be. */
export function findMatch(segments: ShellPattern, value: number[], from: number): { start: number; end: number } | undefined {
  const start = findFirst(segments[0] as number[], value, from);
  if (start === undefined) return undefined;
  // where the first segment first fits, the rest has the most room
  const end = matchAt(segments, value, start, true);
  return end === undefined ? undefined : { start, end };
}

function findFirst(segment: number[], value: number[], from: number): number | undefined {
  for (let at = from; at + segment.length <= value.length; at++) if (fits(segment, value, at)) return at;
  return undefined;
}

function findLast(segment: number[], value: number[], from: number): number | undefined {
  for (let at = value.length - segment.length; at >= from; at--) if (fits(segment, value, at)) return at;
  return undefined;
}

function fits(segment: number[], value: number[], at: number): boolean {
  if (at + segment.length > value.length) return false;
  for (let index = 0; index < segment.length; index++) {
    const wanted = segment[index] as number;
    const found = value[at + index] as number;
    if (wanted === ANY ? found === FEED : wanted !== found) return false;
  }
  return true;
}
