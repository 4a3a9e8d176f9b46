import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { parentPath } from '../../src/context/filepath.ts';
import { type Configured, gunicornSettings } from './gunicorn.ts';
import { address, argumentPort, hasOption, isReachable, optionValue } from './options.ts';
import { type Listening, pythonListens } from './python-listen.ts';
import { loadedRoute } from './python-loaded.ts';
import { pythonRoute } from './python-routes.ts';
import { type PythonModule, pythonModule } from './python-source.ts';
import { type Argument, type Command, type Found, fixed, type Port, portNumber, type Subject, server, unsure } from './server.ts';
import { programName, sentPath } from './wrappers.ts';

/** How a server's command line says where it listens. */
interface Listener {
  bind?: string[];
  port?: string[];
  host?: string[];
  default: Port;
  /** Asks for TLS. */
  tls?: string[];
  /** Listens on something else than TCP, or by what is said elsewhere. */
  elsewhere?: string[];
  /** The subcommands that serve; any other doesn't. */
  verbs?: string[];
  /** It loads an application by `module:name`. */
  loads?: boolean;
}

// https://docs.gunicorn.org/en/stable/settings.html, https://www.uvicorn.org/settings/, https://hypercorn.readthedocs.io, https://github.com/django/daphne,
// https://docs.pylonsproject.org/projects/waitress, https://flask.palletsprojects.com/en/stable/cli/, fastapi-cli, https://docs.streamlit.io
const LISTENERS: Record<string, Listener> = {
  gunicorn: {
    bind: ['-b', '--bind'],
    default: { variables: ['PORT'], number: 8000 },
    tls: ['--certfile', '--keyfile'],
    loads: true,
  },
  uvicorn: {
    port: ['--port'],
    host: ['--host'],
    default: { variables: ['UVICORN_PORT'], number: 8000 },
    tls: ['--ssl-keyfile', '--ssl-certfile'],
    elsewhere: ['--uds', '--fd'],
    loads: true,
  },
  hypercorn: {
    bind: ['-b', '--bind'],
    default: fixed(8000),
    tls: ['--certfile', '--keyfile'],
    elsewhere: ['-c', '--config', '--quic-bind', '--insecure-bind'],
    loads: true,
  },
  daphne: {
    port: ['-p', '--port'],
    host: ['-b', '--bind'],
    default: fixed(8000),
    elsewhere: ['-u', '--unix-socket', '-e', '--endpoint', '--fd'],
    loads: true,
  },
  'waitress-serve': {
    bind: ['--listen'],
    port: ['--port'],
    host: ['--host'],
    default: fixed(8080),
    elsewhere: ['--unix-socket'],
    loads: true,
  },
  flask: {
    port: ['-p', '--port'],
    host: ['-h', '--host'],
    default: { variables: ['FLASK_RUN_PORT'], number: 5000 },
    tls: ['--cert'],
    verbs: ['run'],
  },
  fastapi: { port: ['--port'], host: ['--host'], default: { variables: ['PORT'], number: 8000 }, verbs: ['run', 'dev'] },
  streamlit: {
    port: ['--server.port'],
    host: ['--server.address'],
    default: { variables: ['STREAMLIT_SERVER_PORT'], number: 8501 },
    tls: ['--server.sslCertFile'],
    verbs: ['run'],
  },
};

/** Programs of Python's that listen on nothing that a check could ask. */
const OTHERS = new Set(
  'celery rq rqworker dramatiq huey_consumer huey_consumer.py pytest tox nox mypy flake8 pylint black ruff scrapy alembic pip'.split(' '),
);
const PYTHON = /^python[\d.]*$/;

/** What a command of Python's listens on; undefined for one of another kind. */
export function pythonServer(command: Command, subject: Subject): Found | undefined {
  const name = programName(command) ?? '';
  if (OTHERS.has(name)) return { kind: 'none', reason: `starts ${name}, which is no server` };
  if (Object.hasOwn(LISTENERS, name)) return byCommandLine(name, LISTENERS[name] as Listener, command, subject);
  if (PYTHON.test(name)) return interpreted(command, subject);
  if (name.endsWith('.py')) return file(command, command.words[0] as Argument, command.words.slice(1), subject);
  return undefined;
}

