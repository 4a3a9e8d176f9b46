import type { BuildContext } from '../../src/context/context.ts';
import { childPath, contextPath, parentPath } from '../../src/context/filepath.ts';
import { type PythonLine, type PythonToken, pythonLines } from '../../src/context/python-lexer.ts';
import { remembered } from '../../src/context/remembered.ts';
import { either, fixed, isVariable, type Port, portNumber } from './server.ts';

/** A Python file of the context. */
export interface PythonModule {
  path: string;
  /** The folder that absolute imports start from. */
  root: string;
  lines: PythonLine[];
  /** What names are bound to at the file's top level or below `if`: the tokens after `=`; undefined for those bound more than once. */
  values: ReadonlyMap<string, PythonToken[] | undefined>;
  /** The lines that first bind names. */
  bindings: ReadonlyMap<string, PythonLine>;
  /** Names that imports bind. */
  imports: ReadonlyMap<string, { module: string; name: string | undefined }>;
}

const moduleOf = remembered((context, key): PythonModule | undefined => {
  const [path = '', root = ''] = key.split('\0');
  const text = context.kind(path) === 'file' ? context.text(path) : undefined;
  const lines = text === undefined ? undefined : pythonLines(text);
  return lines && { path, root, lines, values: boundValues(lines), bindings: firstBindings(lines), imports: boundImports(lines) };
});

/** Reads a file of the context; undefined where that isn't one of Python. */
export function pythonModule(context: BuildContext, path: string, root: string): PythonModule | undefined {
  return moduleOf(context, `${path}\0${root}`);
}

/** The file of a module by its dotted name, relative (with leading dots) to another's. */
export function importedModule(context: BuildContext, from: PythonModule, dotted: string): PythonModule | undefined {
  const dots = /^\.*/.exec(dotted)?.[0].length ?? 0;
  let folder = from.root;
  if (dots > 0) {
    folder = parentPath(from.path);
    for (let up = 1; up < dots; up++) folder = parentPath(folder);
  }
  const path = contextPath([folder, ...dotted.slice(dots).split('.').filter(Boolean)].join('/'));
  return pythonModule(context, `${path}.py`, from.root) ?? pythonModule(context, childPath(path, '__init__.py'), from.root);
}

function boundValues(lines: PythonLine[]): Map<string, PythonToken[] | undefined> {
  const values = new Map<string, PythonToken[] | undefined>();
  for (const { tokens } of lines) {
    const [name, operator] = tokens;
    if (name?.kind !== 'name' || tokens.length < 3) continue;
    const equals = operator?.text === ':' ? tokens.findIndex(({ text, kind }) => kind === 'punctuation' && text === '=') : 1;
    if (tokens[equals]?.text !== '=' || tokens[equals]?.kind !== 'punctuation') continue;
    values.set(name.text, values.has(name.text) ? undefined : tokens.slice(equals + 1));
  }
  return values;
}

function firstBindings(lines: PythonLine[]): Map<string, PythonLine> {
  const found = new Map<string, PythonLine>();
  for (const line of lines) {
    const [name, operator] = line.tokens;
    if (name?.kind === 'name' && /^[=:]$/.test(operator?.text ?? '') && !found.has(name.text)) found.set(name.text, line);
  }
  return found;
}

function boundImports(lines: PythonLine[]): PythonModule['imports'] {
  const found = new Map<string, { module: string; name: string | undefined }>();
  for (const { tokens } of lines) {
    const [keyword] = tokens;
    if (keyword?.text === 'import') {
      for (const part of commas(tokens.slice(1))) {
        const [dotted, alias] = namedAs(part);
        if (dotted) found.set(alias ?? (dotted.split('.')[0] as string), { module: dotted, name: undefined });
      }
    }
    const at = keyword?.text === 'from' ? tokens.findIndex(({ text }) => text === 'import') : -1;
    if (at < 0) continue;
    const module = tokens
      .slice(1, at)
      .map(({ text }) => text)
      .join('');
    for (const part of commas(tokens.slice(at + 1).filter(({ text }) => text !== '(' && text !== ')'))) {
      const [name, alias] = namedAs(part);
      if (name) found.set(alias ?? name, { module, name });
    }
  }
  return found;
}

function namedAs(tokens: PythonToken[]): [name: string | undefined, alias: string | undefined] {
  const at = tokens.findIndex(({ text }) => text === 'as');
  const texts = tokens.map(({ text }) => text);
  return at < 0 ? [texts.join(''), undefined] : [texts.slice(0, at).join(''), texts[at + 1]];
}

/** Parts of a list of tokens between commas outside brackets. */
export function commas(tokens: readonly PythonToken[]): PythonToken[][] {
  const parts: PythonToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'punctuation' && '([{'.includes(token.text)) depth++;
    if (token.kind === 'punctuation' && ')]}'.includes(token.text)) depth--;
    if (depth === 0 && token.kind === 'punctuation' && token.text === ',') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter(part => part.length > 0);
}

/** A call: the dotted name that is called, and its arguments. */
export interface PythonCall {
  callee: string;
  positional: PythonToken[][];
  keyword: ReadonlyMap<string, PythonToken[]>;
  line: PythonLine;
  /** Index of its `(` on the line. */
  at: number;
}

/** A line of more tokens than this is data. */
const LONGEST_LINE = 2_000;

