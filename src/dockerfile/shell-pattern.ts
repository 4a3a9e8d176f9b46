/** BuildKit refuses the pattern, in its words. */
export interface PatternError {
  error: string;
}

/** A value without what a pattern matches at its start or end: the shortest match, or the longest (`##`, `%%`). */
export function trimmedValue(pattern: string, value: string, side: 'start' | 'end', longest: boolean): string | PatternError {
  const fromEnd = side === 'end';
  const written = fromEnd ? reversePattern(pattern) : pattern;
  const segments = readPattern(written);
  if ('error' in segments) return segments;
  const points = codePoints(value);
  if (fromEnd) points.reverse();
  const rest = points.slice(matchAt(segments, points, 0, longest) ?? 0);
  if (fromEnd) rest.reverse();
  return textOf(rest);
}

/** A value with another text in place of what a pattern matches first, or everywhere. The pattern isn't empty. */
export function replacedValue(pattern: string, value: string, replacement: string, everywhere: boolean): string | PatternError {
  const segments = readPattern(pattern);
  if ('error' in segments) return segments;
  const points = codePoints(value);
  const parts: string[] = [];
  let at = 0;
  do {
    const match = findMatch(segments, points, at);
    // a pattern of stars alone matches once more, at the end: not a match to Go, since it touches the one before
    if (!match || (at > 0 && match.end === match.start)) break;
    parts.push(textOf(points, at, match.start), replacement);
    at = match.end;
  } while (everywhere && at < points.length);
  parts.push(textOf(points, at));
  return parts.join('');
}

/** A character of a pattern: a code point, or any one character (`?`). */
const ANY = -1;
const FEED = 0x0a;

/** A pattern of `${name#pattern}`: what stands between its stars. One segment: no star. */
type ShellPattern = number[][];

const NOT_LITERAL_AFTER_ESCAPE = '*?\\';

/** Reads `*`, `?` and `\`; without brackets, as BuildKit's convertShellPatternToRegex. An error has BuildKit's message. */
function readPattern(pattern: string): ShellPattern | PatternError {
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
      if (next === undefined || !NOT_LITERAL_AFTER_ESCAPE.includes(next)) {
        return { error: `invalid pattern (${pattern}) in substitution: invalid escape '\\${next ?? '\uFFFD'}'` };
      }
      character = next;
      at++;
    }
    segment.push(character.codePointAt(0) as number);
  }
  return segments;
}

/** The pattern read from its end, for a match at the end of a value; escapes stay before what they escape. */
function reversePattern(pattern: string): string {
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

/** The characters of a text. */
function codePoints(text: string): number[] {
  const points: number[] = [];
  for (let at = 0; at < text.length; at++) {
    const point = text.codePointAt(at) as number;
    if (point > 0xffff) at++;
    points.push(point);
  }
  return points;
}

/** The text of some of the characters. */
function textOf(points: number[], from = 0, to = points.length): string {
  const parts: string[] = [];
  // an argument each: the stack holds no more than some ten thousand
  for (let at = from; at < to; at += 4096) parts.push(String.fromCodePoint(...points.slice(at, Math.min(to, at + 4096))));
  return parts.join('');
}

/**
 * The end of a match that begins at `from`, or undefined. The time is bounded by the length of the value times that of the pattern: a segment
 * between stars is taken where it first fits, the last one where it last fits if the match is to be long.
 */
function matchAt(segments: ShellPattern, value: number[], from: number, greedy: boolean): number | undefined {
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
function findMatch(segments: ShellPattern, value: number[], from: number): { start: number; end: number } | undefined {
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
