import { posix } from 'node:path';
import { nodeProject } from '../../src/context/node.ts';
import { textSequence } from '../../src/dockerfile/shell.ts';
import { afterOthers, assign, plain } from './command.ts';
import type { Argument, Command, Found, Subject } from './server.ts';

/** How a program that starts another names it: its options that take a value, and how many words stand before the other program. */
interface Wrapper {
  valued?: string[];
  /** Words that stand between the wrapper and its options: `pipenv run`. */
  verbs?: string[];
  operands?: number;
}

// Init processes: their --help. Environments: https://pipenv.pypa.io, https://python-poetry.org, https://docs.astral.sh/uv. Agents: their vendors' quick starts.
const WRAPPERS: Record<string, Wrapper> = {
  exec: {},
  tini: { valued: ['-p', '-e'] },
  'tini-static': { valued: ['-p', '-e'] },
  'dumb-init': { valued: ['-r', '--rewrite'] },
  catatonit: {},
  gosu: { operands: 1 },
  'su-exec': { operands: 1 },
  nohup: {},
  nice: { valued: ['-n'] },
  pipenv: { verbs: ['run'] },
  poetry: { verbs: ['run'] },
  pdm: { verbs: ['run'] },
  rye: { verbs: ['run'] },
  uv: { verbs: ['run'], valued: ['--with', '--group', '--extra', '--package', '--project', '--directory', '-p', '--python', '--env-file'] },
  npx: { valued: ['-p', '--package'] },
  bunx: {},
  'cross-env': {},
  env: {},
  'ddtrace-run': {},
  'newrelic-admin': { verbs: ['run-program'] },
  'opentelemetry-instrument': {},
  'docker-entrypoint.sh': {},
};

/** Modules that `python -m` runs as the program of that name. */
const MODULES = new Set([
  'gunicorn',
  'uvicorn',
  'hypercorn',
  'daphne',
  'waitress',
  'flask',
  'fastapi',
  'streamlit',
  'gunicorn.app.wsgiapp',
]);
const PYTHON = /^python[\d.]*$/;
const SHELL = /^(?:ba|da|a)?sh$/;
const MOST_STEPS = 10;

/** The program that a command comes to start, through init processes, environments, scripts of package.json and of the context. */
export function innermost(command: Command, subject: Subject): Command | Found {
  let current = command;
  for (let step = 0; step < MOST_STEPS; step++) {
    const next = unwrapped(current, subject);
    if (!next) return current;
    if ('kind' in next) return next;
    current = next;
  }
  return { kind: 'unknown' };
}

/** The base name of the program that a command starts. */
export function programName({ words }: Command): string | undefined {
  const literal = words[0]?.literal;
  return literal === undefined ? undefined : posix.basename(literal);
}

function unwrapped(command: Command, subject: Subject): Command | Found | undefined {
  const environment = new Map(command.environment);
  const [first, ...rest] = command.words;
  const name = programName(command);
  if (!first || name === undefined) return { kind: 'unknown' };
  if (assign(environment, first.text, first.literal)) return { ...command, words: rest, environment };
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  const own = name.endsWith('.sh') ? ownScript(command, first, rest, subject) : undefined;
  if (own) return own;
  if (wrapper) return behind(command, rest, wrapper);
  if (PYTHON.test(name)) {
    const at = rest.findIndex(({ literal }) => literal === '-m');
    const module = rest[at + 1]?.literal;
    if (at < 0 || module === undefined || !MODULES.has(module) || !isOptionsOnly(rest.slice(0, at))) return undefined;
    const program = module === 'waitress' ? 'waitress-serve' : module.replace(/\..*/, '');
    return { ...command, words: [plain(program), ...rest.slice(at + 2)] };
  }
  if (name === 'npm' || name === 'yarn' || name === 'pnpm' || name === 'bun') return packageScript(command, name, rest, subject);
  if (SHELL.test(name)) return shellRun(command, rest, subject);
  return ownScript(command, first, rest, subject);
}

/** A script that is started by its path, or by a name in the folders where COPY puts one. */
function ownScript(command: Command, first: Argument, rest: Argument[], subject: Subject): Command | Found | undefined {
  const { literal = '' } = first;
  const paths = literal.includes('/') ? [literal] : ['/usr/local/bin', '/usr/bin', '/bin'].map(folder => `${folder}/${literal}`);
  for (const path of paths) {
    const found = scriptFile(command, plain(path), rest, subject);
    if (found) return found;
  }
  return undefined;
}

function isOptionsOnly(words: Argument[]): boolean {
  return words.every(({ literal }) => literal?.startsWith('-'));
}

function behind(command: Command, rest: Argument[], { valued = [], verbs, operands = 0 }: Wrapper): Command | Found {
  let words = rest;
  if (verbs) {
    const at = words.findIndex(({ literal }) => verbs.includes(literal ?? ''));
    if (at < 0 || !isOptionsOnly(words.slice(0, at))) return { kind: 'unknown' };
    words = words.slice(at + 1);
  }
  while (words[0]?.literal?.startsWith('-')) {
    const [option] = words;
    words = words.slice(valued.includes(option?.literal ?? '') ? 2 : 1);
    if (option?.literal === '--') break;
  }
  words = words.slice(operands);
  return words.length > 0 ? { ...command, words } : { kind: 'unknown' };
}

/** The scripts that npm and yarn take by their own name. */
const DIRECT = new Set(['start', 'test', 'stop']);

