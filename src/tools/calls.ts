import { posix } from 'node:path';
import { UNKNOWN } from '../dockerfile/lex.ts';
import type { Instruction } from '../dockerfile/nodes.ts';
import type { ShellCommand, ShellWord } from '../dockerfile/shell.ts';
import { TOOLS, type ToolName, type ToolRow } from './table.ts';

/** An option as it is written. */
export interface ToolOption {
  /** Long where it has a long name: `--requirement` for `-r`. */
  name: string;
  /** Its value as the tool receives it: undefined for none, or where only the shell knows. */
  value: string | undefined;
  /** The word of its value where that is a word of its own. */
  valueWord: ShellWord | undefined;
  word: ShellWord;
}

/** One call of a package manager or compiler within a RUN. */
export interface ToolCall {
  tool: ToolName;
  /** The command, aliases resolved: `install`, `ci`, `mod download`; a script of the manifest is `run`, with its name as first operand. Undefined where it isn't literal. */
  verb: string | undefined;
  options: ToolOption[];
  operands: ShellWord[];
  /** Where it works, absolute: after every `cd` and option that changes it; undefined where that isn't known. */
  folder: string | undefined;
  /** Variables that this RUN sets for it, undefined for a value that only the shell knows. */
  environment: ReadonlyMap<string, string | undefined>;
  /** The words of the tool's name: `pip`, or `python -m pip`. */
  program: ShellWord[];
  /** The words that make its command; none where it is left out. */
  verbWords: ShellWord[];
  command: ShellCommand;
}

/** A command of a RUN with what is in force where it stands. */
export interface PlacedCommand {
  command: ShellCommand;
  /** Without `env`, `exec`, `sudo` and the like in front. */
  words: ShellWord[];
  folder: string | undefined;
  environment: ReadonlyMap<string, string | undefined>;
}

/** The commands of a RUN that starts in `workdir`, each with the folder and the variables that the commands before it set. */
export function placedCommands(commands: readonly ShellCommand[], workdir: string | typeof UNKNOWN): PlacedCommand[] {
  let folder = workdir === UNKNOWN ? undefined : workdir;
  const exports = new Map<string, string | undefined>();
  return commands.map(command => {
    const words = command.words.slice(prefixLength(command.words));
    const own = [...command.assignments, ...command.words.slice(0, command.words.length - words.length).flatMap(assignment)];
    const placed = { command, words, folder, environment: new Map([...exports, ...own.map(({ name, value }) => [name, value] as const)]) };
    const [program, ...rest] = words;
    if (!program) for (const { name, value } of command.assignments) exports.set(name, value);
    else if (program.literal === 'export') for (const { name, value } of rest.flatMap(assignment)) exports.set(name, value);
    else if (program.literal === 'unset') for (const { text } of rest) exports.set(text, '');
    else if (program.literal === 'cd' || program.literal === 'pushd') folder = folderAfter(folder, rest[0]);
    return placed;
  });
}

function folderAfter(folder: string | undefined, to: ShellWord | undefined): string | undefined {
  if (to?.literal === undefined || to.literal === '-') return undefined;
  if (posix.isAbsolute(to.literal)) return posix.normalize(to.literal);
  return folder === undefined ? undefined : posix.resolve(folder, to.literal);
}

/** Programs that start the command that follows them as it is. */
const STARTERS: ReadonlySet<string> = new Set(['command', 'corepack', 'env', 'exec', 'sudo', 'time']);

/** How many words stand in front of the command itself: `env A=b`, `sudo -E`, `exec`. */
function prefixLength(words: readonly ShellWord[]): number {
  let length = 0;
  while (STARTERS.has(words[length]?.literal ?? '') && words.length > length + 1) {
    const next = words[length + 1]?.literal ?? '';
    // `corepack enable` is corepack's own
    if (words[length]?.literal === 'corepack' && !['npm', 'pnpm', 'yarn'].includes(next)) break;
    length++;
    while (/^(?:-[A-Za-z]+$|\w+=)/.test(words[length]?.text ?? '')) length++;
  }
  return length;
}

function assignment({ text, literal }: ShellWord): { name: string; value: string | undefined }[] {
  const [, name] = /^(\w+)=/.exec(text) ?? [];
  return name ? [{ name, value: literal?.slice(name.length + 1) }] : [];
}

/** The calls of known tools among a RUN's commands, in order. */
export function toolCalls(commands: readonly ShellCommand[], workdir: string | typeof UNKNOWN): ToolCall[] {
  return placedCommands(commands, workdir).flatMap(placed => toolCall(placed) ?? []);
}

/** The call that a command is; undefined for another program. */
export function toolCall({ command, words, folder, environment }: PlacedCommand): ToolCall | undefined {
  const found = toolOf(words);
  if (!found) return undefined;
  const { tool, program } = found;
  const row: ToolRow = TOOLS[tool];
  const { options, operands } = readArguments(row, words.slice(program.length));
  const { verb, verbWords } = verbOf(row, operands);
  const named = row.folder && options.findLast(({ name }) => name === row.folder);
  return {
    tool,
    verb,
    options,
    operands: operands.slice(verbWords.length - (verb === 'run' && !isVerb(row, verbWords, 'run') ? 1 : 0)),
    folder: named ? (named.value === undefined ? undefined : posixFolder(folder, named.value)) : folder,
    environment,
    program,
    verbWords,
    command,
  };
}

