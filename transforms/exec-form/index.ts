import type { Dockerfile, Instruction, Word } from '../../src/dockerfile/nodes.ts';
import { type ShellCommand, type ShellWord, shellSequence } from '../../src/dockerfile/shell.ts';
import { type Stage, scopeAfter, scopeAt, stages } from '../../src/dockerfile/stages.ts';
import { type Edit, replace } from '../../src/edit.ts';
import { type Change, change, type Facts, type OptionValues, type Refusal, refuse, transform } from '../../src/transform.ts';
import { historyOf } from './history.ts';
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
    const inForce = stagesInForce(file, facts);
    for (const stage of stages(file, facts.images)) {
      for (const instruction of stage.instructions) {
        if (isShellForm(instruction)) yield asExecForm(file, facts, stage, instruction, inForce.get(instruction) ?? [], options);
      }
    }
  },
});

const FIELDS: Record<string, string> = { CMD: 'Cmd', ENTRYPOINT: 'Entrypoint', HEALTHCHECK: 'Healthcheck' };

function isShellForm({ name, json, words }: Instruction): boolean {
  if (name === 'HEALTHCHECK') return !json && words.length > 1;
  return (name === 'CMD' || name === 'ENTRYPOINT') && !json && words.length > 0;
}

function asExecForm(
  file: Dockerfile,
  facts: Facts,
  stage: Stage,
  instruction: Instruction,
  inForce: readonly Stage[],
  options: OptionValues,
): Change | Refusal {
  if (runsInShellOfItsOwn(file, facts, inForce, instruction)) return refuse(instruction, 'shell', 'runs in a SHELL of its own');
  if (historyOf(stage).setsBashEnv) return refuse(instruction, 'shell', 'needs a shell to read BASH_ENV');
  if (historyOf(stage).isWindows) return refuse(instruction, 'shell', 'runs in the shell of a Windows image');
  const sequence = shellSequence(instruction, file.escape, undefined);
  if ('reason' in sequence) return refuse(instruction, 'not-simple', `needs a shell: it ${sequence.reason}`);
  const [command, ...others] = sequence.commands;
  if (!command || others.length > 0) return refuse(instruction, 'not-simple', 'needs a shell: it has several commands');
  const problem = shapeProblem(instruction, command) ?? wordProblem(startedWords(command), options);
  if (problem) return problem;
  if (inForce.length === 0) return proposal(instruction, command, false);
  return (
    receiverProblem(file, facts, inForce, instruction) ??
    programProblem(file, facts, stage, inForce, startedWords(command)[0] as ShellWord) ??
    proposal(instruction, command, true)
  );
}

/** The stages at whose end each CMD, ENTRYPOINT and HEALTHCHECK is in force: its own, and those that stand on that. */
function stagesInForce(file: Dockerfile, facts: Facts): Map<Instruction, Stage[]> {
  const found = new Map<Instruction, Stage[]>();
  for (const stage of stages(file, facts.images)) {
    const { cmd, entrypoint, healthcheck } = scopeAfter(file, facts.images, stage);
    for (const each of [cmd, entrypoint, healthcheck]) {
      const stagesOfIt = each && found.get(each);
      if (stagesOfIt) stagesOfIt.push(stage);
      else if (each) found.set(each, [stage]);
    }
  }
  return found;
}

/** CMD and ENTRYPOINT take the SHELL in force with them; a health check runs in the one that the image has in the end (moby, daemon/health.go: getShell). */
function runsInShellOfItsOwn(file: Dockerfile, facts: Facts, heirs: readonly Stage[], instruction: Instruction): boolean {
  if (instruction.name !== 'HEALTHCHECK') return scopeAt(file, facts.images, instruction)?.shell !== undefined;
  return heirs.some(each => scopeAfter(file, facts.images, each).shell !== undefined);
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
  if (program.text.startsWith('[') || program.text.endsWith(',')) {
    return refuse(program, 'not-simple', "looks like a JSON array that isn't one");
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

/** Which word needs a shell; one that needs it for its variables alone may have one when asked. */
function wordProblem(words: readonly ShellWord[], options: OptionValues): Refusal | undefined {
  const opaque = words.filter(({ literal }) => literal === undefined);
  const [first] = opaque;
  return first && (options.wrap !== true || !opaque.every(isVariablesOnly)) ? opaqueRefusal(first) : undefined;
}

function proposal(instruction: Instruction, command: ShellCommand, isInForce: boolean): Change | Refusal {
  const words = startedWords(command);
  const what = instruction.name === 'HEALTHCHECK' ? 'the health check' : (words[0] as ShellWord).text;
  const common = {
    at: instruction,
    // one that a later one replaces shows nowhere
    ...(isInForce
      ? { keeps: 'behaviour' as const, alters: [{ config: FIELDS[instruction.name] as string }] }
      : { keeps: 'image' as const }),
    settles: instruction.name === 'HEALTHCHECK' ? [] : ['DL3025', 'JSONArgsRecommended'],
  };
  if (words.every(({ literal }) => literal !== undefined))
    return change({ ...common, title: `start ${what} without a shell`, edits: asJson(command, words) });
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