/** The calls of a line, outer ones first. */
export function callsOf(line: PythonLine): PythonCall[] {
  const found: PythonCall[] = [];
  if (line.tokens.length > LONGEST_LINE) return found;
  for (const [at, token] of line.tokens.entries()) {
    const before = line.tokens[at - 1];
    if (token.text !== '(' || token.kind !== 'punctuation' || token.match === undefined || before?.kind !== 'name') continue;
    if (/^(?:if|and|or|not|in|return|elif|while|print|def|class|lambda|else)$/.test(before.text) && line.tokens[at - 2]?.text !== '.')
      continue;
    const isDefinition = line.tokens[at - 2]?.text === 'def' || line.tokens[at - 2]?.text === 'class';
    if (!isDefinition)
      found.push({ ...argumentsOf(line.tokens.slice(at + 1, token.match)), callee: calleeBefore(line.tokens, at), line, at });
  }
  return found;
}

function calleeBefore(tokens: PythonToken[], paren: number): string {
  let start = paren - 1;
  while (tokens[start - 1]?.text === '.' && tokens[start - 2]?.kind === 'name') start -= 2;
  const prefix = tokens[start - 1]?.text === '.' ? '.' : '';
  return (
    prefix +
    tokens
      .slice(start, paren)
      .map(({ text }) => text)
      .join('')
  );
}

function argumentsOf(tokens: PythonToken[]): Pick<PythonCall, 'positional' | 'keyword'> {
  const positional: PythonToken[][] = [];
  const keyword = new Map<string, PythonToken[]>();
  for (const part of commas(tokens)) {
    if (part[0]?.kind === 'name' && part[1]?.text === '=' && part[1].kind === 'punctuation') keyword.set(part[0].text, part.slice(2));
    else positional.push(part);
  }
  return { positional, keyword };
}

const DEEPEST = 6;

/** The port that an expression gives: a number, a variable of the environment with its default, or a name bound to one. */
export function pythonPort(module: PythonModule, tokens: readonly PythonToken[] | undefined, depth = 0): Port | undefined {
  if (!tokens || tokens.length === 0 || depth > DEEPEST) return undefined;
  const again = (part: readonly PythonToken[] | undefined) => pythonPort(module, part, depth + 1);
  const or = outside(tokens, 'or');
  if (or > 0) {
    const first = again(tokens.slice(0, or));
    return first && either(first, again(tokens.slice(or + 1)));
  }
  const [first] = tokens;
  if (tokens.length === 1 && first) return literalOrName(module, first, again);
  return lookup(tokens, again);
}

function literalOrName(
  module: PythonModule,
  token: PythonToken,
  again: (part: readonly PythonToken[] | undefined) => Port | undefined,
): Port | undefined {
  if (token.kind === 'name') return again(module.values.get(token.text));
  const number = token.kind === 'number' || token.kind === 'string' ? portNumber(token.text) : undefined;
  return number === undefined ? undefined : fixed(number);
}

const GETTERS = new Set(['os.environ.get', 'os.getenv', 'environ.get', 'getenv']);

/** `int(…)`, `os.environ.get("PORT", 8000)` and `os.environ["PORT"]`. */
function lookup(tokens: readonly PythonToken[], again: (part: readonly PythonToken[]) => Port | undefined): Port | undefined {
  const bracket = tokens.findIndex(({ kind, text }) => kind === 'punctuation' && (text === '(' || text === '['));
  const last = tokens.at(-1);
  if (bracket < 0 || !last || !isWhole(tokens, bracket)) return undefined;
  const name = tokens
    .slice(0, bracket)
    .map(({ text }) => text)
    .join('');
  const parts = commas(tokens.slice(bracket + 1, -1));
  if (tokens[bracket]?.text === '[') {
    const [key] = parts[0] ?? [];
    return (name === 'os.environ' || name === 'environ') && key?.kind === 'string'
      ? { variables: [key.text], number: undefined }
      : undefined;
  }
  if (name === 'int' || name === 'str' || name === '') return parts[0] && again(parts[0]);
  const [key] = parts[0] ?? [];
  if (!GETTERS.has(name) || key?.kind !== 'string' || !isVariable(key.text)) return undefined;
  const variable: Port = { variables: [key.text], number: undefined };
  const value = parts[1]?.[0]?.text === 'default' && parts[1][1]?.text === '=' ? parts[1].slice(2) : parts[1];
  if (!value || value[0]?.text === 'None') return variable;
  const fallback = again(value);
  return fallback && either(variable, fallback);
}

/** Whether a bracket closes at the last token. */
function isWhole(tokens: readonly PythonToken[], bracket: number): boolean {
  let depth = 0;
  for (let at = bracket; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as PythonToken;
    if (kind !== 'punctuation') continue;
    if ('([{'.includes(text)) depth++;
    if (')]}'.includes(text) && --depth === 0) return at === tokens.length - 1;
  }
  return false;
}

/** Index of a word outside brackets, or -1. */
function outside(tokens: readonly PythonToken[], word: string): number {
  let depth = 0;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'punctuation' && '([{'.includes(text)) depth++;
    if (kind === 'punctuation' && ')]}'.includes(text)) depth--;
    if (depth === 0 && kind === 'name' && text === word) return at;
  }
  return -1;
}

/** The string that an expression gives, the default of a variable of the environment among them; undefined where it isn't known. */
export function pythonString(module: PythonModule, tokens: readonly PythonToken[] | undefined, depth = 0): string | undefined {
  if (!tokens || depth > DEEPEST) return undefined;
  const [first] = tokens;
  if (tokens.length === 1 && first?.kind === 'string') return first.text;
  if (tokens.length === 1 && first?.kind === 'name') return pythonString(module, module.values.get(first.text), depth + 1);
  const bracket = tokens.findIndex(({ kind, text }) => kind === 'punctuation' && text === '(');
  const name = tokens
    .slice(0, Math.max(bracket, 0))
    .map(({ text }) => text)
    .join('');
  return GETTERS.has(name) && isWhole(tokens, bracket)
    ? pythonString(module, commas(tokens.slice(bracket + 1, -1))[1], depth + 1)
    : undefined;
}
