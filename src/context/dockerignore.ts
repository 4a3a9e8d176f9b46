import { cleanPath, matchName, parentPath } from './filepath.ts';
import { linearRegExp } from './regexp.ts';

/** What a .dockerignore keeps out of the build context. Paths are those of the context. */
export interface IgnoreRules {
  /** Whether a path is kept out; of a folder, what lies in it may still be sent. */
  hides(path: string): boolean;
  /** Whether a file is sent without its content: Docker judges it by other means when it opens it (patternmatcher's MatchesOrParentMatches). */
  empties(file: string): boolean;
  /** Whether something in a folder that is kept out could be let in by a `!` pattern. */
  mayReinclude(folder: string): boolean;
}

interface Rule {
  pattern: string;
  exclusion: boolean;
  /** Length of its regular expression. */
  expression: number;
  matches(path: string): boolean;
}

/** Real files stay far below: each path costs a step per rule, and up to one per character of an expression for each of its own. */
const MOST_RULES = 10_000;
const LONGEST_EXPRESSIONS = 32_768;

/**
 * The rules of a .dockerignore, or why Docker refuses it ("line 3: …"). A port of github.com/moby/patternmatcher v0.6.1 with its ignorefile, used as
 * BuildKit's client does when it walks the context (github.com/tonistiigi/fsutil, filter.go).
 */
export function ignoreRules(text: string): IgnoreRules | { problem: string } {
  const rules: Rule[] = [];
  let expressions = 0;
  for (const { pattern, line } of readPatterns(text)) {
    const rule = readRule(pattern);
    if (typeof rule === 'string') return { problem: `line ${line}: ${rule}` };
    if (!rule) continue;
    expressions += rule.expression;
    if (rules.push(rule) > MOST_RULES || expressions > LONGEST_EXPRESSIONS)
      return { problem: `line ${line}: more patterns than dfmod reads` };
  }
  return matcher(rules);
}

function matcher(rules: Rule[]): IgnoreRules {
  const exclusions = rules.filter(rule => rule.exclusion);
  const stems = exclusions.map(rule => withoutTrailingGlob(rule.pattern));
  const literal = stems.every(stem => !/[*[\]?^\\]/.test(stem));
  const folders = new Map<string, Verdict>();
  const verdict = (path: string): Verdict => {
    const missing: string[] = [];
    for (let at = path; at !== '' && !folders.has(at); at = parentPath(at)) missing.push(at);
    let above = folders.get(missing.length > 0 ? parentPath(missing.at(-1) as string) : path);
    for (const at of missing.reverse()) {
      above = judge(rules, at, above);
      if (at !== path) folders.set(at, above);
    }
    return above as Verdict;
  };
  return {
    hides: path => path !== '' && rules.length > 0 && verdict(path).hidden,
    empties: file => exclusions.length > 0 && isHiddenByParents(rules, file),
    mayReinclude: folder => exclusions.length > 0 && (!literal || stems.some(stem => `${stem}/`.startsWith(`${folder}/`))),
  };
}

interface Verdict {
  hidden: boolean;
  /** Per rule, whether it matched the path or a folder above it. */
  matched: boolean[];
}

/** patternmatcher's MatchesUsingParentResults: a rule that a folder matches holds for all that lies in it, and a rule without effect isn't even tried. */
function judge(rules: Rule[], path: string, above: Verdict | undefined): Verdict {
  const matched: boolean[] = [];
  let hidden = false;
  for (const [i, rule] of rules.entries()) {
    matched[i] = above?.matched[i] === true || (rule.exclusion === hidden && rule.matches(path));
    if (matched[i]) hidden = !rule.exclusion;
  }
  return { hidden, matched };
}

/** A rule that matches a folder holds for all in it here, even where it was without effect on the folder. */
function isHiddenByParents(rules: Rule[], file: string): boolean {
  let hidden = false;
  for (const rule of rules) {
    if (rule.exclusion !== hidden) continue;
    for (let at = file; at !== ''; at = parentPath(at)) {
      if (!rule.matches(at)) continue;
      hidden = !rule.exclusion;
      break;
    }
  }
  return hidden;
}

