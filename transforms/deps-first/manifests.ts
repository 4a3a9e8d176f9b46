import { posix } from 'node:path';
import type { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { inCaseOf } from '../../src/edit.ts';
import type { ContextCopy } from './copies.ts';
import type { Input } from './needs.ts';

/** The COPY instructions that bring the inputs of an install to where the copies of sources put them, with the same owner and mode: one for each folder. */
export function copyLines(run: Instruction, inputs: readonly Input[], workdir: string | typeof UNKNOWN): string[] {
  const groups = new Map<string, { by: ContextCopy; to: string; sources: string[] }>();
  for (const input of inputs) {
    const to = input.isFolder ? input.path : posix.dirname(input.path);
    const key = `${copyFlags(input.by)} ${input.isFolder ? input.path : ''}>${to}`;
    const group = groups.get(key) ?? { by: input.by, to, sources: [] };
    groups.set(key, group);
    group.sources.push(input.isFolder ? `${input.from}/` : input.from);
  }
  const keyword = inCaseOf(run.keyword.text, 'COPY');
  return [...groups.values()].map(({ by, to, sources }) => [keyword, ...copyFlags(by), ...sources, destination(to, workdir)].join(' '));
}

function copyFlags({ flags, instruction }: ContextCopy): string[] {
  return flags.map(flag => instruction.logical.text.slice(flag.from, flag.to));
}

/** A folder of the image, from the WORKDIR where it lies there. */
function destination(folder: string, workdir: string | typeof UNKNOWN): string {
  const from = String(workdir);
  if (folder === from) return './';
  if (from !== '/' && folder.startsWith(`${from}/`)) return `./${folder.slice(from.length + 1)}/`;
  return `${folder}/`;
}
