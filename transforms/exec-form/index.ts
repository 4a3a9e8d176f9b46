import type { Dockerfile, Instruction, Word } from '../../src/dockerfile/nodes.ts';
import { type ShellCommand, type ShellWord, shellSequence } from '../../src/dockerfile/shell.ts';
import { lineage, type Stage, scopeAt, stages } from '../../src/dockerfile/stages.ts';
import { type Edit, replace } from '../../src/edit.ts';
import { type Change, change, type Facts, type OptionValues, type Refusal, refuse, transform } from '../../src/transform.ts';
import { programProblem } from './program.ts';
import { receiverProblem } from './receiver.ts';

export default transform({
  name: 'exec-form',
  summary: 'start CMD, ENTRYPOINT and HEALTHCHECK without a shell',
  keeps: 'behaviour',
  settles: ['DL3025', 'JSONArgsRecommended'],
  options: {
    wrap: { type: 'boolean', summary: 'where only variables need a shell, write ["sh", "-c", "exec …"]' },
  },
  *run(file, facts, options) {
    for (const stage of stages(file, facts.images)) {
      for (const instruction of stage.instructions) {
        if (isShellForm(instruction)) yield asExecForm(file, facts, stage, instruction, options);
      }
    }
  },
});

const FIELDS: Record<string, string> = { CMD: 'Cmd', ENTRYPOINT: 'Entrypoint', HEALTHCHECK: 'Healthcheck' };

function isShellForm({ name, json, words }: Instruction): boolean {
  if (name === 'HEALTHCHECK') return !json && words.length > 1;
  return (name === 'CMD' || name === 'ENTRYPOINT') && !json && words.length > 0;
}

function asExecForm(file: Dockerfile, facts: Facts, stage: Stage, instruction: Instruction, options: OptionValues): Change | Refusal {
  const scope = scopeAt(file, facts.images, instruction);
  const sequence = shellSequence(instruction, file.escape, scope?.shell);
  if (scope?.shell) return refuse(instruction, 'shell', 'runs in a SHELL of its own');
  if (setsBashEnv(stage)) return refuse(instruction, 'shell', 'needs a shell to read BASH_ENV');
  if (isWindows(stage)) return refuse(instruction, 'shell', 'runs in the shell of a Windows image');
  if ('reason' in sequence) return refuse(instruction, 'not-simple', `needs a shell: it ${sequence.reason}`);
  const [command, ...others] = sequence.commands;
  if (!command || others.length > 0) return refuse(instruction, 'not-simple', 'needs a shell: it has several commands');
  return (
    shapeProblem(instruction, command) ??
    receiverProblem(file, facts, stage, instruction, command) ??
    programProblem(file, facts, stage, instruction, startedWords(command)[0] as ShellWord) ??
    proposal(instruction, command, options)
  );
}

function setsBashEnv(stage: Stage): boolean {
  const instructions = lineage(stage).flatMap(each => each.instructions);
  return instructions.some(({ name, pairs }) => name === 'ENV' && pairs.some(pair => pair.name.text === 'BASH_ENV'));
}

function isWindows(stage: Stage): boolean {
  return lineage(stage).some(({ base }) => (base.kind === 'image' || base.kind === 'unknown') && /windows|nanoserver/i.test(base.text));
}

/** The words without a leading `exec`. */
function startedWords({ words }: ShellCommand): ShellWord[] {
  return words[0]?.literal === 'exec' ? words.slice(1) : words;
}

/** Builtins and reserved words of POSIX shells: as programs they are missing or do something else. */
const BUILTINS: ReadonlySet<string> = new Set(
  (
    '. : [ [[ alias bg break builtin case cd command continue coproc declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi ' +
    'for function getopts hash help history if jobs kill let local logout mapfile popd printf pushd pwd read readonly return select set shift shopt source test ' +
    'then time times trap true type typeset ulimit umask unalias unset until wait while { } !'
  ).split(' '),
);

