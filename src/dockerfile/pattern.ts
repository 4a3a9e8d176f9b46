/**
 * The patterns of `${x#p}`, `${x%p}` and `${x/p/r}`, as BuildKit reads them (shell/lex.go, convertShellPatternToRegex): `*`, `?` and escapes.
 * Matched by hand, because a pattern comes from a file that may mean harm. undefined stands for what isn't followed: a pattern that BuildKit
 * refuses, one that is too much work, and the corners where Go's regular expressions show through.
 */

type Token = '*' | '?' | { literal: string };

/** Steps that a match may take: more than any value of a real file needs. */
const MOST_WORK = 1_000_000;

/** A value without what matches at its start (`#`) or end (`%`); the operator doubled at the head of the pattern asks for the longest match. */
export function trimPattern(value: string, pattern: string, operator: '#' | '%'): string | undefined {
  const longest = pattern.startsWith(operator);
  const tokens = patternTokens(longest ? pattern.slice(1) : pattern);
  const characters = [...value];
  if (!tokens || !isMatchable(characters, tokens)) return undefined;
  const fromEnd = operator === '%';
  const ends = fromEnd ? matchEnds([...characters].reverse(), [...tokens].reverse()) : matchEnds(characters, tokens);
  const length = longest ? ends.at(-1) : ends[0];
  if (length === undefined) return value;
  return characters.slice(fromEnd ? 0 : length, fromEnd ? characters.length - length : undefined).join('');
}

/** A value with the leftmost longest match, or all of them one after the other, replaced. */
export function replacePattern(value: string, pattern: string, replacement: string, all: boolean): string | undefined {
  const tokens = patternTokens(pattern);
  const characters = [...value];
  if (!tokens || tokens.length === 0 || (all && replacement.includes('$'))) return undefined;
  if (!isMatchable(characters, tokens, characters.length)) return undefined;
  const parts: string[] = [];
  let at = 0;
  while (at < characters.length) {
    const length = matchEnds(characters.slice(at), tokens).at(-1) ?? 0;
    parts.push(length > 0 ? replacement : (characters[at] as string));
    at += Math.max(length, 1);
    if (length > 0 && !all) break;
  }
  return parts.join('') + characters.slice(at).join('');
}

function isMatchable(characters: string[], tokens: Token[], starts = 1): boolean {
  return !characters.includes('\n') && characters.length * tokens.length * starts <= MOST_WORK;
}

function patternTokens(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] as string;
    if (character === '*' || character === '?') tokens.push(character);
    else if (character !== '\\') tokens.push({ literal: character });
    else {
      const escaped = characters[++at];
      if (escaped === undefined || !'*?\\}/'.includes(escaped)) return undefined;
      tokens.push({ literal: escaped });
    }
  }
  return tokens;
}

/** The lengths of all matches at the start, in order. */
function matchEnds(characters: string[], tokens: Token[]): number[] {
  let ends = [0];
  for (const token of tokens) {
    if (token === '*') {
      const [first] = ends;
      ends = first === undefined ? [] : Array.from({ length: characters.length - first + 1 }, (_, index) => first + index);
    } else {
      ends = ends.filter(end => end < characters.length && (token === '?' || token.literal === characters[end])).map(end => end + 1);
    }
  }
  return ends;
}
