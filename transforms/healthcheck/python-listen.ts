import type { BuildContext } from '../../src/context/context.ts';
import type { PythonLine, PythonToken } from '../../src/context/python-lexer.ts';
import { isReachable } from './options.ts';
import { callsOf, commas, importedModule, type PythonCall, type PythonModule, pythonPort, pythonString } from './python-source.ts';
import { fixed, type Port } from './server.ts';

/** One place where a Python program listens. */
export interface Listening {
  /** undefined where it can't be told. */
  port: Port | undefined;
  /** What answers: a web framework's application by its name, in that module; undefined for anything else. */
  app: { module: PythonModule; name: string } | undefined;
  /** It listens where 127.0.0.1 doesn't reach, or not on TCP: a clause. */
  problem: string | undefined;
  tls: boolean;
}

/** How a call of a server names its port. */
interface Row {
  /** Where the port stands among the positional arguments, and the host. */
  port?: number;
  host?: number;
  /** A tuple of both. */
  address?: number;
  keyword?: string;
  default?: Port;
  /** A package that the file has to import for the name to mean this. */
  needs?: string;
  /** Position of the application. */
  app?: number;
  /** TCP that speaks no HTTP, or a server whose answers are not looked at. */
}

// Their signatures: Flask, Werkzeug, Waitress, uvicorn, aiohttp, http.server, wsgiref, gevent, Tornado, grpcio, prometheus_client, Bottle, Gradio, asyncio, websockets.
const CALLS: Record<string, Row> = {
  'uvicorn.run': { keyword: 'port', default: fixed(8000), app: 0 },
  'waitress.serve': { keyword: 'port', default: fixed(8080), app: 0, needs: 'waitress' },
  serve: { keyword: 'port', default: fixed(8080), app: 0, needs: 'waitress' },
  'web.run_app': { keyword: 'port', default: fixed(8080) },
  run_app: { keyword: 'port', default: fixed(8080), needs: 'aiohttp' },
  run_simple: { host: 0, port: 1, keyword: 'port', app: 2 },
  'serving.run_simple': { host: 0, port: 1, keyword: 'port', app: 2 },
  make_server: { host: 0, port: 1, keyword: 'port' },
  'simple_server.make_server': { host: 0, port: 1, keyword: 'port' },
  start_server: { host: 1, port: 2, keyword: 'port', needs: 'asyncio' },
  'asyncio.start_server': { host: 1, port: 2, keyword: 'port' },
  'websockets.serve': { host: 1, port: 2, keyword: 'port' },
  start_http_server: { port: 0, keyword: 'port', default: fixed(8000), needs: 'prometheus_client' },
  'bottle.run': { keyword: 'port', default: fixed(8080) },
  run: { keyword: 'port', default: fixed(8080), needs: 'bottle' },
};

/** Classes whose instances listen, by the address that they are made with; the last part of the name. */
const SERVERS: Record<string, Row> = {
  HTTPServer: { address: 0 },
  ThreadingHTTPServer: { address: 0 },
  TCPServer: { address: 0 },
  ThreadingTCPServer: { address: 0 },
  WSGIServer: { address: 0, app: 1 },
};

/** Methods of web applications that listen, by what made the application. */
const APPLICATIONS: Record<string, Row> = {
  Flask: { host: 0, port: 1, keyword: 'port', default: fixed(5000) },
  APIFlask: { host: 0, port: 1, keyword: 'port', default: fixed(5000) },
  OpenAPI: { host: 0, port: 1, keyword: 'port', default: fixed(5000) },
  Quart: { host: 0, port: 1, keyword: 'port', default: fixed(5000) },
  SocketIO: { host: 1, port: 2, keyword: 'port', default: fixed(5000), app: 0 },
  Sanic: { host: 0, port: 1, keyword: 'port', default: fixed(8000) },
  Bottle: { keyword: 'port', default: fixed(8080) },
  Dash: { keyword: 'port', default: { variables: ['PORT'], number: 8050 } },
};
const RUN = new Set(['run', 'run_server']);

const TLS = ['ssl_context', 'ssl', 'ssl_keyfile', 'ssl_certfile', 'certfile', 'keyfile'];
const MOST_MODULES = 40;
/** A program that listens more often than this isn't understood anyway. */
const MOST_LISTENING = 50;