/** `npm run NAME`, `npm start`, `yarn NAME`: the script of the package.json where it runs. */
function packageScript(command: Command, manager: string, rest: Argument[], subject: Subject): Command | Found {
  let { workdir } = command;
  let words = rest;
  for (;;) {
    const option = words[0]?.literal;
    if (option === undefined || !option.startsWith('-')) break;
    const folder = ['--prefix', '-C', '--cwd', '--dir'].includes(option) ? words[1]?.literal : undefined;
    if (folder !== undefined) workdir = workdir && posix.resolve(workdir, folder);
    else if (option === '--filter' || option === '-w' || option === '--workspace') return { kind: 'unknown' };
    words = words.slice(folder === undefined ? 1 : 2);
  }
  const verb = words[0]?.literal ?? '';
  const isRun = verb === 'run' || verb === 'run-script' || (verb === 'exec' && manager !== 'npm');
  const name = isRun ? words[1]?.literal : verb;
  const extra = words.slice(isRun ? 2 : 1).filter(({ literal }, at) => literal !== '--' || at > 0);
  const script = name === undefined || workdir === undefined ? undefined : scriptText(subject, workdir, name);
  if (script === 'none') {
    if (manager === 'npm' || verb === 'run')
      return verb === 'start' ? { ...command, workdir, words: [plain('node'), plain('server.js')] } : { kind: 'unknown' };
    return { ...command, workdir, words: words.slice(isRun ? 1 : 0) };
  }
  if (script === undefined || (manager === 'npm' && !isRun && !DIRECT.has(verb))) return { kind: 'unknown' };
  const sequence = textSequence(script);
  if ('reason' in sequence) return { kind: 'unknown' };
  const inner = afterOthers(sequence.commands, { ...command, workdir });
  return { ...inner, words: [...inner.words, ...extra] };
}

function scriptText(subject: Subject, workdir: string, name: string): string | 'none' | undefined {
  const origin = subject.files.origin(subject.stage, posix.join(workdir, 'package.json'));
  if (!('context' in origin) || !subject.context) return undefined;
  const project = nodeProject(subject.context, posix.dirname(origin.context));
  if (!project || 'problem' in project) return undefined;
  return project.scripts.get(name) ?? 'none';
}

/** `sh -c TEXT` and `sh FILE`. */
function shellRun(command: Command, rest: Argument[], subject: Subject): Command | Found {
  const at = rest.findIndex(({ literal }) => !literal?.startsWith('-'));
  const options = rest.slice(0, Math.max(at, 0)).map(({ literal }) => literal ?? '');
  const [first, ...others] = at < 0 ? [] : rest.slice(at);
  if (!first) return { kind: 'none', reason: 'starts a shell' };
  if (options.some(option => /^-\w*c$/.test(option))) {
    const sequence = first.literal === undefined ? { reason: 'unknown' } : textSequence(first.literal);
    return 'reason' in sequence ? { kind: 'unknown' } : afterOthers(sequence.commands, command);
  }
  return scriptFile(command, first, others, subject) ?? { kind: 'unknown' };
}

/** A shell script of the context: what its last line starts. */
function scriptFile(command: Command, { literal }: Argument, rest: Argument[], subject: Subject): Command | Found | undefined {
  const text = literal === undefined ? undefined : sentText(command, literal, subject);
  if (text === undefined || !isShellScript(text, literal ?? '')) return undefined;
  const lines = text.replace(/\\\r?\n/g, ' ').split(/\r?\n/);
  const last = lines.findLast(line => /^\s*[^\s#]/.test(line)) ?? '';
  if (/^\s|^(?:fi|done|esac|\}|\)|EOF)\b/.test(last)) return { kind: 'unknown' };
  const whole = textSequence(text);
  const outer = 'reason' in whole ? { ...command, ...setBy(lines, command) } : command;
  const isHandedOver = /^(?:exec\s+)?"\$@"\s*$/.test(last);
  if (isHandedOver && rest.length === 0) return { kind: 'unknown' };
  const sequence = 'reason' in whole ? textSequence(last) : whole;
  if ('reason' in sequence) return { kind: 'unknown' };
  const inner = afterOthers(sequence.commands, outer);
  return isHandedOver ? { ...inner, words: rest } : inner;
}

/** What the lines of a script that can't be followed may set: its variables are unknown after it, and where it goes. */
function setBy(lines: readonly string[], { workdir, environment }: Command): Pick<Command, 'workdir' | 'environment'> {
  const set = new Map(environment);
  for (const line of lines) {
    const name = /^\s*(?:export\s+|:\s*"?\$\{)?([A-Z_][A-Z0-9_]*):?=/.exec(line)?.[1];
    if (name !== undefined) set.set(name, undefined);
  }
  return { workdir: lines.some(line => /^\s*cd\s/.test(line)) ? undefined : workdir, environment: set };
}

function isShellScript(text: string, name: string): boolean {
  const [first = ''] = text.split('\n', 1);
  return first.startsWith('#!') ? /\b(?:ba|da|a)?sh\b/.test(first) : name.endsWith('.sh');
}

/** The text of a file of the image that comes from the context. */
export function sentText(command: Pick<Command, 'workdir'>, path: string, subject: Subject): string | undefined {
  const found = sentPath(command, path, subject);
  return found === undefined ? undefined : subject.context?.text(found);
}

/** Where a file of the image, named from the folder that a command runs in, stands in the context. */
export function sentPath({ workdir }: Pick<Command, 'workdir'>, path: string, subject: Subject): string | undefined {
  if (!path.startsWith('/') && workdir === undefined) return undefined;
  const origin = subject.files.origin(subject.stage, posix.resolve(workdir ?? '/', path));
  return 'context' in origin ? origin.context : undefined;
}
