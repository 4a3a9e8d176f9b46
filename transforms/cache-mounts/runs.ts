import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import type { Script } from '../../src/dockerfile/script.ts';
import { shellScript } from '../../src/dockerfile/script.ts';
import { shellSequence } from '../../src/dockerfile/shell.ts';
import { lineage, type Scope, type Stage, scopeAt, stageOf, stages } from '../../src/dockerfile/stages.ts';
import { namesTool, type PlacedCommand, placedCommands, type ToolCall, toolCall } from '../../src/tools/calls.ts';
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
  /** The commands of a RUN; undefined for another instruction, and where its script can't be read. */
  runOf(instruction: Instruction): RunCommands | undefined;
  /** The RUNs that call tools. */
  callers: RunCommands[];
}

/** The stages of a file and the commands of their RUNs. */
export function subjectOf(file: Dockerfile, facts: Facts): Subject {
  const all = stages(file, facts.images);
  const read = new Map<Instruction, RunCommands | undefined>();
  const runOf = (instruction: Instruction) => {
    const stage = read.has(instruction) ? undefined : stageOf(file, facts.images, instruction);
    if (stage) read.set(instruction, runCommands(file, facts, stage, instruction));
    return read.get(instruction);
  };
  const named = all.flatMap(({ instructions }) => instructions.filter(namesTool));
  const callers = named.flatMap(instruction => runOf(instruction) ?? []).filter(({ calls }) => calls.length > 0);
  return { file, facts, stages: all, runOf, callers };
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

/** The RUNs of a stage and of those that it stands on that call tools. */
export function callersBelow({ callers }: Subject, stage: Stage): RunCommands[] {
  const below = lineage(stage);
  return callers.filter(run => below.includes(run.stage));
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