/** Where the program of a file listens, in the file itself or in modules of the context that it imports. */
export function pythonListens(context: BuildContext, main: PythonModule): Listening[] {
  const found: Listening[] = [];
  for (const module of reachable(context, main)) {
    const lines = module === main ? module.lines : withoutMain(module.lines);
    for (const line of lines) {
      if (found.length > MOST_LISTENING) return found;
      for (const call of callsOf(line)) {
        const each = listening(context, module, call);
        if (each) found.push(each);
      }
    }
  }
  return found;
}

/** A module and those of the context that it imports, directly or not. */
export function reachable(context: BuildContext, main: PythonModule): PythonModule[] {
  const found = new Map([[main.path, main]]);
  for (const module of found.values()) {
    for (const { module: dotted, name } of module.imports.values()) {
      const inner =
        name === undefined ? undefined : importedModule(context, module, dotted.endsWith('.') ? dotted + name : `${dotted}.${name}`);
      for (const each of [importedModule(context, module, dotted), inner]) {
        if (each && found.size < MOST_MODULES && !found.has(each.path)) found.set(each.path, each);
      }
    }
  }
  return [...found.values()];
}

/** The lines that an import runs: not those below `if __name__ == "__main__"`. */
function withoutMain(lines: PythonLine[]): PythonLine[] {
  let below: number | undefined;
  return lines.filter(({ indent, tokens }) => {
    if (below !== undefined && indent > below) return false;
    below = tokens[0]?.text === 'if' && tokens.some(({ text }) => text === '__name__') ? indent : undefined;
    return below === undefined;
  });
}

function listening(context: BuildContext, module: PythonModule, call: PythonCall): Listening | undefined {
  const { callee } = call;
  const last = callee.slice(callee.lastIndexOf('.') + 1);
  const owner = callee.slice(0, Math.max(0, callee.lastIndexOf('.')));
  if (last === 'add_insecure_port' || last === 'add_secure_port') return grpc(module, call);
  if (last === 'bind' && owner !== '') return socket(module, call);
  if (last === 'listen' && imports(module, 'tornado')) return found(module, call, { port: 0, keyword: 'port' });
  if (last === 'launch' && imports(module, 'gradio')) {
    return found(module, call, { keyword: 'server_port', default: { variables: ['GRADIO_SERVER_PORT'], number: 7860 } });
  }
  const own = Object.hasOwn(CALLS, callee) ? CALLS[callee] : undefined;
  if (own && (own.needs === undefined || imports(module, own.needs))) return found(module, call, own);
  if (Object.hasOwn(SERVERS, last)) return found(module, call, SERVERS[last] as Row);
  if (!RUN.has(last) || owner === '') return undefined;
  const made = constructorOf(context, module, owner);
  const row = made && Object.hasOwn(APPLICATIONS, made.name) ? APPLICATIONS[made.name] : undefined;
  return row && { ...found(module, call, row), app: { module: made?.module ?? module, name: made?.variable ?? owner } };
}

/** What made the value of a name: the last part of the called name; imports and factories are followed. */
export function constructorOf(
  context: BuildContext,
  module: PythonModule,
  variable: string,
  depth = 0,
): { module: PythonModule; variable: string; name: string; call: PythonCall } | undefined {
  const imported = module.imports.get(variable);
  if (imported?.name !== undefined && depth < 4) {
    const next = importedModule(context, module, imported.module);
    return next && constructorOf(context, next, imported.name, depth + 1);
  }
  const line = module.bindings.get(variable);
  if (!line) return undefined;
  const { tokens } = line;
  const equals = tokens[1]?.text === ':' ? tokens.findIndex(({ text }) => text === '=') : 1;
  if (tokens[equals]?.text !== '=') return undefined;
  if (tokens.length === equals + 2 && tokens[equals + 1]?.kind === 'name' && depth < 4) {
    return constructorOf(context, module, tokens[equals + 1]?.text as string, depth + 1);
  }
  const call = callsOf(line).find(each => each.line.tokens[each.at]?.match === tokens.length - 1);
  if (!call) return undefined;
  const name = call.callee.slice(call.callee.lastIndexOf('.') + 1);
  return /^[A-Z]/.test(name) ? { module, variable, name, call } : factoryOf(context, module, call, depth);
}

/** What a factory (`create_app()`) makes: the application that it binds. */
function factoryOf(context: BuildContext, module: PythonModule, call: PythonCall, depth: number): ReturnType<typeof constructorOf> {
  const imported = module.imports.get(call.callee);
  const home = imported?.name === undefined ? module : importedModule(context, module, imported.module);
  return home && depth < 4 ? factoryApp(context, home, imported?.name ?? call.callee, depth + 1) : undefined;
}

