import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import type { Script } from '../../src/dockerfile/script.ts';
import { shellScript } from '../../src/dockerfile/script.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import { lineage, type Scope, type Stage, scopeAt, stages } from '../../src/dockerfile/stages.ts';
import { type PlacedCommand, placedCommands, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import type { Facts } from '../../src/transform.ts';

/** A RUN with the commands of its script. */
export interface RunCommands {
  instruction: Instruction;
  stage: Stage;
  scope: Scope;
  /** undefined for the exec form. */
  script: Script | undefined;
  commands: PlacedCommand[];
  calls: ToolCall[];
}

/** What a transform's run looks at. */
export interface Subject {
  file: Dockerfile;
  facts: Facts;
  stages: Stage[];
  /** The RUNs whose script can be read, by instruction. */
  runs: ReadonlyMap<Instruction, RunCommands>;
}

/** The stages of a file and the commands of their RUNs. */
export function subjectOf(file: Dockerfile, facts: Facts): Subject {
  const all = stages(file, facts.images);
  const runs = all.flatMap(stage => stage.instructions.flatMap(instruction => runCommands(file, facts, stage, instruction) ?? []));
  return { file, facts, stages: all, runs: new Map(runs.map(run => [run.instruction, run])) };
}

function runCommands(file: Dockerfile, facts: Facts, stage: Stage, instruction: Instruction): RunCommands | undefined {
  const scope = instruction.name === 'RUN' ? scopeAt(file, facts.images, instruction) : undefined;
  if (!scope) return undefined;
  const script = shellScript(instruction, file.escape, scope.shell);
  const isRead = 'commands' in script;
  const sequence = isRead ? script : shellSequence(instruction, file.escape, scope.shell);
  if (!('commands' in sequence) || (!isRead && !instruction.json)) return undefined;
  const commands = placedCommands(sequence.commands, scope.workdir === UNKNOWN ? UNKNOWN : scope.workdir);
  const calls = commands.flatMap(command => toolCall(command) ?? []);
  return { instruction, stage, scope, script: isRead ? script : undefined, commands, calls };
}

/** The RUNs of a stage and of those that it stands on. */
export function runsBelow({ runs }: Subject, stage: Stage): RunCommands[] {
  return lineage(stage).flatMap(each => each.instructions.flatMap(instruction => runs.get(instruction) ?? []));
}

/** The stages that stand on a stage, itself included. */
export function stagesAbove({ stages: all }: Subject, stage: Stage): Stage[] {
  return all.filter(each => lineage(each).includes(stage));
}

/** What comes after an instruction in the images that it is part of. */
export function instructionsAfter(subject: Subject, { instruction, stage }: RunCommands): { stage: Stage; instruction: Instruction }[] {
  return stagesAbove(subject, stage).flatMap(each => {
    const from = each === stage ? each.instructions.indexOf(instruction) + 1 : 0;
    return each.instructions.slice(from).map(later => ({ stage: each, instruction: later }));
  });
}

/** The instructions that were run for an image when one of its stage is reached. */
export function instructionsBefore({ instruction, stage }: RunCommands): Instruction[] {
  return lineage(stage).flatMap(each =>
    each === stage ? each.instructions.slice(0, each.instructions.indexOf(instruction)) : each.instructions,
  );
}
