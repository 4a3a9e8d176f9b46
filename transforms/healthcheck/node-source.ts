import type { BuildContext } from '../../src/context/context.ts';
import { contextPath, parentPath } from '../../src/context/filepath.ts';
import { type JsToken, jsTokens } from '../../src/context/js-lexer.ts';
import { remembered } from '../../src/context/remembered.ts';

/** A range of a module's tokens: from the first to before the last. */
export interface Expression {
  module: NodeModule;
  from: number;
  to: number;
}

/** A JavaScript or TypeScript file of the context. */
export interface NodeModule {
  path: string;
  tokens: JsToken[];
  /** What names are bound to; undefined for those bound more than once. */
  values: ReadonlyMap<string, Expression | undefined>;
  /** Names that imports bind: '*' stands for the whole module or its default. */
  imports: ReadonlyMap<string, { from: string; name: string }>;
  /** Where functions are declared, by name. */
  functions: ReadonlyMap<string, number>;
  /** All that it imports. */
  sources: string[];
  /** `module.exports =` and `export default`. */
  exported: Expression | undefined;
}

export const nodeModule: (context: BuildContext, path: string) => NodeModule | undefined = remembered((context, path) => {
  const text = context.kind(path) === 'file' ? context.text(path) : undefined;
  const tokens = text === undefined ? undefined : jsTokens(text);
  if (!tokens) return undefined;
  const values = new Map<string, Expression | undefined>();
  const imports = new Map<string, { from: string; name: string }>();
  const functions = new Map<string, number>();
  const module: NodeModule = { path, tokens, values, imports, functions, sources: [], exported: undefined };
  const assigned = new Set<string>();
  for (const [at, { kind, text: word }] of tokens.entries()) {
    if (kind !== 'name') continue;
    const isAssigned = tokens[at + 1]?.text === '=' && tokens[at + 1]?.kind === 'punctuation';
    if (isAssigned && !/^(?:const|let|var|[.,:])$/.test(tokens[at - 1]?.text ?? '') && tokens[at - 2]?.text !== ':') assigned.add(word);
    if (word === 'const' || word === 'let' || word === 'var') bind(module, values, imports, at + 1);
    else if (word === 'import') readImport(module, imports, at);
    else if (word === 'require' && tokens[at + 1]?.text === '(' && tokens[at + 2]?.kind === 'string')
      module.sources.push(tokens[at + 2]?.text as string);
    else if (word === 'exports' && tokens[at - 1]?.text === '.' && tokens[at + 1]?.text === '=')
      module.exported = expressionAt(module, at + 2);
    else if (word === 'default' && tokens[at - 1]?.text === 'export') module.exported = expressionAt(module, at + 1);
    else if (word === 'from' && tokens[at + 1]?.kind === 'string') module.sources.push(tokens[at + 1]?.text as string);
    else if (word === 'function' && tokens[at + 1]?.kind === 'name') functions.set(tokens[at + 1]?.text as string, at);
  }
  for (const name of assigned) if (values.has(name)) values.set(name, undefined);
  return module;
});

function bind(
  module: NodeModule,
  values: Map<string, Expression | undefined>,
  imports: Map<string, { from: string; name: string }>,
  start: number,
): void {
  const { tokens } = module;
  const first = tokens[start];
  for (let name = first, at = start; name?.kind === 'name'; name = tokens[at]) {
    at++;
    if (tokens[at]?.text === ':') while (at < tokens.length && !['=', ';', ','].includes(tokens[at]?.text ?? '')) at++;
    if (tokens[at]?.text !== '=') return;
    const value = expressionAt(module, at + 1);
    const required = requiredBy(value);
    if (required !== undefined) imports.set(name.text, { from: required, name: '*' });
    values.set(name.text, values.has(name.text) ? undefined : value);
    if (tokens[value.to]?.text !== ',') return;
    at = value.to + 1;
  }
  if (first?.text === '{' && first.match !== undefined && tokens[first.match + 1]?.text === '=') {
    const value = expressionAt(module, first.match + 2);
    const required = requiredBy(value);
    const isEnvironment = textOf(value) === 'process.env';
    for (const part of parts(module, start + 1, first.match)) {
      const name = tokens[part.from]?.text ?? '';
      const local = tokens[part.from + 1]?.text === ':' ? (tokens[part.from + 2]?.text ?? '') : name;
      if (required !== undefined) imports.set(local, { from: required, name });
      if (isEnvironment) values.set(local, environmentValue(module, name, part));
    }
  }
}