/** The application that a factory of a module returns. */
export function factoryApp(context: BuildContext, home: PythonModule, name: string, depth = 0): ReturnType<typeof constructorOf> {
  const at = home.lines.findIndex(({ tokens }) => tokens[0]?.text === 'def' && tokens[1]?.text === name);
  const head = home.lines[at];
  if (!head) return undefined;
  for (const { indent, tokens } of home.lines.slice(at + 1)) {
    if (indent <= head.indent) break;
    const value = tokens[0]?.text === 'return' && tokens.length === 2 && indent === home.lines[at + 1]?.indent ? tokens[1] : undefined;
    if (value?.kind === 'name') return constructorOf(context, home, value.text, depth);
  }
  return undefined;
}

export function imports(module: PythonModule, name: string): boolean {
  return [...module.imports.values()].some(({ module: imported }) => imported === name || imported.startsWith(`${name}.`));
}

function found(module: PythonModule, call: PythonCall, row: Row): Listening {
  const { positional, keyword } = call;
  const pair = row.address === undefined ? undefined : addressOf(module, positional[row.address] ?? keyword.get('server_address'));
  const written = keyword.get(row.keyword ?? '') ?? (row.port === undefined ? undefined : positional[row.port]);
  const hostTokens = keyword.get('host') ?? keyword.get('server_name') ?? (row.host === undefined ? undefined : positional[row.host]);
  const host = pair ? pair.host : hostTokens && pythonString(module, hostTokens);
  const port = row.address === undefined ? (written ? pythonPort(module, written) : isSpread(call) ? undefined : row.default) : pair?.port;
  const app = row.app === undefined ? undefined : appOf(module, positional[row.app] ?? keyword.get('app'));
  const isElsewhere = host !== undefined && !isReachable(host, ['localhost']);
  return {
    port,
    app,
    problem:
      keyword.has('uds') || keyword.has('unix_socket')
        ? 'listens on a socket of the file system'
        : isElsewhere
          ? `listens on ${host}`
          : undefined,
    tls: TLS.some(name => keyword.has(name)),
  };
}

/** Arguments that are put together elsewhere: `run(**options)`. */
function isSpread({ positional }: PythonCall): boolean {
  return positional.some(([first]) => first?.text === '**' || first?.text === '*');
}

function appOf(module: PythonModule, tokens: readonly PythonToken[] | undefined): Listening['app'] {
  const [first, ...rest] = tokens ?? [];
  return first?.kind === 'name' && rest.length === 0 ? { module, name: first.text } : undefined;
}

/** `(host, port)`, also by a name that is bound to one. */
function addressOf(
  module: PythonModule,
  tokens: readonly PythonToken[] | undefined,
): { host: string | undefined; port: Port | undefined } | undefined {
  const bound = tokens?.length === 1 && tokens[0]?.kind === 'name' ? module.values.get(tokens[0].text) : tokens;
  if (bound?.[0]?.text !== '(' || bound[0].kind !== 'punctuation') return bound && { host: undefined, port: pythonPort(module, bound) };
  const [host, port] = commas(bound.slice(1, -1));
  return { host: pythonString(module, host), port: pythonPort(module, port) };
}

/** `add_insecure_port("[::]:50051")`: grpc's own sockets hear 127.0.0.1 on `::`. */
function grpc(module: PythonModule, { positional }: PythonCall): Listening {
  const text = pythonString(module, positional[0]);
  const [, host = '', digits] = /^\[?([^\]]*?)\]?:(\d+)$/.exec(text ?? '') ?? [];
  const port = digits === undefined ? undefined : fixed(Number(digits));
  return { port, app: undefined, problem: isReachable(host, ['::']) ? undefined : `listens on ${host}`, tls: true };
}

function socket(module: PythonModule, { positional }: PythonCall): Listening | undefined {
  if (positional[0]?.[0]?.text !== '(') return undefined;
  const isDatagram = module.lines.some(({ tokens }) => tokens.some(({ text }) => text === 'SOCK_DGRAM'));
  if (isDatagram) return { port: undefined, app: undefined, problem: 'listens for datagrams', tls: false };
  const pair = addressOf(module, positional[0]);
  const isElsewhere = pair?.host !== undefined && !isReachable(pair.host, ['localhost']);
  return { port: pair?.port, app: undefined, problem: isElsewhere ? `listens on ${pair?.host}` : undefined, tls: false };
}
