/**
 * The part of Go's regular expressions that a .dockerignore can reach: patternmatcher turns a pattern into one, so that `\d` or `[[:alpha:]]` in a pattern
 * mean what they mean there. Runs in time linear in the text (Thompson's construction), which JavaScript's own don't on hostile patterns.
 */
type Test = (code: number) => boolean;
type Step =
  | { kind: 'character'; test: Test }
  /** Holds between the characters before and after; -1 stands for the end of the text. */
  | { kind: 'between'; test: (before: number, after: number) => boolean }
  /** Goes on with the next step and with the one `to` further; a jump with that one alone. */
  | { kind: 'split' | 'jump'; to: number };

const MOST_REPEATS = 255;

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

/** A test for texts; undefined for an expression that Go refuses, or one with `\p`, `\Q` or a character repeated over 255 times. */
export function linearRegExp(expression: string): ((text: string) => boolean) | undefined {
  const reader: Reader = { source: [...expression], at: 0, steps: [] };
  try {
    readAlternatives(reader);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
  const anchored = !expression.includes('|');
  return text => run(reader.steps, text, anchored);
}

function readAlternatives(reader: Reader): void {
  const from = reader.steps.length;
  readSequence(reader);
  if (reader.source[reader.at] !== '|') return;
  reader.at++;
  reader.steps.splice(from, 0, { kind: 'split', to: reader.steps.length - from + 2 });
  const jump: Step = { kind: 'jump', to: 0 };
  const place = reader.steps.push(jump) - 1;
  readAlternatives(reader);
  jump.to = reader.steps.length - place;
}

function readSequence(reader: Reader): void {
  const { source, steps } = reader;
  while (reader.at < source.length && source[reader.at] !== ')' && source[reader.at] !== '|') {
    const from = steps.length;
    readAtom(reader);
    const range = readQuantifier(reader);
    if (!range) continue;
    if (readQuantifier(reader)) throw new Malformed();
    const atom = steps.splice(from);
    for (let i = 0; i < range.least; i++) steps.push(...atom);
    if (range.most === Number.POSITIVE_INFINITY) {
      steps.push({ kind: 'split', to: atom.length + 2 }, ...atom, { kind: 'jump', to: -atom.length - 1 });
    } else {
      for (let i = range.least; i < range.most; i++) steps.push({ kind: 'split', to: (atom.length + 1) * (range.most - i) }, ...atom);
    }
  }
}

/** `*`, `?` or `{2,3}`; braces around anything else are characters. */
function readQuantifier(reader: Reader): { least: number; most: number } | undefined {
  const character = reader.source[reader.at];
  if (character === '*' || character === '?') {
    reader.at++;
    return { least: 0, most: character === '*' ? Number.POSITIVE_INFINITY : 1 };
  }
  const counted =
    character === '{' ? /^\{(\d{1,9})(?:(,)(\d{1,9})?)?\}/.exec(reader.source.slice(reader.at, reader.at + 22).join('')) : null;
  if (!counted) return undefined;
  reader.at += counted[0].length;
  const least = Number(counted[1]);
  const most = counted[3] !== undefined ? Number(counted[3]) : counted[2] ? Number.POSITIVE_INFINITY : least;
  if (least > MOST_REPEATS || (most > MOST_REPEATS && most !== Number.POSITIVE_INFINITY) || most < least) throw new Malformed();
  return { least, most };
}

function readAtom(reader: Reader): void {
  const { source, steps } = reader;
  const character = source[reader.at++] as string;
  if (character === '(') {
    readAlternatives(reader);
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
  } else if ('*?+'.includes(character)) {
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

/** Go searches: what isn't anchored at its start is tried from every character on. */
function run(steps: Step[], text: string, anchored: boolean): boolean {
  const codes = Array.from(text, codeOf);
  const seen = new Int32Array(steps.length).fill(-1);
  let states: number[] = [0];
  for (let at = 0; at <= codes.length && states.length > 0; at++) {
    const before = codes[at - 1] ?? -1;
    const after = codes[at] ?? -1;
    const next = anchored ? [] : [0];
    for (let state = states.pop(); state !== undefined; state = states.pop()) {
      const step = steps[state];
      if (!step) return true;
      if (seen[state] === at) continue;
      seen[state] = at;
      if (step.kind === 'split') states.push(state + 1, state + step.to);
      else if (step.kind === 'jump') states.push(state + step.to);
      else if (step.kind === 'between' && step.test(before, after)) states.push(state + 1);
      else if (step.kind === 'character' && after >= 0 && step.test(after)) next.push(state + 1);
    }
    states = next;
  }
  return false;
}
