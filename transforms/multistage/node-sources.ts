import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { type Copied, contextFolder } from '../../src/context/copied.ts';
import { type JsToken, jsTokens } from '../../src/context/js-lexer.ts';
import { remembered } from '../../src/context/remembered.ts';
import { everyCommand } from '../../src/dockerfile/shell.ts';
import { STARTERS } from './node-tables.ts';

/** What one source file says of itself. */
interface Source {
  /** What it imports by a literal name. */
  imports: string[];
  /** It imports what only its run tells. */
  isOpen: boolean;
  strings: ReadonlySet<string>;
  /** Programs that it starts; undefined for one that can't be named. */
  starts: (string | undefined)[];
  /** It draws text, with the system's fonts. */
  drawsText: boolean;
}

/** What the app's code needs, as far as its sources tell. */
export interface Read {
  /** Files by their path in the image. */
  files: { path: string; source: Source }[];
  starts: (string | undefined)[];
}

const EXTENSIONS = ['', '.js', '.json', '.mjs', '.cjs', '.ts', '.tsx', '.jsx', '.mts', '.cts', '.node'];
const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/;

/** Files and folders that tests and tools read, and nothing at run time. */
const FOR_TOOLS =
  /(?:^|\/)(?:\.|(?:__tests__|__mocks__|tests?|spec|e2e|cypress|stories|storybook|coverage|node_modules|fixtures|benchmarks?)\/|[^/]+\.(?:test|spec|e2e-spec|stories|cy|config|conf)\.[cm]?[jt]sx?$|(?:gulpfile|Gruntfile|jest|webpack|rollup|karma|vite|vitest|babel|postcss|tailwind|metro|eslint|prettier)[\w.-]*\.[cm]?[jt]s$|[^/]+\.d\.ts$)/;

const MAY_BE_READ = /\.(?:[cm]?[jt]sx?|vue|svelte|astro|json)$/;

/** More sources than this aren't read: anything may be among them. */
const MOST_SOURCES = 3_000;

/** Manifests and settings of tools. */
const TOOL_JSON =
  /(?:^|\/)(?:package|package-lock|npm-shrinkwrap|[jt]sconfig[\w.-]*|nest-cli|angular|tslint|nx|lerna|turbo|jest[\w.-]*|cypress|nodemon|vercel|components|typedoc|renovate|biome|deno|project)\.json$/;

const sourceAt = remembered((context: BuildContext, path: string): Source | undefined => {
  const text = context.text(path);
  const tokens = text === undefined ? undefined : jsTokens(text);
  return tokens && readSource(tokens, /<text\b/.test(text ?? ''));
});

/**
 * The sources that entry files come to import, and whether that is all: where one imports what only its run tells, or what isn't in the context
 * (a compiler's output), every source that isn't a test's or a tool's stands for it.
 */
export function readSources(context: BuildContext, copied: Copied, entries: readonly string[], inline: readonly string[]): Read {
  const found = new Map<string, Source>();
  const open = [...entries];
  let isComplete = true;
  for (const code of inline) {
    const tokens = jsTokens(code);
    if (tokens) found.set(`-e ${found.size}`, readSource(tokens, false));
  }
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const path = resolved(copied, entry);
    const source = path === undefined ? undefined : sourceOf(context, copied, path);
    if (path === undefined || !source) {
      isComplete &&= path !== undefined && !SOURCE.test(path);
      continue;
    }
    if (found.has(path)) continue;
    found.set(path, source);
    isComplete &&= !source.isOpen;
    isComplete &&= !source.imports.some(isAlias);
    for (const name of source.imports) if (/^\.{0,2}\/|^\.\.?$/.test(name)) open.push(posix.resolve(posix.dirname(path), name));
    // a worker, a child process, a page: named without an import
    for (const text of source.strings) open.push(...namedSources(copied, path, text));
  }
  if (!isComplete) {
    const all = [...copied.files].filter(([, path]) => MAY_BE_READ.test(path) && !FOR_TOOLS.test(path) && !TOOL_JSON.test(path));
    if (all.length > MOST_SOURCES) return { files: [], starts: [undefined] };
    for (const [path] of all) addTo(found, context, copied, path);
  }
  const files = [...found].map(([path, source]) => ({ path, source }));
  return { files, starts: files.flatMap(({ source }) => source.starts) };
}