function withoutTrailingGlob(pattern: string): string {
  const stem = pattern.endsWith('/**') ? pattern.slice(0, -3) : pattern;
  return stem.endsWith('/*') ? stem.slice(0, -2) : stem;
}

function readPatterns(text: string): { pattern: string; line: number }[] {
  const patterns: { pattern: string; line: number }[] = [];
  const lines = (text.startsWith('\uFEFF') ? text.slice(1) : text).split('\n');
  for (const [index, written] of lines.entries()) {
    const trimmed = written.startsWith('#') ? '' : trimSpace(written);
    if (trimmed === '') continue;
    const inverted = trimmed.startsWith('!');
    let pattern = inverted ? trimSpace(trimmed.slice(1)) : trimmed;
    if (pattern !== '') pattern = cleanPath(pattern);
    if (pattern.length > 1 && pattern.startsWith('/')) pattern = pattern.slice(1);
    patterns.push({ pattern: inverted ? `!${pattern}` : pattern, line: index + 1 });
  }
  return patterns;
}

/** A rule; a string for the reason against it. Cleaning twice, now with its `!`, is what Docker does too. */
function readRule(written: string): Rule | string | undefined {
  let pattern = trimSpace(written);
  if (pattern === '') return undefined;
  pattern = cleanPath(pattern);
  const exclusion = pattern.startsWith('!');
  if (exclusion) pattern = pattern.slice(1);
  if (pattern === '') return 'nothing stands after !';
  const shown = pattern.length > 80 ? `${pattern.slice(0, 80)}…` : pattern;
  if (matchName(pattern, '.') === undefined) return `Docker finds the pattern ${shown} malformed`;
  const test = readPattern(pattern);
  if (typeof test === 'function') return { pattern, exclusion, expression: 0, matches: test };
  const matches = test.length > LONGEST_EXPRESSIONS ? undefined : linearRegExp(test);
  return matches ? { pattern, exclusion, expression: test.length, matches } : `can't make out the pattern ${shown}`;
}

/** patternmatcher's compile(): a test where the pattern is simple, else the regular expression that Go builds of it. */
function readPattern(pattern: string): ((path: string) => boolean) | string {
  let type: 'exact' | 'prefix' | 'suffix' | 'expression' = 'exact';
  let expression = '^';
  const characters = [...(pattern.startsWith('\uFEFF') ? pattern.slice(1) : pattern)];
  for (let at = 0, token = 0; at < characters.length; token++) {
    const character = characters[at++] as string;
    if (character === '*' && characters[at] === '*') {
      at += characters[at + 1] === '/' ? 2 : 1;
      const last = at >= characters.length;
      expression += last ? '.*' : '(.*/)?';
      type = token === 0 ? 'suffix' : last && type === 'exact' ? 'prefix' : 'expression';
    } else if (character === '*' || character === '?') {
      expression += character === '*' ? '[^/]*' : '[^/]';
      type = 'expression';
    } else if ('.+()$'.includes(character)) {
      // Go means to escape | { } too, but its bitmap is too narrow for them (shouldEscape): they keep their meaning of regular expressions.
      expression += `\\${character}`;
    } else if (character === '\\') {
      if (at < characters.length) type = 'expression';
      expression += `\\${characters[at++] ?? ''}`;
    } else {
      if (character === '[' || character === ']') type = 'expression';
      expression += character;
    }
  }
  if (type === 'exact') return path => path === pattern;
  if (type === 'prefix') return path => path.startsWith(pattern.slice(0, -2));
  if (type === 'suffix') return path => path.endsWith(pattern.slice(2)) || (pattern[2] === '/' && path === pattern.slice(3));
  return `${expression}$`;
}

/** Go's strings.TrimSpace: JavaScript's trim takes a byte order mark too, and leaves U+0085. */
function trimSpace(text: string): string {
  const space = /[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;
  let start = 0;
  let end = text.length;
  while (start < end && space.test(text[start] as string)) start++;
  while (end > start && space.test(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
