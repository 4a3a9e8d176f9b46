import { describe, expect, test } from 'vitest';
import { heredocsOfLine, parseHeredocWord } from '../src/dockerfile/heredocs.ts';
import { expandWord, expandWords, UNKNOWN, type Value, variablesOf } from '../src/dockerfile/lex.ts';

const VARIABLES: Readonly<Record<string, Value>> = {
  NAME: 'value',
  EMPTY: '',
  FILE: 'lib/a.tar.gz',
  SET_BY_CALLER: UNKNOWN,
  WIDE: 'é😀x',
  STARRED: 'a*b*c',
  PORTS: '80 443',
};
const lookup = (name: string) => (Object.hasOwn(VARIABLES, name) ? VARIABLES[name] : undefined);

/** The text, UNKNOWN, or `error: ` and the last part of BuildKit's message. */
function expanded(word: string, escape = '\\'): Value {
  const result = expandWord(word, lookup, escape);
  return typeof result === 'object' ? `error: ${result.error.replace(/^failed to process ".*?(?<!\\)": /s, '')}` : result;
}

describe('a word is expanded', () => {
  const rows: Record<string, [word: string, result: Value][]> = {
    'without its quotes': [
      ["he'll'o", 'hello'],
      ['"hel\'lo"', "hel'lo"],
      ['\'"a"\'', '"a"'],
      ['""', ''],
      ["he'llo", 'error: unexpected end of statement while looking for matching single-quote'],
      ['"he', 'error: unexpected end of statement while looking for matching double-quote'],
    ],
    'with what is escaped as it is': [
      ["he\\'llo", "he'llo"],
      ['a\\ b', 'a b'],
      ['abc\\tdef', 'abctdef'],
      ['"abc\\tdef"', 'abc\\tdef'],
      ["'a\\b'", 'a\\b'],
      ['"\\$NAME"', '$NAME'],
      ['\\${NAME}', '${NAME}'],
      ['end\\', 'end'],
      ['"a\\"', 'error: unexpected end of statement while looking for matching double-quote'],
    ],
    'with the values of its variables': [
      ['a$NAME', 'avalue'],
      ['a${NAME}b', 'avalueb'],
      ['"$NAME"', 'value'],
      ["'$NAME'", '$NAME'],
      ['a$UNSET.b', 'a.b'],
      ['$.', '$.'],
      ['$1a', 'a'],
      ['$12a', 'a'],
      ['$@a$$', 'a'],
      ['$ÀNAME', ''],
    ],
    'with a default or an alternative': [
      ['${UNSET:-a}', 'a'],
      ['${UNSET-a}', 'a'],
      ['${EMPTY:-a}', 'a'],
      ['${EMPTY-a}', ''],
      ['${NAME:+a}', 'a'],
      ['${EMPTY:+a}', ''],
      ['${EMPTY+a}', 'a'],
      ['${UNSET:-${EMPTY:-$NAME}}', 'value'],
      ['${UNSET:-"}"}', '}'],
      ['${UNSET:-a b}', 'a b'],
    ],
    'or refused for a variable that must be set': [
      ['${NAME?}', 'value'],
      ['${EMPTY?}', ''],
      ['${UNSET?}', 'error: UNSET: is not allowed to be unset'],
      ['${EMPTY:?}', 'error: EMPTY: is not allowed to be empty'],
      ['${UNSET:?set $NAME}', 'error: UNSET: set value'],
    ],
    'without what a pattern matches at an end': [
      ['${FILE#*/}', 'a.tar.gz'],
      ['${FILE##*.}', 'gz'],
      ['${FILE%.*}', 'lib/a.tar'],
      ['${FILE%%.*}', 'lib/a'],
      ['${FILE#?}', 'ib/a.tar.gz'],
      ['${FILE#nothing}', 'lib/a.tar.gz'],
      ['${STARRED##*\\*}', 'c'],
      ['${STARRED%\\**}', 'a*b'],
      ['${WIDE#?}', '😀x'],
      ['${WIDE%?x}', 'é'],
      ['${UNSET#a}', ''],
      ['${NAME#\\a}', "error: invalid pattern (\\a) in substitution: invalid escape '\\a'"],
    ],
    'with another text in place of what a pattern matches': [
      ['${FILE/a/b}', 'lib/b.tar.gz'],
      ['${FILE//a/b}', 'lib/b.tbr.gz'],
      ['${FILE/.*/}', 'lib/a'],
      ['${FILE/\\//-}', 'lib-a.tar.gz'],
      ['${FILE//?a/_}', 'lib_._r.gz'],
      ['${NAME/x/y}', 'value'],
      ['${WIDE//😀/-}', 'é-x'],
      ['${NAME//*/x}', 'x'],
    ],
    'or refused where it is no substitution': [
      ['${}', 'error: syntax error: bad substitution'],
      ['${{NAME}}', 'error: syntax error: bad substitution'],
      ['${NAME:-a', "error: syntax error: missing '}'"],
      ['${NAME/a}', "error: syntax error: missing '/' in ${}"],
      ['${NAME:=a}', 'error: unsupported modifier (:=) in substitution'],
      ['${NAME:#a}', 'error: unsupported modifier (:#) in substitution'],
      ['${NAME', 'error: unsupported modifier (\uFFFD) in substitution'],
      ['${.}', 'error: unsupported modifier (.) in substitution'],
    ],
  };
  for (const [name, cases] of Object.entries(rows)) {
    test.each(cases)(`${name}: %s`, (word, result) => expect(expanded(word)).toBe(result));
  }

  test('with a backtick as the escape character', () => {
    expect(expanded('C:\\$NAME`$`"', '`')).toBe('C:\\value$"');
  });
});