/** `const { PORT = 3000 } = process.env` says the same as `process.env.PORT || 3000`. */
function environmentValue({ path, tokens }: NodeModule, name: string, part: Expression): Expression {
  const line = tokens[part.from]?.line ?? 1;
  const word = (text: string, kind: JsToken['kind'] = 'name'): JsToken => ({ kind, text, line, match: undefined });
  const equals = tokens.slice(part.from, part.to).findIndex(({ text }) => text === '=');
  const fallback = equals < 0 ? [] : [word('||', 'punctuation'), ...tokens.slice(part.from + equals + 1, part.to)];
  const made = [word('process'), word('.', 'punctuation'), word('env'), word('.', 'punctuation'), word(name), ...fallback];
  const module: NodeModule = {
    path,
    tokens: made,
    values: new Map(),
    imports: new Map(),
    functions: new Map(),
    sources: [],
    exported: undefined,
  };
  return { module, from: 0, to: made.length };
}

function requiredBy({ module: { tokens }, from, to }: Expression): string | undefined {
  return tokens[from]?.text === 'require' && tokens[from + 2]?.kind === 'string' && to === from + 4 ? tokens[from + 2]?.text : undefined;
}

function readImport({ tokens, sources }: NodeModule, imports: Map<string, { from: string; name: string }>, at: number): void {
  const direct = tokens[at + 1];
  if (direct?.kind === 'string') sources.push(direct.text);
  let end = at + 1;
  while (end < tokens.length && end < at + 200 && tokens[end]?.text !== 'from' && tokens[end]?.text !== ';') end++;
  const from = tokens[end + 1];
  if (tokens[end]?.text !== 'from' || from?.kind !== 'string') return;
  let name: string | undefined;
  for (let index = at + 1; index < end; index++) {
    const { kind, text } = tokens[index] as JsToken;
    if (text === '{') name = '';
    else if (kind !== 'name' || text === 'type' || text === 'as' || tokens[index + 1]?.text === 'as') continue;
    else if (name === undefined) imports.set(text, { from: from.text, name: '*' });
    else imports.set(text, { from: from.text, name: tokens[index - 1]?.text === 'as' ? (tokens[index - 2]?.text ?? text) : text });
  }
}