function posixFolder(folder: string | undefined, to: string): string | undefined {
  if (posix.isAbsolute(to)) return posix.normalize(to);
  return folder === undefined ? undefined : posix.resolve(folder, to);
}

const PROGRAMS: ReadonlyMap<string, ToolName> = new Map(
  Object.entries(TOOLS).flatMap(([tool, { programs }]) => programs.map(program => [program, tool as ToolName] as const)),
);
const MODULES: ReadonlyMap<string, ToolName> = new Map(
  Object.entries(TOOLS).flatMap(([tool, row]) => ('module' in row ? [[row.module, tool as ToolName] as const] : [])),
);
const PYTHON = /^python(?:\d+(?:\.\d+)?)?$/;

function toolOf(words: readonly ShellWord[]): { tool: ToolName; program: ShellWord[] } | undefined {
  const [first] = words;
  if (first?.literal === undefined) return undefined;
  const name = posix.basename(first.literal);
  const tool = PROGRAMS.get(/^pip[\d.]*$/.test(name) ? 'pip' : name);
  if (tool) return { tool, program: words.slice(0, 1) };
  const at = PYTHON.test(name) ? words.findIndex(({ literal }) => literal === '-m') : -1;
  const module =
    at < 0 || words.slice(1, at).some(({ text }) => !text.startsWith('-')) ? undefined : MODULES.get(words[at + 1]?.literal ?? '');
  return module && { tool: module, program: words.slice(0, at + 2) };
}

const NAME = new RegExp(`\\b(?:${[...PROGRAMS.keys()].join('|')})`);

/** Whether a RUN's text names a tool: to read its script takes time, and most RUNs name none. */
export function namesTool({ name, logical, heredocs }: Instruction): boolean {
  return name === 'RUN' && (NAME.test(logical.text) || heredocs.some(({ content }) => NAME.test(content)));
}

function readArguments(row: ToolRow, words: readonly ShellWord[]): { options: ToolOption[]; operands: ShellWord[] } {
  const options: ToolOption[] = [];
  const operands: ShellWord[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as ShellWord;
    const text = word.literal ?? word.text;
    if (text === '--') return { options, operands: [...operands, ...words.slice(index + 1)] };
    if (!text.startsWith('-') || text === '-') operands.push(word);
    else {
      const read = readOption(row, word, text);
      const last = read.at(-1) as ToolOption;
      const next = words[index + 1];
      if (last.value === undefined && row.valued.includes(last.name) && next && !hasOwnValue(text, word)) {
        index++;
        last.value = next.literal;
        last.valueWord = next;
      }
      options.push(...read);
    }
  }
  return { options, operands };
}

/** Whether a value stands in the option's own word, though only the shell knows it. */
function hasOwnValue(text: string, { literal }: ShellWord): boolean {
  return literal === undefined && text.includes('=');
}

function readOption(row: ToolRow, word: ShellWord, text: string): ToolOption[] {
  const option = (name: string, value: string | undefined): ToolOption => ({
    name: row.aliases[name] ?? name,
    value: word.literal === undefined ? undefined : value,
    valueWord: undefined,
    word,
  });
  const equals = text.indexOf('=');
  if (equals > 0) return [option(text.slice(0, equals), text.slice(equals + 1))];
  if (!row.clusters || text.startsWith('--')) return [option(text, undefined)];
  const options: ToolOption[] = [];
  for (let at = 1; at < text.length; at++) {
    const short = option(`-${text[at]}`, undefined);
    options.push(short);
    if (!row.valued.includes(short.name)) continue;
    if (at + 1 < text.length) short.value = word.literal === undefined ? undefined : text.slice(at + 1);
    break;
  }
  return options;
}

function isVerb(row: ToolRow, [word]: readonly ShellWord[], verb: string): boolean {
  return word?.literal !== undefined && (row.aliases[word.literal] ?? word.literal) === verb;
}

/** npm's commands that run the script of their own name. */
const OWN_SCRIPTS: ReadonlySet<string> = new Set(['restart', 'start', 'stop', 'test']);

function verbOf(row: ToolRow, [first, second]: readonly ShellWord[]): { verb: string | undefined; verbWords: ShellWord[] } {
  if (!first) return { verb: row.bare, verbWords: [] };
  if (first.literal === undefined) return { verb: undefined, verbWords: [first] };
  const verb = row.aliases[first.literal] ?? first.literal;
  if (row.groups?.includes(verb) && second) {
    return { verb: second.literal === undefined ? undefined : `${verb} ${second.literal}`, verbWords: [first, second] };
  }
  const isScript = row.commands
    ? !row.commands.includes(verb) || OWN_SCRIPTS.has(verb)
    : row.programs.includes('npm') && OWN_SCRIPTS.has(verb);
  return { verb: isScript ? 'run' : verb, verbWords: [first] };
}

/** The last value of an option, '' for a bare one; undefined where it isn't given or its value isn't known. */
export function optionValue({ options }: ToolCall, ...names: string[]): string | undefined {
  const found = options.findLast(({ name }) => names.includes(name));
  return found && (found.valueWord ? found.valueWord.literal : found.word.literal === undefined ? undefined : (found.value ?? ''));
}

/** Whether an option is given. */
export function hasOption({ options }: Pick<ToolCall, 'options'>, ...names: string[]): boolean {
  return options.some(({ name }) => names.includes(name));
}
