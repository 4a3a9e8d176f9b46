import type { BuildContext } from '../../src/context/context.ts';
import { type GoToken, nextGoToken } from '../../src/context/go-lexer.ts';
import { remembered } from '../../src/context/remembered.ts';
import { words } from '../../src/phrases.ts';

/** A Go file's tokens without comments, and for each opening bracket where it closes. */
export interface GoFile {
  tokens: GoToken[];
  match: ReadonlyMap<number, number>;
  /** Where functions are declared, by name. */
  functions: ReadonlyMap<string, number>;
}

const CLOSING: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
const MOST_TOKENS = 200_000;

export const goFile: (context: BuildContext, path: string) => GoFile | undefined = remembered((context, path) => {
  const text = context.text(path);
  if (text === undefined) return undefined;
  const tokens: GoToken[] = [];
  const match = new Map<number, number>();
  const open: number[] = [];
  for (let token = nextGoToken(text, 0); token; token = nextGoToken(text, token.end)) {
    if (token.kind === 'comment') continue;
    if (tokens.push(token) > MOST_TOKENS) return undefined;
    if (token.kind !== 'punctuation') continue;
    if (CLOSING[token.text]) open.push(tokens.length - 1);
    else if (')]}'.includes(token.text)) match.set(open.pop() ?? -1, tokens.length - 1);
  }
  const functions = new Map(tokens.flatMap(({ text }, at) => (text === 'func' ? [[tokens[at + 1]?.text ?? '', at] as const] : [])));
  return { tokens, match, functions };
});

/** What makes a router whose paths are whole. */
const ROUTERS = new Set([
  'gin.Default',
  'gin.New',
  'echo.New',
  'fiber.New',
  'chi.NewRouter',
  'chi.NewMux',
  'mux.NewRouter',
  'http.NewServeMux',
  'httprouter.New',
]);
const METHODS = new Set(['HandleFunc', 'GET', 'Get']);
/** Middleware that lets every plain GET through. */
const HARMLESS =
  /^(?:Logger|Recovery|Recover|RequestID|RealIP|Recoverer|CORS|Default|New|Gzip|Heartbeat|LoggerWithConfig|RequestLogger|Compress|CleanPath)$/;

/** The routes that answer a plain GET with success, always; none where something unknown comes between. */
export function goRoutes(files: readonly GoFile[]): string[] {
  const routers = new Set(['http']);
  for (const { tokens } of files) {
    for (const [at, { text }] of tokens.entries()) {
      const call = `${tokens[at]?.text}.${tokens[at + 2]?.text}`;
      const name = tokens[at - 1]?.text === '=' ? tokens[at - (tokens[at - 2]?.text === ':' ? 3 : 2)] : undefined;
      if (tokens[at + 1]?.text === '.' && ROUTERS.has(call) && name?.kind === 'name') routers.add(name.text);
      const isUse = (text === 'Use' || text === 'Pre') && tokens[at - 1]?.text === '.' && tokens[at + 1]?.text === '(';
      if (isUse && !(tokens[at + 3]?.text === '.' && HARMLESS.test(tokens[at + 4]?.text ?? ''))) return [];
      // a handler around all others
      if (
        /^(?:Middleware|StripPrefix|TimeoutHandler|Authorize|BasicAuth|Group|Route|Subrouter|PathPrefix|Mount|Host)$/.test(text) &&
        tokens[at + 1]?.text === '('
      ) {
        if (/Auth|Host/.test(text)) return [];
      }
    }
  }
  if (files.some(file => file.tokens.some((_, at) => isWrapped(file, at, routers)))) return [];
  return files.flatMap(file => file.tokens.flatMap((_, at) => routeAt(files, file, at, routers) ?? []));
}

/** `ListenAndServe(":8080", logged(router))` and `Handler: logged(router)`: what is around all routes isn't looked at. */
function isWrapped({ tokens, match }: GoFile, at: number, routers: ReadonlySet<string>): boolean {
  const isCall = tokens[at]?.text === 'ListenAndServe' && tokens[at + 1]?.text === '(';
  const end = isCall ? match.get(at + 1) : undefined;
  const isField = tokens[at]?.text === 'Handler' && tokens[at + 1]?.text === ':' && tokens[at + 2]?.text !== '=';
  const handler = isField ? tokens[at + 2] : end === undefined ? undefined : tokens[end - 1];
  const before = isField ? ':' : end === undefined ? undefined : tokens[end - 2]?.text;
  if (!handler || end === at + 2) return false;
  const isNamed = handler.text === 'nil' || routers.has(handler.text);
  const isAlone = isField ? [',', '}'].includes(tokens[at + 3]?.text ?? '') : before === ',';
  return !(isNamed && isAlone);
}