function byCommandLine(name: string, listener: Listener, command: Command, subject: Subject): Found {
  const words = command.words.slice(1);
  if (listener.verbs && !words.some(({ literal }) => listener.verbs?.includes(literal ?? ''))) {
    return { kind: 'none', reason: `starts ${name} without ${listener.verbs[0]}` };
  }
  if (hasOption(words, listener.elsewhere ?? [])) return unsure('address', `${name} listens where its settings say`);
  const configured = name === 'gunicorn' ? gunicornSettings(command, subject) : undefined;
  const bound = boundTo(listener, words, command, configured);
  if ('kind' in bound) return bound;
  const isTls = hasOption(words, listener.tls ?? []) || configured?.tls === true;
  if (name === 'streamlit' && sentPath(command, '.streamlit/config.toml', subject)) return server(undefined);
  if (name === 'flask' && hasDotenv(command, subject)) return unsure('dotenv', 'may read FLASK_RUN_PORT from a file');
  return server(bound.port, isTls || !bound.port ? undefined : loadedRoute(name, listener, command, subject));
}

function boundTo(
  listener: Listener,
  words: Argument[],
  command: Command,
  configured: Configured | undefined,
): { port: Port | undefined } | Found {
  const bind = (listener.bind && optionValue(words, listener.bind)) ?? configured?.bind;
  const host = listener.host && optionValue(words, listener.host);
  if (host && !isReachable(host.literal ?? '?', ['localhost'])) return unsure('address', `listens on ${host.text}`);
  if (bind) {
    if (/^"?(?:unix|fd):/.test(bind.text)) return unsure('address', `listens on ${bind.text}`);
    const read = address(bind);
    const isV6 = read?.host === '::' && programName(command) === 'gunicorn';
    if (!read || !(isReachable(read.host, ['localhost']) || isV6)) return unsure('address', `listens on ${bind.text}`);
    const port = argumentPort(read.port, command);
    return port ? { port } : unsure('port', `listens on ${bind.text}`);
  }
  if (configured?.isOpen) return { port: undefined };
  const port = listener.port && optionValue(words, listener.port);
  const read = port ? argumentPort(port, command) : listener.default;
  return read ? { port: withEnvironment(read, command) } : unsure('port', `listens on port ${port?.text}`);
}

/** Variables that the command line itself sets are no question any more. */
function withEnvironment(port: Port, { environment }: Command): Port | undefined {
  const set = port.variables.find(name => environment.has(name));
  if (set === undefined) return port;
  const number = portNumber(environment.get(set));
  return number === undefined ? undefined : fixed(number);
}

/** Flask's own command reads .env and .flaskenv. */
function hasDotenv(command: Command, subject: Subject): boolean {
  return ['.env', '.flaskenv'].some(name => {
    const path = sentPath(command, name, subject);
    return path !== undefined && /FLASK_RUN_(?:PORT|HOST|CERT)/.test(subject.context?.text(path) ?? '');
  });
}

/** `python -m MODULE` and `python FILE`. */
function interpreted(command: Command, subject: Subject): Found {
  const words = command.words.slice(1);
  for (const [at, { literal }] of words.entries()) {
    if (literal === undefined) return { kind: 'unknown' };
    if (literal === '-m') return runModule(command, words.slice(at + 1), subject);
    if (literal === '-c') return { kind: 'unknown' };
    if (!literal.startsWith('-')) return file(command, words[at] as Argument, words.slice(at + 1), subject);
    if (literal === '-W' || literal === '-X') return { kind: 'unknown' };
  }
  return { kind: 'none', reason: "starts Python's prompt" };
}

function runModule(command: Command, [module, ...rest]: Argument[], subject: Subject): Found {
  const name = module?.literal;
  if (name === undefined) return { kind: 'unknown' };
  if (OTHERS.has(name)) return { kind: 'none', reason: `runs ${name}, which is no server` };
  if (name === 'http.server') {
    const port = rest.find(({ literal }) => literal === undefined || /^\d+$/.test(literal));
    const read = port ? argumentPort(port, command) : fixed(8000);
    return hasOption(rest, ['--bind', '-b', '--tls-cert']) ? server(read) : server(read, read && '/');
  }
  const path = name.split('.').join('/');
  const found = [`${path}.py`, `${path}/__main__.py`].map(each => sentPath(command, each, subject)).find(each => each !== undefined);
  return found === undefined ? { kind: 'unknown' } : listens(subject, found, pathAbove(found, path));
}

function pathAbove(found: string, module: string): string {
  const depth = module.split('/').length + (found.endsWith('/__main__.py') ? 1 : 0);
  return Array.from({ length: depth }).reduce<string>(path => parentPath(path), found);
}

/** The subcommands of manage.py that serve. */
const RUNSERVER = new Set(['runserver', 'runserver_plus']);

function file(command: Command, { literal }: Argument, rest: Argument[], subject: Subject): Found {
  if (literal === undefined) return { kind: 'unknown' };
  if (posix.basename(literal) === 'manage.py') return manage(command, rest);
  const found = sentPath(command, literal, subject);
  return found === undefined ? { kind: 'unknown' } : listens(subject, found, parentPath(found));
}

/** Django's own server: `runserver [ADDRESS:]PORT`. */
function manage(command: Command, rest: Argument[]): Found {
  const verb = rest[0]?.literal;
  if (verb === undefined || !RUNSERVER.has(verb)) {
    return verb !== undefined && /^[a-z_]+$/.test(verb) && verb !== 'run' && verb !== 'run_gunicorn'
      ? { kind: 'none', reason: `runs manage.py ${verb}` }
      : { kind: 'unknown' };
  }
  if (hasOption(rest, ['--cert-file', '--key-file', '--cert'])) return unsure('tls', 'asks for TLS');
  const where = rest.slice(1).find(({ literal, text }) => !(literal ?? text).startsWith('-'));
  if (!where) return server(fixed(8000));
  const plain = argumentPort(where, command);
  if (plain) return server(plain);
  const read = address(where);
  if (!read || !isReachable(read.host, ['localhost', '0'])) return unsure('address', `listens on ${where.text}`);
  const port = argumentPort(read.port, command);
  return port ? server(port) : unsure('port', `listens on ${where.text}`);
}

/** What the program of a file listens on, by its source. */
function listens(subject: Subject, path: string, root: string): Found {
  const context = subject.context as BuildContext;
  const module = pythonModule(context, path, root);
  if (!module) return { kind: 'unknown' };
  const all = pythonListens(context, module);
  if (all.length === 0) return { kind: 'none', reason: `starts ${path}, in which nothing is seen to listen on a port` };
  const problem = all.find(each => each.problem !== undefined)?.problem;
  if (problem !== undefined) return unsure('address', problem);
  const ports = new Map(all.map(each => [JSON.stringify(each.port), each]));
  const [only] = ports.values();
  if (ports.size > 1) return { kind: 'several', servers: [...ports.values()].map(({ port }) => ({ port, route: undefined })) };
  const readsFile = readsDotenv(module) && (only?.port?.variables.length ?? 0) > 0;
  if (readsFile && dotenvFiles(context, path, root)) return unsure('dotenv', `may read ${only?.port?.variables[0]} from a file`);
  return server(only?.port, only && fileRoute(subject, only));
}

function readsDotenv({ lines }: PythonModule): boolean {
  return lines.some(({ tokens }) => tokens.some(({ text }) => /^(?:dotenv|decouple|environ|environs|load_dotenv)$/.test(text)));
}

function dotenvFiles(context: BuildContext, path: string, root: string): boolean {
  return [root, parentPath(path), ''].some(folder => context.list(folder).some(name => name.startsWith('.env')));
}

function fileRoute(subject: Subject, { app, tls, port }: Listening): string | undefined {
  return app && port && !tls ? pythonRoute(subject.context as BuildContext, app.module, app.name) : undefined;
}
