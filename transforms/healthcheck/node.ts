import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { parentPath } from '../../src/context/filepath.ts';
import { nodeProject } from '../../src/context/node.ts';
import { nestRoute } from './nest.ts';
import { nextRoute } from './next.ts';
import { type NodeListening, nodeListens } from './node-listen.ts';
import { nodeRoute } from './node-routes.ts';
import { type NodeModule, nodeModule, reachableModules } from './node-source.ts';
import { argumentPort, hasOption, isReachable, optionValue } from './options.ts';
import {
  type Argument,
  type Command,
  type Found,
  fixed,
  type Port,
  portNumber,
  type Server,
  type Subject,
  server,
  unsure,
} from './server.ts';
import { programName, sentPath } from './wrappers.ts';

/** Servers of Node's that are told on their command line where to listen. */
interface Tool {
  port: string[];
  host?: string[];
  /** undefined where versions differ. */
  default?: Port;
  verbs?: string[];
  /** Without a host it listens on localhost alone, which may be ::1. */
  isLocal?: boolean;
  tls?: string[];
  /** Options that name a file of settings. */
  settings?: string[];
  /** Files of settings that may say another port. */
  files?: string[];
}

const VITE_FILES = ['vite.config.js', 'vite.config.ts', 'vite.config.mjs', 'vite.config.mts'];
// https://nextjs.org/docs/app/api-reference/cli/next, https://vite.dev/config/server-options, https://github.com/vercel/serve, https://github.com/http-party/http-server,
// https://create-react-app.dev/docs/advanced-configuration, https://angular.dev/cli/serve
const TOOLS: Record<string, Tool> = {
  next: {
    port: ['-p', '--port'],
    host: ['-H', '--hostname'],
    default: { variables: ['PORT'], number: 3000 },
    verbs: ['start', 'dev'],
    tls: ['--experimental-https'],
  },
  vite: {
    port: ['--port'],
    host: ['--host'],
    default: fixed(5173),
    isLocal: true,
    settings: ['-c', '--config'],
    files: VITE_FILES,
    tls: ['--https'],
  },
  'react-scripts': {
    port: [],
    default: { variables: ['PORT'], number: 3000 },
    verbs: ['start'],
    files: ['.env', '.env.development', '.env.local'],
  },
  serve: { port: ['-l', '--listen', '-p', '--port'], tls: ['--ssl-cert'] },
  'http-server': { port: ['-p', '--port'], host: ['-a'], default: { variables: ['PORT'], number: 8080 }, tls: ['-S', '--ssl', '--tls'] },
  ng: { port: ['--port'], host: ['--host'], default: fixed(4200), verbs: ['serve', 's'], isLocal: true, tls: ['--ssl'], files: [] },
};

const RUNNERS = new Set([
  'node',
  'nodejs',
  'nodemon',
  'ts-node',
  'ts-node-dev',
  'tsx',
  'pm2-runtime',
  'babel-node',
  'esno',
  'forever',
  'swc-node',
  'bun',
]);
/** Options of those that take a value. */
const VALUED = new Set(
  '-r --require --loader --import --experimental-loader --env-file -P --project -w --watch -e --ext -i --ignore --exec -x --name -C --conditions'.split(
    ' ',
  ),
);
const OTHERS = new Set('jest mocha vitest cypress playwright eslint prettier tsc ava tap'.split(' '));

/** What a command of Node's listens on; undefined for one of another kind. */
export function nodeServer(command: Command, subject: Subject): Found | undefined {
  const name = programName(command) ?? '';
  if (OTHERS.has(name)) return { kind: 'none', reason: `starts ${name}, which is no server` };
  if (name === 'nest') return nest(command, subject);
  if (Object.hasOwn(TOOLS, name)) return tool(name, TOOLS[name] as Tool, command, subject);
  if (RUNNERS.has(name)) return interpreted(command, subject);
  return undefined;
}

function tool(name: string, { port, host, verbs, ...row }: Tool, command: Command, subject: Subject): Found {
  const words = command.words.slice(1);
  if (verbs && !words.some(({ literal }) => verbs.includes(literal ?? '')))
    return { kind: 'none', reason: `starts ${name} without ${verbs[0]}` };
  if (hasOption(words, row.tls ?? [])) return unsure('tls', 'asks for TLS');
  if (hasOption(words, row.settings ?? [])) return server(undefined);
  const address = host && optionValue(words, host);
  const isAll = host !== undefined && hasOption(words, host) && (address === undefined || address.text.startsWith('-'));
  const isOpen = isAll || address?.literal === 'true' || (address && isReachable(address.literal ?? '?', ['::']));
  if (address && !isOpen) return unsure('address', `listens on ${address.text}`);
  if (row.isLocal && !isOpen) return unsure('address', `starts ${name}, which listens on localhost unless it is told otherwise`);
  const written = optionValue(words, port);
  const isFirst = !written && name === 'vite' && row.files?.some(file => sentPath(command, file, subject));
  if (isFirst && mentionsPort(row.files ?? [], command, subject)) return server(undefined);
  if (name === 'react-scripts' && mentionsPort(row.files ?? [], command, subject)) return server(undefined);
  if (!written && !row.default) return server(undefined);
  const read = written ? (argumentPort(written, command) ?? lastPort(written)) : row.default && settled(row.default, command);
  if (!read) return unsure('port', `listens on ${written?.text}`);
  return server(read, name === 'next' && words[0]?.literal === 'start' ? nextRoute(subject, command.workdir) : undefined);
}