function routeAt(files: readonly GoFile[], file: GoFile, at: number, routers: ReadonlySet<string>): string | undefined {
  const { tokens, match } = file;
  const [owner, dot, method, open, path, comma] = tokens.slice(at, at + 6);
  if (owner?.kind !== 'name' || dot?.text !== '.' || !METHODS.has(method?.text ?? '') || open?.text !== '(' || path?.kind !== 'string')
    return undefined;
  const end = match.get(at + 3);
  if (!routers.has(owner.text) || tokens[at - 1]?.text === '.' || comma?.text !== ',' || end === undefined) return undefined;
  // gorilla's Methods("POST"), and whatever else narrows the route
  const isNarrowed =
    tokens[end + 1]?.text === '.' &&
    !(tokens[end + 2]?.text === 'Methods' && tokens.slice(end + 3, end + 8).some(({ text }) => /^(?:GET|MethodGet)$/.test(text)));
  const written = path.text.replace(/^GET /, '').replace(/\{\$\}$/, '');
  if (isNarrowed || /[{}:*\s]/.test(written)) return undefined;
  const body = handlerBody(files, file, at + 6);
  return body && isPlain(body.file, body.from, body.to) ? written : undefined;
}

interface Body {
  file: GoFile;
  from: number;
  to: number;
}

/** A function in place, or one of the program that is named. */
function handlerBody(files: readonly GoFile[], file: GoFile, at: number): Body | undefined {
  const { tokens, match } = file;
  if (tokens[at]?.text === 'func') return bodyOf(file, at + 1);
  const isName = tokens[at]?.kind === 'name' && tokens[at + 1]?.text === ')' && match.size > 0;
  if (!isName) return undefined;
  for (const each of files) {
    const index = each.functions.get(tokens[at]?.text ?? '');
    if (index !== undefined) return bodyOf(each, index + 2);
  }
  return undefined;
}

function bodyOf(file: GoFile, parameters: number): Body | undefined {
  const close = file.match.get(parameters);
  for (let at = (close ?? Number.POSITIVE_INFINITY) + 1; at < (close ?? 0) + 8; at++) {
    const end = file.tokens[at]?.text === '{' ? file.match.get(at) : undefined;
    if (end !== undefined) return { file, from: at + 1, to: end };
  }
  return undefined;
}

/** What a handler may call. */
const CALLS = new Set(
  words(`Fprint Fprintf Fprintln Write WriteHeader WriteString Header Set Add NewEncoder Encode String JSON HTML SendString SendStatus Status Println Printf Print Info
   Hostname Now Format Sprintf Sprint byte string Since`),
);
/** Statuses of success by their names. */
const STATUS = /^Status(?:OK|NoContent|Accepted)$/;

/** A handler of more tokens than this does more than answer. */
const LONGEST_HANDLER = 500;

function isPlain({ tokens, match }: GoFile, from: number, to: number): boolean {
  if (to - from > LONGEST_HANDLER) return false;
  for (let at = from; at < to; at++) {
    const { kind, text } = tokens[at] as GoToken;
    const next = tokens[at + 1];
    if (kind !== 'name') continue;
    // a path or a method that is looked at decides what is answered
    if (/^(?:panic|Method|URL|Fatal|Fatalf|Error|go|defer|switch|for|if)$/.test(text)) return false;
    if (/^Status[A-Z]/.test(text) && !STATUS.test(text)) return false;
    if (next?.text === '(' && match.has(at + 1) && !CALLS.has(text)) return false;
    if (/^(?:WriteHeader|SendStatus|Status|JSON|String)$/.test(text) && next?.text === '(' && tokens[at + 2]?.kind === 'other') {
      // a number as it stands: its digits aren't kept, so only names of statuses are taken
      return false;
    }
  }
  return to > from;
}