const CONTINUES = /^(?:[.?:,+\-*/%=<>&|^([`]|\?\.|\|\||&&|\?\?|=>|===?|!==?|[<>]=|as|instanceof|in)$/;
const OPEN_ENDED = /^(?:[.?:+\-*/%=<>&|^!~,]|\?\.|\|\||&&|\?\?|=>|===?|!==?|[<>]=|\.\.\.|new|await|typeof|as|return)$/;

/** The expression that starts at a token: to a semicolon, a comma or the end of a line that isn't continued. */
export function expressionAt(module: NodeModule, from: number): Expression {
  const { tokens } = module;
  let at = from;
  while (at < tokens.length) {
    const token = tokens[at] as JsToken;
    const before = tokens[at - 1];
    if (token.kind === 'punctuation' && [';', ',', ')', ']', '}'].includes(token.text)) break;
    const isNewLine = at > from && before && token.line > before.line && !CONTINUES.test(token.text) && !OPEN_ENDED.test(before.text);
    if (isNewLine) break;
    at = token.match !== undefined && token.match > at ? token.match + 1 : at + 1;
  }
  return { module, from, to: at };
}

/** Parts of a range between commas outside brackets. */
export function parts(module: NodeModule, from: number, to: number): Expression[] {
  const found: Expression[] = [];
  let start = from;
  for (let at = from; at <= to; at++) {
    const token = module.tokens[at];
    if (at === to || (token?.kind === 'punctuation' && token.text === ',')) {
      if (at > start) found.push({ module, from: start, to: at });
      start = at + 1;
    } else if (token?.match !== undefined && token.match > at) at = Math.min(token.match, to - 1);
  }
  return found;
}

/** The text of a short expression, without spaces. */
export function textOf({ module, from, to }: Expression): string {
  return module.tokens
    .slice(from, Math.min(to, from + 40))
    .map(({ text }) => text)
    .join('');
}

const SUFFIXES = ['', '.js', '.ts', '.mjs', '.cjs', '.tsx', '.jsx', '.mts', '/index.js', '/index.ts', '/index.mjs', '/index.tsx'];

/** The module of the context that a relative import leads to. */
export function relativeModule(context: BuildContext, from: NodeModule, source: string): NodeModule | undefined {
  if (!/^\.\.?(?:\/|$)/.test(source)) return undefined;
  const path = contextPath(`${parentPath(from.path)}/${source}`);
  // TypeScript's own imports name what it is compiled to
  const candidates = [...SUFFIXES.map(suffix => path + suffix), path.replace(/\.([mc]?)js$/, '.$1ts')];
  const found = candidates.find(each => /\.[mc]?[jt]sx?$/.test(each) && context.kind(each) === 'file');
  return found === undefined ? undefined : nodeModule(context, found);
}

const MOST_MODULES = 80;

/** A module and those of the context that it imports, directly or not. */
export function reachableModules(context: BuildContext, main: NodeModule): NodeModule[] {
  const found = new Map([[main.path, main]]);
  for (const module of found.values()) {
    for (const source of module.sources) {
      const next = relativeModule(context, module, source);
      if (next && found.size < MOST_MODULES && !found.has(next.path)) found.set(next.path, next);
    }
  }
  return [...found.values()];
}

const DEEPEST = 8;

/** What a name or a path of names (`config.server.port`) stands for, through bindings, imports and object literals. */
export function resolved(context: BuildContext, expression: Expression, depth = 0): Expression | undefined {
  const { module, from, to } = expression;
  const { tokens } = module;
  const first = tokens[from];
  if (depth > DEEPEST || first?.kind !== 'name') return expression;
  const path = tokens.slice(from, to);
  if (path.length > 7 || path.some(({ kind, text }, at) => (at % 2 === 0 ? kind !== 'name' : text !== '.'))) return expression;
  if (first.text === 'process') return expression;
  let value = bound(context, module, first.text, depth);
  for (let at = 2; value && at < path.length; at += 2) {
    const object = resolved(context, value, depth + 1);
    value = object && property(object, path[at]?.text ?? '');
  }
  return value && resolved(context, value, depth + 1);
}

function bound(context: BuildContext, module: NodeModule, name: string, depth: number): Expression | undefined {
  const imported = module.imports.get(name);
  if (!imported) return module.values.get(name);
  const from = relativeModule(context, module, imported.from);
  if (!from) return undefined;
  if (imported.name === '*') return from.exported;
  const exported = from.exported && resolved(context, from.exported, depth + 1);
  return from.values.get(imported.name) ?? (exported && property(exported, imported.name));
}

/** The value of a key of an object literal; undefined where it has none, or is something else. */
export function property({ module, from, to }: Expression, key: string): Expression | undefined {
  const open = module.tokens[from];
  if (open?.text !== '{' || open.match === undefined || open.match >= to) return undefined;
  for (const part of parts(module, from + 1, open.match)) {
    const name = module.tokens[part.from];
    if (name?.text !== key) continue;
    if (module.tokens[part.from + 1]?.text === ':') return { module, from: part.from + 2, to: part.to };
    if (part.to === part.from + 1) return part;
  }
  return undefined;
}
