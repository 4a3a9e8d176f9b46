import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { shellScript } from '../../src/dockerfile/script.ts';
import { shellArgument, shellSequence } from '../../src/dockerfile/shell.ts';
import { scopeAt } from '../../src/dockerfile/stages.ts';
import { type PlacedCommand, placedCommands, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import type { Subject } from './runs.ts';

/** What a CMD or ENTRYPOINT starts; `commands` is undefined where that can't be read. */
export function startedCommands(
  { file, facts }: Subject,
  instruction: Instruction,
): { commands: PlacedCommand[] | undefined; calls: ToolCall[] } {
  const scope = scopeAt(file, facts.images, instruction);
  const script = shellScript(instruction, file.escape, scope?.shell);
  const sequence = 'commands' in script ? script : (shellArgument(instruction) ?? shellSequence(instruction, file.escape, scope?.shell));
  if (!('commands' in sequence)) return { commands: undefined, calls: [] };
  const commands = placedCommands(sequence.commands, scope?.workdir ?? UNKNOWN);
  return { commands, calls: commands.flatMap(command => toolCall(command) ?? []) };
}