/** Why the text isn't one simple command that needs no shell. */
function shapeProblem(instruction: Instruction, command: ShellCommand): Refusal | undefined {
  const written = instruction.words.at(-1) as Word;
  const words = startedWords(command);
  const [program] = words;
  if (command.assignments.length > 0) return refuse(command, 'assignment', `needs a shell to set ${command.assignments[0]?.name}`);
  if (command.redirects) return refuse(command, 'redirect', 'needs a shell to redirect');
  if (!program) return refuse(command, 'not-simple', 'has no command');
  if (program.text.startsWith('-')) return refuse(program, 'not-simple', `needs a shell to read ${program.text}`);
  if (program.literal !== undefined && BUILTINS.has(program.literal)) {
    return refuse(program, 'builtin', `needs a shell: ${program.literal} is built into it`);
  }
  if (program.literal === '' || /\s/.test(program.literal ?? '')) {
    return refuse(program, 'not-simple', `names a program that can't be: ${JSON.stringify(program.literal)}`);
  }
  if (command.from !== written.from || command.to !== written.to || !isWordsOnly(instruction, command)) {
    return refuse(command, 'comment', 'has text around the command that would be lost');
  }
  const first = words[0] as ShellWord;
  if (instruction.comments.some(({ start }) => start > command.start && start < first.start)) {
    return refuse(command, 'comment', 'has a comment between exec and its command');
  }
  return undefined;
}

/** Whether nothing but white space stands between the words of a command. */
function isWordsOnly({ logical }: Instruction, { from, to, words }: ShellCommand): boolean {
  const edges = [...words, { from: to, to }];
  return edges.every((word, index) => logical.text.slice(edges[index - 1]?.to ?? from, word.from).trim() === '');
}

function proposal(instruction: Instruction, command: ShellCommand, options: OptionValues): Change | Refusal {
  const words = startedWords(command);
  const opaque = words.filter(({ literal }) => literal === undefined);
  const what = instruction.name === 'HEALTHCHECK' ? 'the health check' : (words[0] as ShellWord).text;
  const common = {
    at: instruction,
    keeps: 'behaviour' as const,
    alters: [{ config: FIELDS[instruction.name] as string }],
    settles: ['DL3025', 'JSONArgsRecommended'],
  };
  if (opaque.length === 0) return change({ ...common, title: `start ${what} without a shell`, edits: asJson(command, words) });
  if (options.wrap !== true || !opaque.every(isVariablesOnly)) return opaqueRefusal(opaque[0] as ShellWord);
  if (instruction.comments.some(({ start, end }) => start > command.start && end < command.end)) {
    return refuse(command, 'comment', 'has comments between its lines');
  }
  const last = words.at(-1) as ShellWord;
  const text = instruction.logical.text.slice((words[0] as ShellWord).from, last.to);
  return change({
    ...common,
    title: `let the shell of ${what} hand over to it with exec`,
    edits: [replace(command, `["sh", "-c", ${JSON.stringify(`exec ${text}`)}]`)],
  });
}

/** Each word as a JSON string where it stands, so that line breaks and comments between the words stay. */
function asJson(command: ShellCommand, words: ShellWord[]): Edit[] {
  const [first] = words as [ShellWord];
  const edits: Edit[] = first.start > command.start ? [replace({ start: command.start, end: first.start }, '')] : [];
  for (const [index, word] of words.entries()) {
    const text = JSON.stringify(word.literal);
    edits.push(replace(word, `${index === 0 ? '[' : ''}${text}${index === words.length - 1 ? ']' : ','}`));
  }
  return edits;
}

const VARIABLE = /\$(?:\w+|\{\w+(?::?[-+?][^{}$`"'\\]*)?\})/g;

/** Whether a word needs the shell for nothing but variables. */
function isVariablesOnly({ text }: ShellWord): boolean {
  const rest = text.replace(VARIABLE, '');
  return rest !== text && !/[$`*?[\]~{}\\]/.test(rest);
}

function opaqueRefusal(word: ShellWord): Refusal {
  const { text } = word;
  const [variable] = text.match(VARIABLE) ?? [];
  if (/`|\$\(/.test(text)) return refuse(word, 'substitution', 'needs a shell to run a command within the command');
  if (variable) return refuse(word, 'variable', `needs a shell to expand ${variable}`);
  return refuse(word, 'pattern', `needs a shell to expand ${text}`);
}
