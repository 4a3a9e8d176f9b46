/**
 * The part of Go's regular expressions that a .dockerignore can reach: patternmatcher turns a pattern into one, so that `\d` or `[[:alpha:]]` in a pattern
 * mean what they mean there. Runs in time linear in the text (Thompson's construction), which JavaScript's own don't on hostile patterns.
 */
type Test = (code: number) => boolean;
type Step =
  | { kind: 'character'; test: Test }
  /** Holds between the characters before and after; -1 stands for the end of the text. */
  | { kind: 'between'; test: (before: number, after: number) => boolean }
  | { kind: 'split'; to: number };

const DIGIT: Test = code => code >= 48 && code <= 57;
const SPACE: Test = code => code === 9 || code === 10 || code === 12 || code === 13 || code === 32;
const UPPER: Test = code => code >= 65 && code <= 90;
const LOWER: Test = code => code >= 97 && code <= 122;
const LETTER: Test = code => UPPER(code) || LOWER(code);
const WORD: Test = code => DIGIT(code) || LETTER(code) || code === 95;
const GRAPH: Test = code => code >= 33 && code <= 126;
const not =
  (test: Test): Test =>
  code =>
    !test(code);

// regexp/syntax/perl_groups.go
const PERL: Record<string, Test> = { d: DIGIT, D: not(DIGIT), s: SPACE, S: not(SPACE), w: WORD, W: not(WORD) };
const POSIX: Record<string, Test> = {
  alnum: code => DIGIT(code) || LETTER(code),
  alpha: LETTER,
  ascii: code => code < 128,
  blank: code => code === 9 || code === 32,
  cntrl: code => code < 32 || code === 127,
  digit: DIGIT,
  graph: GRAPH,
  lower: LOWER,
  print: code => code === 32 || GRAPH(code),
  punct: code => GRAPH(code) && !DIGIT(code) && !LETTER(code),
  space: code => SPACE(code) || code === 11,
  upper: UPPER,
  word: WORD,
  xdigit: code => DIGIT(code) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102),
};
const BETWEEN: Record<string, (before: number, after: number) => boolean> = {
  A: before => before < 0,
  z: (_, after) => after < 0,
  b: (before, after) => WORD(before) !== WORD(after),
  B: (before, after) => WORD(before) === WORD(after),
};
const CONTROLS: Record<string, number> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

interface Reader {
  source: string[];
  at: number;
  steps: Step[];
}

class Malformed extends Error {}

