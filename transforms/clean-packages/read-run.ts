import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { type Script, shellScript } from '../../src/dockerfile/script.ts';
import { type Scope, scopeAt } from '../../src/dockerfile/stages.ts';
import { type PlacedCommand, placedCommands, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import type { Facts } from '../../src/transform.ts';

/** A RUN as a cleaner sees it. */
export interface ReadRun {
  file: Dockerfile;
  facts: Facts;
  instruction: Instruction;
  scope: Scope;
  script: Script;
  placed: PlacedCommand[];
  calls: ToolCall[];
  /** It runs as root for certain. */
  isRoot: boolean;
}

const remembered = new WeakMap<Facts, WeakMap<Instruction, ReadRun | Unread>>();

/** A RUN that can't be read, and why. */
export interface Unread {
  reason: string;
}

/** Reads a RUN, once; or why that can't be done. */
export function readRun(file: Dockerfile, facts: Facts, instruction: Instruction): ReadRun | Unread {
  const known = remembered.get(facts) ?? new WeakMap<Instruction, ReadRun | Unread>();
  remembered.set(facts, known);
  const found = known.get(instruction) ?? read(file, facts, instruction);
  known.set(instruction, found);
  return found;
}

function read(file: Dockerfile, facts: Facts, instruction: Instruction): ReadRun | Unread {
  const scope = scopeAt(file, facts.images, instruction);
  if (!scope) return { reason: 'stands before the first FROM' };
  const script = shellScript(instruction, file.escape, scope.shell);
  if ('reason' in script) return script;
  const placed = placedCommands(script.commands, scope.workdir);
  return {
    file,
    facts,
    instruction,
    scope,
    script,
    placed,
    calls: placed.flatMap(each => toolCall(each) ?? []),
    isRoot: typeof scope.user === 'string' && /^(?:root|0)(?::|$)/.test(scope.user),
  };
}
