import type { BuildContext } from '../../src/context/context.ts';
import { nodePort } from './node-port.ts';
import { type Expression, expressionAt, type NodeModule, parts, property, resolved, textOf } from './node-source.ts';
import { isReachable } from './options.ts';
import { fixed, type Port } from './server.ts';

/** One place where a Node program listens. */
export interface NodeListening {
  module: NodeModule;
  port: Port | undefined;
  /** The name before `.listen`; undefined where that is no name. */
  owner: string | undefined;
  /** It listens where 127.0.0.1 doesn't reach: a clause. */
  problem: string | undefined;
}

/** Classes and functions that listen on the port of an object among their arguments: ws, Apollo, Hono, Hapi. */
const OBJECTS: Record<string, { argument: number; key?: string; default?: Port }> = {
  WebSocketServer: { argument: 0 },
  'WebSocket.Server': { argument: 0 },
  'ws.Server': { argument: 0 },
  startStandaloneServer: { argument: 1, key: 'listen', default: fixed(4000) },
  'Hapi.server': { argument: 0 },
  'Hapi.Server': { argument: 0 },
};

/** A program that listens more often than this isn't understood anyway. */
const MOST_LISTENING = 50;

/** Where modules listen. */
export function nodeListens(context: BuildContext, modules: readonly NodeModule[]): NodeListening[] {
  const found: NodeListening[] = [];
  for (const module of modules) {
    for (let at = 0; at < module.tokens.length && found.length < MOST_LISTENING; at++) {
      const listening = listeningAt(context, module, at);
      if (listening) found.push(listening);
    }
  }
  return found;
}

function listeningAt(context: BuildContext, module: NodeModule, at: number): NodeListening | undefined {
  const { tokens } = module;
  const open = tokens[at + 1];
  const token = tokens[at];
  if (token?.kind !== 'name' || open?.text !== '(' || open.match === undefined) return undefined;
  const values = parts(module, at + 2, open.match);
  if (token.text === 'listen' && tokens[at - 1]?.text === '.') return listenCall(context, module, at, values);
  const callee = tokens[at - 1]?.text === '.' ? `${tokens[at - 2]?.text}.${token.text}` : token.text;
  const row = Object.hasOwn(OBJECTS, callee) ? OBJECTS[callee] : undefined;
  const value = row && values[row.argument];
  if (!row) return undefined;
  const object = value && resolved(context, value);
  const inner = object && row.key ? property(object, row.key) : object;
  const port = inner && property(inner, 'port');
  if (!port) return row.default ? { module, port: row.default, owner: undefined, problem: undefined } : undefined;
  return { module, port: nodePort(context, port), owner: undefined, problem: hostProblem(context, property(inner, 'host')) };
}

function listenCall(context: BuildContext, module: NodeModule, at: number, values: Expression[]): NodeListening | undefined {
  const { tokens } = module;
  const before = tokens[at - 2];
  const owner = before?.kind === 'name' && tokens[at - 3]?.text !== '.' ? before.text : undefined;
  const [first, second] = values;
  if (!first) return { module, port: undefined, owner, problem: undefined };
  if (isFunction(first)) return undefined;
  const object = resolved(context, first);
  const port = object && property(object, 'port');
  if (port && object) return { module, port: nodePort(context, port), owner, problem: hostProblem(context, property(object, 'host')) };
  const found = nodePort(context, first);
  const [literal] = tokens.slice(first.from, first.to);
  if (!found && literal?.kind === 'string' && first.to === first.from + 1) {
    return { module, port: undefined, owner, problem: `listens on ${literal.text}` };
  }
  const host = second && !isFunction(second) && textOf(second) !== 'null' ? second : undefined;
  return { module, port: found, owner, problem: hostProblem(context, host) };
}

/** An arrow function or one that begins with its keyword. */
export function isFunction({ module: { tokens }, from, to }: Expression): boolean {
  const first = tokens[from];
  if (first?.text === 'async' || first?.text === 'function') return true;
  const after = first?.text === '(' && first.match !== undefined ? first.match + 1 : from + 1;
  for (let at = after; at < Math.min(to, after + 12); at++) if (tokens[at]?.text === '=>') return true;
  return false;
}

function hostProblem(context: BuildContext, host: Expression | undefined): string | undefined {
  if (!host) return undefined;
  const text = hostText(context, host, 0);
  if (text === undefined || text === 'HOSTNAME') return text === undefined ? undefined : 'listens on the address of HOSTNAME alone';
  return isReachable(text, ['::']) ? undefined : `listens on ${text}`;
}

/** The address that an expression gives by default. */
function hostText(context: BuildContext, host: Expression, depth: number): string | undefined {
  const { module, from, to } = host;
  const [first] = module.tokens.slice(from, to);
  if (first?.kind === 'string' && to === from + 1) return first.text;
  const text = textOf(host);
  if (text.startsWith('process.env.HOSTNAME') || text.endsWith('hostname()')) return 'HOSTNAME';
  for (let at = from; at < to; at++) {
    if (['||', '??'].includes(module.tokens[at]?.text ?? '')) return hostText(context, expressionAt(module, at + 1), depth + 1);
  }
  const value = depth > 4 ? undefined : resolved(context, host);
  return value && (value.module !== module || value.from !== from) ? hostText(context, value, depth + 1) : undefined;
}