/** `serve -l tcp://0.0.0.0:3000` */
function lastPort({ literal }: Argument): Port | undefined {
  const number = portNumber(/^tcp:\/\/0\.0\.0\.0:(\d+)$/.exec(literal ?? '')?.[1]);
  return number === undefined ? undefined : fixed(number);
}

function mentionsPort(files: string[], command: Command, subject: Subject): boolean {
  return files.some(file => {
    const path = sentPath(command, file, subject);
    return path !== undefined && /port|https/i.test(subject.context?.text(path) ?? '');
  });
}

/** A default whose variables the command line doesn't set itself. */
function settled(port: Port, { environment }: Command): Port | undefined {
  const set = port.variables.find(name => environment.has(name));
  if (set === undefined) return port;
  const number = portNumber(environment.get(set));
  return number === undefined ? undefined : fixed(number);
}

function nest(command: Command, subject: Subject): Found {
  if (command.words[1]?.literal !== 'start') return { kind: 'none', reason: 'starts nest without start' };
  const found = sentPath(command, 'src/main.ts', subject);
  return found === undefined ? { kind: 'unknown' } : listens(command, subject, found);
}

/** `node FILE` and what runs TypeScript. */
function interpreted(command: Command, subject: Subject): Found {
  const words = command.words.slice(1);
  for (let at = 0; at < words.length; at++) {
    const { literal } = words[at] as Argument;
    if (literal === undefined) return { kind: 'unknown' };
    if (/^(?:-e|-p|--eval|--print|--check)$/.test(literal)) return { kind: 'unknown' };
    if (literal === '--exec' || literal === '-x') return { kind: 'unknown' };
    if (VALUED.has(literal)) at++;
    else if (!literal.startsWith('-') && !(programName(command) === 'bun' && literal === 'run') && literal !== 'watch')
      return entry(command, literal, subject);
  }
  return { kind: 'none', reason: "starts Node's prompt" };
}

const ENDINGS = ['', '.js', '.mjs', '.cjs', '.ts', '/index.js', '/index.ts'];

function entry(command: Command, written: string, subject: Subject): Found {
  if (/\.(?:json|config\.c?js|ya?ml)$/.test(written)) return { kind: 'unknown' };
  const folderMain = mainOf(command, written, subject);
  const candidates = folderMain === undefined ? ENDINGS.map(ending => written + ending) : [folderMain];
  const { context, files, stage } = subject;
  for (const candidate of candidates) {
    const found = sentPath(command, candidate, subject);
    if (found !== undefined && context?.kind(found) === 'file') return listens(command, subject, found);
  }
  if (command.workdir === undefined) return { kind: 'unknown' };
  const origin = files.origin(stage, posix.resolve(command.workdir, folderMain ?? written));
  if (!context || 'context' in origin) return { kind: 'unknown' };
  return built(command, subject, origin.stage, origin.path);
}

/** `node .` starts package.json's main. */
function mainOf(command: Command, written: string, subject: Subject): string | undefined {
  const path = sentPath(command, posix.join(written, 'package.json'), subject);
  const project = path === undefined || !subject.context ? undefined : nodeProject(subject.context, parentPath(path));
  return project && !('problem' in project) ? posix.join(written, project.main ?? 'index.js') : undefined;
}

