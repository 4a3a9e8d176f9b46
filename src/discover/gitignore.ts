/**
 * The rules of one .gitignore, after git's dir.c and wildmatch.c (2.39): a port, because the packages for it turn patterns into regular expressions that a
 * hostile `/**` + `/*a` … can hold up for minutes. The cost here is the product of the lengths of pattern and path at most.
 */
export interface GitRules {
  /** What the last pattern that matches says of a path relative to the file's folder; undefined where none does. */
  verdict(path: string, isFolder: boolean): 'ignored' | 'kept' | undefined;
}

type Test = (character: string) => boolean;
type Token = Test | 'star';
/** Segments of the path; '**' stands for any number of them. */
type Segment = Token[] | '**';

interface Rule {
  negated: boolean;
  folderOnly: boolean;
  /** Without a slash the pattern is held against the name alone. */
  anywhere: boolean;
  segments: Segment[];
}

/** The rules of a .gitignore's text; lines that git can't read match nothing. */
export function gitRules(text: string): GitRules {
  const rules = (text.startsWith('\uFEFF') ? text.slice(1) : text).split('\n').flatMap(line => readRule(line) ?? []);
  rules.reverse();
  return {
    verdict: (path, isFolder) => {
      const segments = path.split('/').map(segment => [...segment]);
      const name = segments.slice(-1);
      const rule = rules.find(rule => (isFolder || !rule.folderOnly) && matchSegments(rule.segments, rule.anywhere ? name : segments));
      return rule && (rule.negated ? 'kept' : 'ignored');
    },
  };
}

function readRule(line: string): Rule | undefined {
  if (line.startsWith('#')) return undefined;
  let pattern = withoutTrailingSpaces(line.endsWith('\r') ? line.slice(0, -1) : line);
  const negated = pattern.startsWith('!');
  if (negated) pattern = pattern.slice(1);
  const folderOnly = pattern.endsWith('/');
  if (folderOnly) pattern = pattern.slice(0, -1);
  if (pattern === '') return undefined;
  const anywhere = !pattern.includes('/');
  const segments = readSegments([...(pattern.startsWith('/') ? pattern.slice(1) : pattern)], anywhere);
  return segments && { negated, folderOnly, anywhere, segments };
}

function withoutTrailingSpaces(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '\\') at++;
    if (line[at] !== ' ' || line[at - 1] === '\\') end = at + 1;
  }
  return line.slice(0, end);
}

/** undefined for a pattern that matches nothing: an open class, or a backslash at the end. */
function readSegments(pattern: string[], anywhere: boolean): Segment[] | undefined {
  const segments: Segment[] = [];
  let tokens: Token[] = [];
  let written = '';
  const close = () => {
    segments.push(written === '**' && !anywhere ? '**' : tokens);
    tokens = [];
    written = '';
  };
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === '/') {
      close();
      continue;
    }
    written += character;
    if (character === '*') {
      if (tokens.at(-1) !== 'star') tokens.push('star');
    } else if (character === '?') {
      tokens.push(() => true);
    } else if (character === '[') {
      const set = readClass(pattern, at + 1);
      if (!set) return undefined;
      tokens.push(set.test);
      at = set.end;
    } else {
      const literal = character === '\\' ? pattern[++at] : character;
      if (literal === undefined) return undefined;
      tokens.push(same(literal));
    }
  }
  close();
  return segments;
}

/** Named classes as they are in the C locale. */
const NAMED: Record<string, RegExp> = {
  alnum: /^[0-9A-Za-z]$/,
  alpha: /^[A-Za-z]$/,
  blank: /^[ \t]$/,
  cntrl: /^[^ -~\x80-\u{10FFFF}]$/u,
  digit: /^[0-9]$/,
  graph: /^[!-~]$/,
  lower: /^[a-z]$/,
  print: /^[ -~]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  space: /^[ \t-\r]$/,
  upper: /^[A-Z]$/,
  xdigit: /^[0-9A-Fa-f]$/,
};

/** What stands after `[`; `end` is the place of its `]`. */
function readClass(pattern: string[], start: number): { test: Test; end: number } | undefined {
  const tests: Test[] = [];
  const negated = pattern[start] === '!' || pattern[start] === '^';
  let at = negated ? start + 1 : start;
  let low: string | undefined;
  for (let first = true; first || pattern[at] !== ']'; first = false, at++) {
    if (at >= pattern.length) return undefined;
    if (pattern[at] === '-' && low !== undefined && pattern[at + 1] !== undefined && pattern[at + 1] !== ']') {
      if (pattern[++at] === '\\') at++;
      if (pattern[at] === undefined) return undefined;
      tests.push(between(low, pattern[at] as string));
      low = undefined;
      continue;
    }
    const named = readNamed(pattern, at);
    if (named === 'unknown') return undefined;
    if (named) {
      tests.push(character => named.test.test(character));
      at = named.end;
      low = undefined;
      continue;
    }
    if (pattern[at] === '\\') at++;
    low = pattern[at];
    if (low === undefined) return undefined;
    tests.push(same(low));
  }
  return { test: character => tests.some(test => test(character)) !== negated, end: at };
}

function readNamed(pattern: string[], at: number): { test: RegExp; end: number } | 'unknown' | undefined {
  if (pattern[at] !== '[' || pattern[at + 1] !== ':') return undefined;
  const end = pattern.indexOf(']', at + 2);
  if (end < 0) return 'unknown';
  if (pattern[end - 1] !== ':' || end - 1 < at + 2) return undefined;
  const name = pattern.slice(at + 2, end - 1).join('');
  const test = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  return test ? { test, end } : 'unknown';
}

function same(wanted: string): Test {
  return character => character === wanted;
}

function between(low: string, high: string): Test {
  const [from, to] = [low.codePointAt(0) as number, high.codePointAt(0) as number];
  return character => {
    const code = character.codePointAt(0) as number;
    return from <= code && code <= to;
  };
}

/** `**` takes no segment in front or within, and one at least at the end. */
function matchSegments(pattern: Segment[], path: string[][]): boolean {
  let reached = [0];
  for (const [index, segment] of pattern.entries()) {
    const next = new Set<number>();
    for (const at of reached) {
      if (segment === '**') {
        for (let to = index === pattern.length - 1 ? at + 1 : at; to <= path.length; to++) next.add(to);
        break;
      }
      const name = path[at];
      if (name && matchTokens(segment, name)) next.add(at + 1);
    }
    reached = [...next].sort((a, b) => a - b);
  }
  return reached.includes(path.length);
}

/** Only the last star is ever taken back, which is enough for wildcards. */
function matchTokens(tokens: Token[], name: string[]): boolean {
  let [token, at, star, from] = [0, 0, -1, 0];
  while (at < name.length) {
    const test = tokens[token];
    if (test === 'star') {
      star = token++;
      from = at;
    } else if (test?.(name[at] as string)) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++from;
    } else {
      return false;
    }
  }
  while (tokens[token] === 'star') token++;
  return token === tokens.length;
}