/** An import that a compiler or package.json points somewhere else. */
function isAlias(name: string): boolean {
  return /^(?:#|[@~]\/|~|src\/|lib\/|app\/)/.test(name);
}

function namedSources(copied: Copied, path: string, text: string): string[] {
  if (!/\.(?:[cm]?[jt]sx?)$/.test(text) || text.length > 200) return [];
  const folders = [posix.dirname(path), projectFolder(copied, path) ?? '/'];
  return folders.map(folder => posix.join(folder, text)).filter(each => copied.files.has(each));
}

function addTo(found: Map<string, Source>, context: BuildContext, copied: Copied, path: string): void {
  const source = found.has(path) ? undefined : sourceOf(context, copied, path);
  if (source) found.set(path, source);
}

function sourceOf(context: BuildContext, copied: Copied, path: string): Source | undefined {
  const file = copied.files.get(path);
  return file === undefined ? undefined : sourceAt(context, file);
}

/** The file that Node, or a compiler before it, takes for a path. */
export function resolved(copied: Copied, path: string): string | undefined {
  const plain = path.replace(/\.[cm]?jsx?$/, '');
  for (const start of [path, ...(plain === path ? [] : [plain]), posix.join(path, 'index')]) {
    const extension = EXTENSIONS.find(each => copied.files.has(start + each));
    if (extension !== undefined) return start + extension;
  }
  return undefined;
}

/** The absolute paths that a script's string literals name; undefined where the context doesn't have it. */
export function namedPaths(context: BuildContext, copied: Copied, path: string): string[] | undefined {
  const file = resolved(copied, path);
  const source = file === undefined ? undefined : sourceOf(context, copied, file);
  return source && [...source.strings].filter(text => text.startsWith('/'));
}

/** The nearest folder above a file of the image that has a package.json. */
export function projectFolder(copied: Copied, path: string): string | undefined {
  for (let at = posix.dirname(path); ; at = posix.dirname(at)) {
    if (contextFolder(copied, at, 'package.json') !== undefined) return at;
    if (at === '/') return undefined;
  }
}

/** The package that an import names; undefined for a file, a subpath import or a builtin with its prefix. */
export function packageOf(name: string): string | undefined {
  if (/^(?:[./#]|node:|[a-z]+:\/\/|data:|virtual:)/.test(name) || name === '') return undefined;
  const [first = '', second] = name.split('/');
  return first.startsWith('@') ? second && `${first}/${second}` : first;
}

function readSource(tokens: readonly JsToken[], drawsText: boolean): Source {
  const imports = new Set<string>();
  const strings = new Set<string>();
  let isOpen = false;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'string') strings.add(token.text);
    const [next, second, third] = [tokens[index + 1], tokens[index + 2], tokens[index + 3]];
    if (token.kind !== 'name') continue;
    const isMember = tokens[index - 1]?.text === '.';
    if ((token.text === 'from' || token.text === 'import') && next?.kind === 'string') {
      imports.add(next.text);
    } else if ((token.text === 'require' || token.text === 'import') && next?.text === '(' && !isMember) {
      if (second?.kind === 'string' && (third?.text === ')' || third?.text === ',')) imports.add(second.text);
      else if (!isBesideFile(tokens, index + 2)) isOpen = true;
    } else if (token.text === 'require' && next?.text === '.' && second?.text === 'resolve') {
      const [opening, name] = [tokens[index + 3], tokens[index + 4]];
      if (opening?.text === '(' && name?.kind === 'string') imports.add(name.text);
      else isOpen = true;
    } else if (token.text === 'createRequire' || (token.text === 'require' && !isMember && [',', ')', ';'].includes(next?.text ?? ''))) {
      isOpen = true;
    }
  }
  const names = [...imports].map(name => name.replace(/^node:/, ''));
  const mayStart = names.some(name => STARTERS.has(packageOf(name) ?? ''));
  return { imports: [...imports], isOpen, strings, starts: mayStart ? starts(tokens) : [], drawsText };
}

/** An import of nothing: a broken or a type's `import(`. */
function isBesideFile(tokens: readonly JsToken[], at: number): boolean {
  return tokens[at]?.text === ')';
}

const STARTING: ReadonlySet<string> = new Set(
  'exec execSync execFile execFileSync spawn spawnSync execa execaSync execaCommand execaCommandSync execAsync execPromise run command shell $'.split(
    ' ',
  ),
);

/** The programs of calls that start them. */
function starts(tokens: readonly JsToken[]): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== 'name' || !STARTING.has(text)) continue;
    const next = tokens[index + 1];
    const isTag = text === '$' && (next?.kind === 'template' || next?.kind === 'string');
    if (next?.text !== '(' && !isTag) continue;
    const argument = tokens[index + (isTag ? 1 : 2)];
    if (argument?.kind === 'string' || argument?.kind === 'template') found.push(...programsOf(argument.text));
    else if (argument?.text !== ')' && tokens[index - 1]?.text !== 'function') found.push(undefined);
  }
  return found;
}

function programsOf(text: string): (string | undefined)[] {
  const commands = everyCommand(text);
  return commands ? commands.map(({ words }) => words[0]?.literal) : [undefined];
}