/** A test for texts; undefined for an expression that Go refuses, or one with `\p`, `\Q`, alternatives or counted repetition. */
export function linearRegExp(expression: string): ((text: string) => boolean) | undefined {
  const reader: Reader = { source: [...expression], at: 0, steps: [] };
  try {
    readSequence(reader, false);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
  return text => run(reader.steps, text);
}

function readSequence(reader: Reader, inGroup: boolean): void {
  const { source, steps } = reader;
  while (reader.at < source.length && !(inGroup && source[reader.at] === ')')) {
    const from = steps.length;
    readAtom(reader);
    const quantifier = source[reader.at];
    if (quantifier !== '*' && quantifier !== '?') continue;
    reader.at++;
    const length = steps.length - from;
    steps.splice(from, 0, { kind: 'split', to: length + (quantifier === '*' ? 2 : 1) });
    if (quantifier === '*') steps.push({ kind: 'split', to: -length - 1 });
  }
}

function readAtom(reader: Reader): void {
  const { source, steps } = reader;
  const character = source[reader.at++] as string;
  if (character === '(') {
    readSequence(reader, true);
    if (source[reader.at++] !== ')') throw new Malformed();
  } else if (character === '[') {
    steps.push({ kind: 'character', test: readClass(reader) });
  } else if (character === '\\') {
    const name = source[reader.at] ?? '';
    const between = Object.hasOwn(BETWEEN, name) ? BETWEEN[name] : undefined;
    if (between) reader.at++;
    steps.push(between ? { kind: 'between', test: between } : { kind: 'character', test: readEscape(reader) });
  } else if (character === '^' || character === '$') {
    steps.push({ kind: 'between', test: (character === '^' ? BETWEEN.A : BETWEEN.z) as (before: number, after: number) => boolean });
  } else if (character === '.') {
    steps.push({ kind: 'character', test: code => code !== 10 });
  } else if ('*?+|'.includes(character)) {
    throw new Malformed();
  } else {
    steps.push({ kind: 'character', test: same(codeOf(character)) });
  }
}

/** What stands after `[`, with its `]`. */
function readClass(reader: Reader): Test {
  const { source } = reader;
  const tests: Test[] = [];
  const negated = source[reader.at] === '^';
  if (negated) reader.at++;
  for (let first = true; first || source[reader.at] !== ']'; first = false) {
    if (reader.at >= source.length) throw new Malformed();
    tests.push(readPosixClass(reader) ?? readPerlClass(reader) ?? readRange(reader));
  }
  reader.at++;
  return code => tests.some(test => test(code)) !== negated;
}

function readPosixClass(reader: Reader): Test | undefined {
  const { source, at } = reader;
  if (source[at] !== '[' || source[at + 1] !== ':') return undefined;
  let end = at + 2;
  while (end < source.length && !(source[end] === ':' && source[end + 1] === ']')) end++;
  if (end >= source.length) return undefined;
  const written = source.slice(at + 2, end).join('');
  const name = written.startsWith('^') ? written.slice(1) : written;
  const test = Object.hasOwn(POSIX, name) ? POSIX[name] : undefined;
  if (!test) throw new Malformed();
  reader.at = end + 2;
  return name === written ? test : not(test);
}

function readPerlClass(reader: Reader): Test | undefined {
  const name = reader.source[reader.at] === '\\' ? (reader.source[reader.at + 1] ?? '') : '';
  const test = Object.hasOwn(PERL, name) ? PERL[name] : undefined;
  if (test) reader.at += 2;
  return test;
}

function readRange(reader: Reader): Test {
  const { source } = reader;
  const low = readClassCharacter(reader);
  if (source[reader.at] !== '-' || reader.at + 1 >= source.length || source[reader.at + 1] === ']') return same(low);
  reader.at++;
  const high = readClassCharacter(reader);
  if (high < low) throw new Malformed();
  return code => low <= code && code <= high;
}

function readClassCharacter(reader: Reader): number {
  const character = reader.source[reader.at++];
  if (character === undefined) throw new Malformed();
  return character === '\\' ? readEscapedCode(reader) : codeOf(character);
}

/** What stands after a backslash outside a class. */
function readEscape(reader: Reader): Test {
  reader.at--;
  const perl = readPerlClass(reader);
  if (perl) return perl;
  reader.at++;
  return same(readEscapedCode(reader));
}

function readEscapedCode(reader: Reader): number {
  const character = reader.source[reader.at++];
  if (character === undefined) throw new Malformed();
  const control = Object.hasOwn(CONTROLS, character) ? CONTROLS[character] : undefined;
  if (control !== undefined) return control;
  if (character === 'x') return readDigits(reader, 16, 2, 2);
  if (character >= '0' && character <= '7') {
    reader.at--;
    return readDigits(reader, 8, character === '0' ? 1 : 2, 3);
  }
  const code = codeOf(character);
  if (code >= 128 || DIGIT(code) || LETTER(code)) throw new Malformed();
  return code;
}

function readDigits(reader: Reader, radix: 8 | 16, least: number, most: number): number {
  let digits = '';
  while (digits.length < most && isDigit(reader.source[reader.at] ?? '', radix)) digits += reader.source[reader.at++];
  if (digits.length < least) throw new Malformed();
  return Number.parseInt(digits, radix);
}

function isDigit(character: string, radix: 8 | 16): boolean {
  return character !== '' && (radix === 8 ? '01234567' : '0123456789abcdefABCDEF').includes(character);
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number;
}

function same(wanted: number): Test {
  return code => code === wanted;
}

function run(steps: Step[], text: string): boolean {
  const codes = Array.from(text, codeOf);
  const seen = new Int32Array(steps.length + 1).fill(-1);
  let states: number[] = [0];
  for (let at = 0; ; at++) {
    const before = codes[at - 1] ?? -1;
    const after = codes[at] ?? -1;
    const next: number[] = [];
    for (let state = states.pop(); state !== undefined; state = states.pop()) {
      if (seen[state] === at) continue;
      seen[state] = at;
      const step = steps[state];
      if (!step) {
        if (after < 0) return true;
      } else if (step.kind === 'split') {
        states.push(state + 1, state + step.to);
      } else if (step.kind === 'between') {
        if (step.test(before, after)) states.push(state + 1);
      } else if (after >= 0 && step.test(after)) {
        next.push(state + 1);
      }
    }
    if (next.length === 0) return false;
    states = next;
  }
}
