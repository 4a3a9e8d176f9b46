import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import type { Copied } from '../../src/context/copied.ts';
import { pythonLines } from '../../src/context/python-lexer.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { everyCommand, scriptTexts } from '../../src/dockerfile/shell.ts';

/** More files than this aren't looked at: what they start is not known. */
const MOST_SOURCES = 5000;

/** Names whose use says that a source may start programs. */
const STARTERS: ReadonlySet<string> = new Set(
  `subprocess system popen Popen popen2 execv execve execvp execvpe execl execlp spawnl spawnlp spawnv spawnvp which create_subprocess_exec
   create_subprocess_shell pexpect plumbum delegator envoy invoke fabric pty sh run_command getoutput check_output check_call`.split(/\s+/),
);

/** ctypes' and cffi's ways to a library. */
const LOADERS: ReadonlySet<string> = new Set('CDLL cdll LoadLibrary find_library dlopen'.split(' '));

/** What the runtime stage may start, as far as names can tell. */
export interface Programs {
  /** Names of programs that instructions, scripts and sources mention where a program would stand. */
  names: ReadonlySet<string>;
  /** Names of files that Python sources mention. */
  files: ReadonlySet<string>;
  /** A source that loads libraries by name. */
  loader: string | undefined;
}

/** Every name that the instructions, the shell scripts and the Python sources of the image may start; a reason where they can't be read. */
export function startedNames(
  context: BuildContext,
  copied: Copied,
  instructions: readonly Instruction[],
  commands: readonly string[],
): Programs | { reason: string } {
  const names = new Set<string>();
  const files = new Set<string>();
  let loader: string | undefined;
  for (const each of instructions) addInstruction(each, names);
  for (const text of commands) addShell(text, names);
  const paths = [...new Set(copied.files.values())].filter(path => !isForTests(path));
  if (paths.length > MOST_SOURCES) return { reason: `may start anything: it has ${paths.length} files` };
  for (const path of paths) {
    if (path.endsWith('.py')) {
      if (addPython(context.text(path) ?? '', names, files)) loader ??= path;
    } else if (isScript(context, path)) addShell(context.text(path) ?? '', names);
    else if (isSetting(path)) for (const word of (context.text(path) ?? '').split(/[^\w.+/-]+/)) add(word, names);
  }
  return { names, files, loader };
}

/** The names of what instructions start, by themselves. */
export function namesOf(instructions: readonly Instruction[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const each of instructions) addInstruction(each, names);
  return names;
}

/** Words of instructions in JSON, and of the commands of those that a shell reads. */
function addInstruction(instruction: Instruction, names: Set<string>): void {
  if (!['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK', 'ONBUILD'].includes(instruction.name)) return;
  if (instruction.json) for (const { text } of instruction.words) addShell(text, names);
  else if (instruction.name === 'HEALTHCHECK')
    addShell(
      instruction.words
        .slice(1)
        .map(({ text }) => text)
        .join(' '),
      names,
    );
  else for (const text of scriptTexts(instruction)) addShell(text, names);
}

function addShell(text: string, names: Set<string>): void {
  const commands = everyCommand(text);
  if (!commands) for (const word of text.split(/[^\w.+/-]+/)) add(word, names);
  // what sudo, exec, xargs or timeout start is a word of theirs
  for (const { words } of commands ?? []) for (const { literal } of words) if (literal !== undefined) add(literal, names);
}

/** Adds what a source mentions; answers whether it loads libraries by name. */
function addPython(source: string, names: Set<string>, files: Set<string>): boolean {
  const lines = pythonLines(source) ?? [];
  const uses = (set: ReadonlySet<string>) => lines.some(({ tokens }) => tokens.some(({ kind, text }) => kind === 'name' && set.has(text)));
  for (const { tokens } of lines) for (const { kind, text } of tokens) if (kind === 'string' || kind === 'opaque') add(text, files);
  const loads = uses(LOADERS);
  if (!uses(STARTERS)) return loads;
  for (const { tokens } of lines) {
    for (const { kind, text } of tokens)
      if (kind === 'string' || kind === 'opaque') for (const word of text.split(/[\s;&|()'"]+/, 50)) add(word, names);
  }
  return loads;
}

function add(word: string, names: Set<string>): void {
  if (word !== '' && word.length < 200) names.add(posix.basename(word));
}

function isScript(context: BuildContext, path: string): boolean {
  if (/\.(?:sh|bash)$/.test(path)) return true;
  if (posix.basename(path).includes('.')) return false;
  const head = context.head(path, 64);
  return head?.[0] === 0x23 && head[1] === 0x21;
}

/** Files that say what is started: process managers', and applications' own settings. */
function isSetting(path: string): boolean {
  return /(?:^|\/)(?:Procfile|supervisord?\.conf|\.env)$|\.(?:ini|conf|cfg)$/.test(path);
}

function isForTests(path: string): boolean {
  return /(?:^|\/)(?:tests?|\.github|\.git|docs|node_modules)\/|(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup)\.py$/.test(path);
}