describe('a word is unknown', () => {
  test.each([
    ['where a variable that nobody knows stands in it', 'a$SET_BY_CALLER'],
    ['where such a variable decides', '${SET_BY_CALLER:-a}'],
    ['where it stands in the default that is taken', '${UNSET:-$SET_BY_CALLER}'],
    ['where it is the pattern', '${NAME#$SET_BY_CALLER}'],
    ['where a pattern is taken from it', '${SET_BY_CALLER%.*}'],
    ['where Go would put a text at every place', '${NAME///x}'],
    ['where Go would expand the replacement', "${NAME//a/'$1'}"],
  ])('%s', (_, word) => expect(expanded(word)).toBe(UNKNOWN));

  test.each([
    ['where it is not needed', '${NAME:-$SET_BY_CALLER}', 'value'],
    ['where nothing comes of it', '${SET_BY_CALLER:+}', ''],
    ['inside single quotes', "'$SET_BY_CALLER'", '$SET_BY_CALLER'],
  ])('but not %s', (_, word, result) => expect(expanded(word)).toBe(result));

  test('and an error stays an error', () => {
    expect(expanded('$SET_BY_CALLER${UNSET?}')).toBe('error: UNSET: is not allowed to be unset');
  });
});

describe('a hostile word', () => {
  test('of a value that grows without end is unknown', () => {
    let value: Value = 'xx';
    for (let round = 0; round < 1000 && value !== UNKNOWN; round++) {
      const before: Value = value;
      const next = expandWord('$A$A', () => before, '\\');
      value = typeof next === 'object' ? '' : next;
    }
    expect(value).toBe(UNKNOWN);
  });

  test('of 100,000 nested braces is refused', () => {
    expect(expandWord('${A:-'.repeat(100_000), () => undefined, '\\')).toMatchObject({ tooDeep: true });
  });

  test('of stars and letters that almost match takes no time', () => {
    const start = performance.now();
    const pattern = '*a'.repeat(500);
    expect(expandWord(`\${A%%${pattern}b}`, () => 'a'.repeat(8000), '\\')).toBe('a'.repeat(8000));
    expect(performance.now() - start).toBeLessThan(1000);
  });
});

describe('a text is split into words', () => {
  test.each([
    ['a  b', ['a', 'b']],
    ['"a b" c', ['a b', 'c']],
    ['a\\ b c', ['a b', 'c']],
    ['$PORTS 8080', ['80', '443', '8080']],
    ['"$PORTS"', ['80 443']],
    ['$EMPTY', []],
    ['<< a', ['<< a']],
  ])('%s', (text, words) => expect(expandWords(text, lookup, '\\')).toEqual(words));
});

test('the variables of a word are those of its defaults too, each once', () => {
  expect(variablesOf("$A/${B:-${C}x}/${A#$D} '$E' \\$F", '\\')).toEqual(['A', 'C', 'B', 'D']);
});

describe('a heredoc is found', () => {
  test.each([
    ['RUN <<EOF', [{ name: 'EOF', expand: true, chomp: false }]],
    [
      'RUN cat <<-"EOF" >/a <<B',
      [
        { name: 'EOF', expand: false, chomp: true },
        { name: 'B', expand: true, chomp: false },
      ],
    ],
    ['RUN << EOF cat', [{ name: 'EOF', expand: true, chomp: false }]],
    ['RUN 3<<E"O"F', [{ name: 'EOF', expand: false, chomp: false }]],
    ['RUN cat <<EOF>/x', [{ name: 'EOF>/x', expand: true, chomp: false }]],
    ['RUN <<\\EOF', [{ name: 'EOF', expand: true, chomp: false }]],
    ['RUN echo $((1 << 2))', [{ name: '2))', expand: true, chomp: false }]],
    ['RUN cat<<EOF', []],
    ['RUN cat <<<word', []],
    ['RUN echo "see <<EOF here"', []],
    ["RUN echo it's <<EOF", []],
    ['RUN echo <<', []],
  ])('%s', (line, heredocs) => expect(heredocsOfLine(line)).toEqual({ heredocs }));

  test('in a word of COPY', () => {
    expect(parseHeredocWord('<<-robots.txt')).toEqual({ name: 'robots.txt', expand: true, chomp: true });
    expect(parseHeredocWord('robots.txt')).toBeUndefined();
  });

  test('in a word of 100,000 spaces in no time', () => {
    const start = performance.now();
    expect(parseHeredocWord(`<<${' '.repeat(100_000)}a<`)).toBeUndefined();
    expect(performance.now() - start).toBeLessThan(500);
  });
});