/** The source of a file that a build step made, by the usual folders: dist/main.js is made from src/main.ts. */
function built(command: Command, subject: Subject, stage: Subject['stage'], path: string): Found {
  const { context, files } = subject;
  if (posix.basename(path) === 'server.js' && files.origin(stage, path) && /\.next\/standalone/.test(path))
    return standalone(subject, stage, path);
  const parts = path.replace(/\.[mc]?js$/, '').split('/');
  const at = parts.findIndex(part => ['dist', 'build', 'lib', 'out', 'dist-server'].includes(part));
  if (at < 0) return { kind: 'unknown' };
  const root = parts.slice(0, at).join('/') || '/';
  const inside = parts.slice(at + 1).join('/');
  const names = [`src/${inside}`, inside, inside.replace(/^(?:apps\/)?[\w-]+\//, 'src/')];
  const found = names
    .flatMap(name => ['.ts', '.js', '/index.ts'].map(ending => files.origin(stage, posix.join(root, name + ending))))
    .find(origin => 'context' in origin && context?.kind(origin.context) === 'file');
  return found && 'context' in found ? listens(command, subject, found.context) : { kind: 'unknown' };
}

/** Next's own server.js: on HOSTNAME, which Docker sets to the container's name, and PORT. */
function standalone(subject: Subject, stage: Subject['stage'], path: string): Found {
  const root = path.slice(0, path.indexOf('/.next/'));
  const origin = subject.files.origin(stage, posix.join(root || '/', 'package.json'));
  const set = subject.scope.variable('HOSTNAME')?.text;
  const isSet = typeof set === 'string';
  if (isSet && !isReachable(set, ['::'])) return unsure('address', `listens on ${set}`);
  const route = 'context' in origin ? nextRoute({ ...subject, stage }, root) : undefined;
  const port = { variables: ['PORT'], number: 3000 };
  const found: Server = { port, route, ...(isSet ? {} : { host: 'HOSTNAME' }) };
  return { kind: 'server', server: found };
}

/** What the program of a file listens on, by its source. */
function listens(command: Command, subject: Subject, path: string): Found {
  const context = subject.context as BuildContext;
  const main = nodeModule(context, path);
  if (!main) return { kind: 'unknown' };
  const modules = reachableModules(context, main);
  const all = nodeListens(context, modules);
  if (all.length === 0) return { kind: 'none', reason: `starts ${path}, in which nothing is seen to listen on a port` };
  const problem = all.find(each => each.problem !== undefined)?.problem;
  if (problem !== undefined) return unsure('address', problem);
  const isTls = modules.some(isSecure);
  const ports = new Map(all.map(each => [JSON.stringify(each.port), each]));
  const servers = [...ports.values()].map(each => {
    const port = each.port && settled(each.port, command);
    return { each, port: port && dotenvPort(context, modules, main, port) };
  });
  if (servers.some(({ port, each }) => each.port && !port)) return unsure('dotenv', 'may read its port from a file');
  const [only] = servers;
  if (!only || servers.length > 1) return { kind: 'several', servers: servers.map(({ port }) => ({ port, route: undefined })) };
  return server(only.port, isTls || !only.port ? undefined : routeOf(context, modules, main, only.each));
}

function routeOf(context: BuildContext, modules: NodeModule[], main: NodeModule, { module, owner }: NodeListening): string | undefined {
  if (owner === undefined) return undefined;
  return nestRoute(context, main, modules) ?? nodeRoute(context, modules, module, owner);
}

function isSecure({ tokens }: NodeModule): boolean {
  return tokens.some(
    ({ text }, at) => text === 'createSecureServer' || (/^(?:https|spdy)$/.test(text) && tokens[at + 2]?.text === 'createServer'),
  );
}

/** With dotenv, a file of the context may give the variable's value; undefined where it does so in a way that isn't plain. */
function dotenvPort(context: BuildContext, modules: NodeModule[], main: NodeModule, port: Port): Port | undefined {
  const reads = modules.some(({ tokens }) =>
    tokens.some(({ text }) => /^(?:dotenv(?:\/config|-flow|-safe)?|dotenv-expand|@nestjs\/config|env-cmd)$/.test(text)),
  );
  if (!reads || port.variables.length === 0) return port;
  const folders = new Set([parentPath(main.path), parentPath(parentPath(main.path)), '']);
  const files = [...folders].flatMap(folder =>
    context.list(folder).flatMap(name => (/^\.env/.test(name) ? [posix.join(folder, name)] : [])),
  );
  const isNamed = files.some(file =>
    port.variables.some(name => new RegExp(`^\\s*(?:export\\s+)?${name}\\s*=`, 'm').test(context.text(file) ?? '')),
  );
  const isPlain = files.every(file => /(?:^|\/)\.env(?:\.(?:example|sample|template|dist))?$/.test(file));
  if (!isNamed) return port;
  const plain = files.filter(file => posix.basename(file) === '.env');
  const [text] = plain.map(file => context.text(file) ?? '');
  if (!isPlain || plain.length > 1 || port.variables.length > 1) return undefined;
  const value = new RegExp(`^\\s*(?:export\\s+)?${port.variables[0]}\\s*=\\s*["']?(\\d+)["']?\\s*$`, 'm').exec(text ?? '')?.[1];
  if (value === undefined) return text === undefined || !new RegExp(`^\\s*${port.variables[0]}\\s*=`, 'm').test(text) ? port : undefined;
  return { variables: port.variables, number: Number(value) };
}
