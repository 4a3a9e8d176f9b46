import type { Instruction } from './nodes.ts';

type Read<Fact> = (instruction: Instruction, escape: string, shell: string[] | undefined) => Fact;

/** A fact of an instruction's script under an escape character and a SHELL, found once for each. */
export function rememberedScript<Fact>(find: Read<Fact>): Read<Fact> {
  const known = new WeakMap<Instruction, Map<string, { fact: Fact }>>();
  return (instruction, escape, shell) => {
    const facts = known.get(instruction) ?? new Map<string, { fact: Fact }>();
    known.set(instruction, facts);
    const key = JSON.stringify([escape, shell]);
    const entry = facts.get(key) ?? { fact: find(instruction, escape, shell) };
    facts.set(key, entry);
    return entry.fact;
  };
}
