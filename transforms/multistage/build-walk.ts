import { ARCHIVE_HEAD, isArchive } from '../../src/context/archive.ts';
import type { BuildContext } from '../../src/context/context.ts';
import type { Copy } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { isRemote } from '../../src/dockerfile/remote.ts';
import { type ShellCommand, type ShellWord, shellSequence } from '../../src/dockerfile/shell.ts';
import { expandAt, type Scope, type Stage, scopeAt } from '../../src/dockerfile/stages.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { type Effect, type ReadCommand, runEffects } from './run-effects.ts';

/** One thing that an instruction does to the image. */
export interface Step<Own = never> {
  by: Instruction;
  effect: Effect | { kind: 'copy'; copy: Copy } | Own;
}

/** What the instructions up to the last RUN do. */
export interface Build<Own = never> {
  /** The last RUN: the builder ends there. */
  last: Instruction;
  /** In order. */
  steps: Step<Own>[];
}

/** Follows a stage's WORKDIR, COPY, ADD and RUN up to its last RUN; refuses where one of them does what can't be followed. `read` knows a strategy's own commands. */
export function walkBuild<Own extends { kind: string } = never>(
  file: Dockerfile,
  facts: Facts,
  context: BuildContext,
  stage: Stage,
  read: ReadCommand<Own> = () => undefined,
): Build<Own> | Refusal {
  const last = stage.instructions.findLast(({ name }) => name === 'RUN');
  if (!last) return refuse(stage.from, 'no-build', 'has no RUN that builds anything');
  const steps: Step<Own>[] = [];
  for (const instruction of stage.instructions) {
    if (instruction.start > last.start) break;
    if (instruction.name === 'SHELL') return refuse(instruction, 'shell', 'sets a SHELL');
    const found = effectsOf(file, facts, context, stage, instruction, read);
    if (!Array.isArray(found)) return found;
    const unknown = found.find(isUnknown);
    if (unknown) return refuse(instruction, 'run', unknown.reason);
    for (const effect of found) steps.push({ by: instruction, effect });
  }
  return { last, steps };
}

function isUnknown(effect: { kind: string }): effect is { kind: 'unknown'; reason: string } {
  return effect.kind === 'unknown';
}

function effectsOf<Own>(
  file: Dockerfile,
  facts: Facts,
  context: BuildContext,
  stage: Stage,
  instruction: Instruction,
  read: ReadCommand<Own>,
): Step<Own>['effect'][] | Refusal {
  if (instruction.name === 'COPY' || instruction.name === 'ADD') {
    const copy = copyOf(file, facts, context, instruction);
    return typeof copy === 'string' ? refuse(instruction, 'copy', copy) : [{ kind: 'copy', copy }];
  }
  if (instruction.name === 'WORKDIR') {
    const [word] = instruction.words;
    if (word && expandAt(file, facts.images, instruction, word).settable) {
      return refuse(instruction, 'workdir', 'is a folder that a build argument names');
    }
    const next = stage.instructions[stage.instructions.indexOf(instruction) + 1];
    const workdir = next && scopeAt(file, facts.images, next)?.workdir;
    return typeof workdir === 'string'
      ? [{ kind: 'folder', path: workdir }]
      : refuse(instruction, 'workdir', 'is a folder that is not known');
  }
  if (instruction.name !== 'RUN') return [];
  const scope = scopeAt(file, facts.images, instruction);
  const sequence = shellSequence(instruction, file.escape, scope?.shell);
  if ('reason' in sequence) return refuse(instruction, 'run', `can't be followed: it ${sequence.reason}`);
  if (scope === undefined || scope.workdir === UNKNOWN) return refuse(instruction, 'workdir', 'runs in a folder that is not known');
  return runEffects(instruction, withKnownVariables(sequence.commands, scope.variable), scope.workdir, read);
}

/** What a COPY or ADD brings from the build context; why that can't be told where it can't. */
export function copyOf(file: Dockerfile, facts: Facts, context: BuildContext, copy: Instruction): Copy | string {
  if (copy.heredocs.length > 0) return 'writes a file from a heredoc';
  const flag = copy.flags.find(({ name }) => ['from', 'parents', 'exclude'].includes(name));
  if (flag) return flag.name === 'from' ? 'copies from another image' : `uses --${flag.name}`;
  const expanded = copy.words.map(word => expandAt(file, facts.images, copy, word));
  if (expanded.some(({ settable }) => settable)) return 'copies between places that a build argument names';
  const words = expanded.map(({ text }) => text);
  const workdir = scopeAt(file, facts.images, copy)?.workdir ?? UNKNOWN;
  if (workdir === UNKNOWN || words.includes(UNKNOWN)) return "copies between places that aren't known";
  const [destination, ...sources] = [...(words as string[])].reverse() as [string, ...string[]];
  if (copy.name === 'ADD' && sources.some(source => isRemote(source) || isUnpacked(context, source))) return 'downloads or unpacks';
  return { sources, destination, workdir };
}

function isUnpacked(context: BuildContext, source: string): boolean {
  return context.match(source).some(path => {
    const head = context.head(path, ARCHIVE_HEAD);
    return head !== undefined && isArchive(head);
  });
}

/** Words whose variables are ENVs of plain text, which no caller can change and the RUN doesn't set, as the command receives them. */
export function withKnownVariables(commands: ShellCommand[], variable: Scope['variable']): ShellCommand[] {
  const own = new Set(commands.flatMap(({ assignments, words }) => [...assignments.map(({ name }) => name), ...words.flatMap(assigned)]));
  const literalOf = ({ text }: ShellWord): string | undefined => {
    if (!/^["\w./:=@%+,${}-]+$/.test(text) || text.split('"').length % 2 === 0) return undefined;
    let isKnown = true;
    const literal = text.replaceAll('"', '').replace(/\$(?:(\w+)|\{(\w+)\})/g, (_, plain, braced) => {
      const found = own.has(plain ?? braced) ? undefined : variable(plain ?? braced);
      if (typeof found?.text === 'string' && !found.settable && /^[\w./:=@%+,-]+$/.test(found.text)) return found.text;
      isKnown = false;
      return '';
    });
    return isKnown && !/[${}]/.test(literal) ? literal : undefined;
  };
  return commands.map(command => ({
    ...command,
    words: command.words.map(word => ({ ...word, literal: word.literal ?? literalOf(word) })),
  }));
}

function assigned({ text }: ShellWord): string[] {
  return /^\w+(?==)/.exec(text) ?? [];
}
