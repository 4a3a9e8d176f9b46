import { describe, expect, it } from 'vitest';
import { ignoreRules } from '../src/context/dockerignore.ts';

/** What is hidden of the paths; the problem where Docker refuses the file. */
function hidden(text: string, paths: string[]): string[] | string {
  const rules = ignoreRules(text);
  return 'problem' in rules ? rules.problem : paths.filter(path => rules.hides(path));
}

// Each row was run through github.com/moby/patternmatcher v0.6.1 with its ignorefile reader.
const CASES: [title: string, text: string, paths: string[], hidden: string[]][] = [
  ['a name hides that path at the root alone, and all that lies in it', 'a', ['a', 'a/b', 'b/a', 'ab'], ['a', 'a/b']],
  ['a star stops at a slash', '*.md', ['x.md', 'd/x.md'], ['x.md']],
  ['two stars and a slash reach every folder, the root too', '**/x', ['x', 'd/x', 'd/e/x', 'd/ex'], ['x', 'd/x', 'd/e/x']],
  ['two stars glued to a name are a suffix', '**x', ['x', 'ax', 'd/ax', 'xa'], ['x', 'ax', 'd/ax']],
  ['two stars at the end are a prefix', 'a**', ['a', 'ab', 'ab/c', 'ba'], ['a', 'ab', 'ab/c']],
  ['two stars within', 'a/**/b', ['a/b', 'a/x/b', 'a/x/y/b', 'ab'], ['a/b', 'a/x/b', 'a/x/y/b']],
  ['a question mark is one character, not a slash', 'a?c', ['abc', 'a/c', 'aéc', 'ac'], ['abc', 'aéc']],
  ['a class', '[a-c]x', ['ax', 'dx', 'cx/y'], ['ax', 'cx/y']],
  ['a negated class reaches over a slash', 'a[^b]c', ['abc', 'axc', 'a/c'], ['axc', 'a/c']],
  ['comments start in the first column only', '#a\n #b', ['#a', '#b'], ['#b']],
  ['blank lines, spaces around and CRLF mean nothing', '\r\n  a  \r\n\t\r\n', ['a', 'b'], ['a']],
  ['a byte order mark is dropped', '\uFEFFa', ['a'], ['a']],
  ['a slash around a pattern means nothing', '/a/', ['a', 'a/b', 'b/a'], ['a', 'a/b']],
  ['a dot in front means nothing', './a', ['a'], ['a']],
  ['a dot alone hides nothing', '.', ['a', '.x'], []],
  ['dots are resolved', 'a/../b', ['a', 'b'], ['b']],
  ['a pattern that leads out hides nothing', '../a', ['a'], []],
  ['a later exception lets in', 'a\n!a/b', ['a', 'a/b', 'a/b/c', 'a/c'], ['a', 'a/c']],
  ['an earlier exception does nothing', '!a/b\na', ['a', 'a/b'], ['a', 'a/b']],
  ['everything but', '*\n!src\n!go.mod', ['src', 'src/x.go', 'go.mod', 'x'], ['x']],
  ['everything but, and some of that again', '*\n!src\nsrc/**/*_test.go', ['src/a.go', 'src/b/a_test.go'], ['src/b/a_test.go']],
  ['an exception with spaces after the mark', 'a\n!  a/b', ['a/b'], []],
  ['an escaped star', 'a\\*', ['a*', 'ab'], ['a*']],
  ['an escaped exclamation mark', '\\!a', ['!a', 'a'], ['!a']],
  ['an escaped letter means what it means in a regular expression of Go', 'a\\d', ['a1', 'ad'], ['a1']],
  ['a bar is an alternative once there is a wildcard', '?a|b', ['xa', 'xay', 'zb', 'b'], ['xa', 'xay', 'zb', 'b']],
  ['braces are characters', '*.{js,ts}', ['a.js', 'a.{js,ts}'], ['a.{js,ts}']],
  ['dots and plus signs are characters', 'a.b+*', ['a.b+', 'aXb+', 'a.bb'], ['a.b+']],
];

describe('.dockerignore', () => {
  it.each(CASES)('%s', (_, text, paths, expected) => expect(hidden(text, paths)).toEqual(expected));

  it.each([
    ['an exclamation mark alone', 'a\n!', 'line 2: nothing stands after !'],
    ['an open class', '\n\na[', 'line 3: Docker finds the pattern a[ malformed'],
    ['a backslash at the end', 'a\\', 'line 1: Docker finds the pattern a\\ malformed'],
    ['an escape that Go does not know', 'bin\\Release*', "line 1: can't make out the pattern bin\\Release*"],
  ])('is refused for %s', (_, text, problem) => expect(hidden(text, [])).toBe(problem));

  it('sends a file without its content where Docker opens by another rule than it lists', () => {
    const rules = ignoreRules('d\n!d/c\nd');
    expect('problem' in rules || [rules.hides('d/c'), rules.empties('d/c')]).toEqual([false, true]);
  });

  it('answers at once for patterns that are made to be slow', () => {
    const started = performance.now();
    expect(hidden(`${'*a'.repeat(100)}*b\n${'**/a'.repeat(50)}x*`, ['a'.repeat(4000), 'a/'.repeat(100)])).toEqual([]);
    expect(hidden('*'.repeat(40_000), ['a'])).toMatch("can't make out the pattern");
    expect(hidden('*x\n'.repeat(20_000), ['a'])).toMatch('more patterns than dfmod reads');
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
