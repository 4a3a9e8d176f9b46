import { isArchiveName } from '../../src/context/archive.ts';
import type { BuildContext } from '../../src/context/context.ts';
import { UNKNOWN, type Value } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import { expandAt, type Stage, scopeAt } from '../../src/dockerfile/stages.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { addCopy, addFolder, type Copied, nothingCopied } from './copied.ts';
import { type Effect, runEffects } from './run-effects.ts';

/** What the instructions up to the last RUN do, in order. */
export interface Build {
  /** The last RUN: the builder ends there. */
  last: Instruction;
  copied: Copied;
  effects: { run: Instruction; effect: Effect }[];
  /** Each WORKDIR, and who makes its folder: USER is in force there already. */
  workdirs: { instruction: Instruction; user: Value | undefined }[];
}

/** Follows a stage's COPY, ADD and RUN up to its last RUN; refuses where one of them does what can't be followed. */
export function walkBuild(file: Dockerfile, facts: Facts, context: BuildContext, stage: Stage): Build | Refusal {
  const last = stage.instructions.findLast(({ name }) => name === 'RUN');
  if (!last) return refuse(stage.from, 'no-build', 'has no RUN that builds anything');
  const copied = nothingCopied();
  const effects: Build['effects'] = [];
  const workdirs: Build['workdirs'] = [];
  for (const instruction of stage.instructions) {
    if (instruction.start > last.start) break;
    if (instruction.name === 'SHELL') return refuse(instruction, 'shell', 'sets a SHELL');
    if (instruction.name === 'COPY' || instruction.name === 'ADD') {
      const reason = copyReason(file, facts, context, copied, instruction);
      if (reason) return refuse(instruction, 'copy', reason);
    }
    if (instruction.name === 'WORKDIR') workdirs.push({ instruction, user: scopeAt(file, facts.images, instruction)?.user });
    if (instruction.name !== 'RUN') continue;
    const found = effectsOf(file, facts, instruction);
    if (!Array.isArray(found)) return found;
    for (const effect of found) {
      effects.push({ run: instruction, effect });
      if (effect.kind === 'folder') addFolder(copied, effect.path);
    }
  }
  return { last, copied, effects, workdirs };
}

function effectsOf(file: Dockerfile, facts: Facts, run: Instruction): Effect[] | Refusal {
  const scope = scopeAt(file, facts.images, run);
  const sequence = shellSequence(run, file.escape, scope?.shell);
  if ('reason' in sequence) return refuse(run, 'run', `can't be followed: it ${sequence.reason}`);
  if (scope === undefined || scope.workdir === UNKNOWN) return refuse(run, 'workdir', 'runs in a folder that is not known');
  const effects = runEffects(run, sequence.commands, scope.workdir);
  const unknown = effects.find(({ kind }) => kind === 'unknown');
  return unknown?.kind === 'unknown' ? refuse(run, 'run', unknown.reason) : effects;
}

function copyReason(file: Dockerfile, facts: Facts, context: BuildContext, copied: Copied, copy: Instruction): string | undefined {
  if (copy.heredocs.length > 0) return 'writes a file from a heredoc';
  const flag = copy.flags.find(({ name }) => ['from', 'parents', 'exclude'].includes(name));
  if (flag) return flag.name === 'from' ? 'copies from another image' : `uses --${flag.name}`;
  const words = copy.words.map(word => expandAt(file, facts.images, copy, word).text);
  const workdir = scopeAt(file, facts.images, copy)?.workdir ?? UNKNOWN;
  if (workdir === UNKNOWN || words.includes(UNKNOWN)) return "copies between places that aren't known";
  const [destination, ...sources] = [...(words as string[])].reverse() as [string, ...string[]];
  if (copy.name === 'ADD' && sources.some(source => /:\/\/|^git@/.test(source) || isArchiveName(source))) return 'downloads or unpacks';
  return addCopy(copied, context, { sources, destination, workdir });
}
