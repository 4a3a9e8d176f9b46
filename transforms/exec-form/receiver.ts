import { posix } from 'node:path';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import type { ShellCommand } from '../../src/dockerfile/shell.ts';
import { lineage, type Stage, scopeAfter, stages } from '../../src/dockerfile/stages.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';

/** Why it matters to somebody that the command stops being one word for `/bin/sh -c`: the ENTRYPOINT that receives a CMD, or a CMD that an ENTRYPOINT now receives. */
export function receiverProblem(
  file: Dockerfile,
  facts: Facts,
  stage: Stage,
  instruction: Instruction,
  command: ShellCommand,
): Refusal | undefined {
  if (instruction.name === 'ENTRYPOINT') return commandProblem(file, facts, stage, instruction);
  if (instruction.name !== 'CMD') return undefined;
  for (const each of heirs(file, facts, stage)) {
    const { entrypoint, image } = scopeAfter(file, facts.images, each);
    const problem = entrypoint ? entrypointProblem(facts, each, entrypoint) : imageProblem(image?.entrypoint, command.words[0]?.text ?? '');
    if (problem) return refuse(instruction, 'entrypoint', problem);
  }
  return undefined;
}

/** A stage and those that stand on it. */
function heirs(file: Dockerfile, facts: Facts, stage: Stage): Stage[] {
  return stages(file, facts.images).filter(each => lineage(each).includes(stage));
}

/** ENTRYPOINT in shell form ignores CMD; in exec form it would receive it. */
function commandProblem(file: Dockerfile, facts: Facts, stage: Stage, entrypoint: Instruction): Refusal | undefined {
  for (const each of heirs(file, facts, stage)) {
    const after = scopeAfter(file, facts.images, each);
    if (after.entrypoint !== entrypoint || !after.cmd) continue;
    return refuse(entrypoint, 'command', `would receive CMD of line ${after.cmd.line}, which it ignores in shell form`);
  }
  return undefined;
}

function imageProblem(entrypoint: 'none' | 'passes' | 'branches' | undefined, program: string): string | undefined {
  if (entrypoint === 'none' || (entrypoint === 'passes' && !program.startsWith('-'))) return undefined;
  if (entrypoint === undefined) return "is a parameter of the base image's ENTRYPOINT, which is not known";
  return "is a parameter of the base image's ENTRYPOINT, which looks at the command it is given";
}

/** Programs that execute the command after their own options, whatever it is: init processes and those that change the user. */
const PASSES: Record<string, { options: RegExp; operands: number }> = {
  tini: { options: /^-(?:-|[sgvw]+|e\d+|p\w+)$/, operands: 0 },
  'tini-static': { options: /^-(?:-|[sgvw]+)$/, operands: 0 },
  'dumb-init': { options: /^-(?:-|-single-child|-verbose|[cv]+)$/, operands: 0 },
  catatonit: { options: /^-(?:-|[PgL]+)$/, operands: 0 },
  gosu: { options: /^--$/, operands: 1 },
  'su-exec': { options: /^--$/, operands: 1 },
};

function entrypointProblem(facts: Facts, stage: Stage, entrypoint: Instruction): string | undefined {
  if (!entrypoint.json) return `is never run: the ENTRYPOINT of line ${entrypoint.line} is in shell form`;
  const [program, ...rest] = entrypoint.words.map(({ text }) => text);
  if (program === undefined) return undefined;
  const passes = PASSES[posix.basename(program)];
  if (passes && rest.filter(word => !passes.options.test(word)).length === passes.operands) return undefined;
  const script = rest.length === 0 ? scriptText(facts, stage, program) : undefined;
  if (script !== undefined && handsOver(script)) return undefined;
  return `is a parameter of the ENTRYPOINT of line ${entrypoint.line}, which may look at the command it is given`;
}

/** The text of a file of the context that a COPY or ADD of the stage puts under the entrypoint's name. */
function scriptText(facts: Facts, stage: Stage, program: string): string | undefined {
  const { context } = facts;
  if (!context) return undefined;
  const name = posix.basename(program);
  const copies = lineage(stage)
    .flatMap(({ instructions }) => instructions)
    .filter(({ name: keyword, flags }) => (keyword === 'COPY' || keyword === 'ADD') && !flags.some(flag => flag.name === 'from'));
  const found = copies.flatMap(copy =>
    copy.words
      .slice(0, -1)
      .flatMap(({ text }) => context.match(text).map(path => (context.kind(path) === 'folder' ? posix.join(path, name) : path))),
  );
  const scripts = [...new Set(found)].filter(path => posix.basename(path) === name && context.kind(path) === 'file');
  return scripts.length === 1 && stage.base.kind !== 'unknown' ? context.text(scripts[0] as string) : undefined;
}

/** Whether a script executes its arguments and never looks at one of them. */
function handsOver(script: string): boolean {
  if (!/^\s*exec\s+"\$@"\s*$/m.test(script)) return false;
  const rest = script.replace(/^\s*exec\s+"\$@"\s*$/gm, '');
  return !/\$(?:[@*#1-9]|\{[@*#1-9])|\bshift\b|\bgetopts\b|\bset\s+--/.test(rest);
}
