import { posix } from 'node:path';
import { isIn } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, scopeAt } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import type { Because } from './because.ts';
import type { Target } from './place.ts';
import { instructionsBefore, type RunCommands, type Subject } from './runs.ts';

/** Whether a RUN mounts a folder at a target already, or one above or below it; why that can't be told. */
export function isMounted({ file, facts }: Subject, { instruction, scope }: RunCommands, { path }: Target): boolean | Because {
  for (const mount of mounts(instruction)) {
    if (mount.target === undefined) continue;
    const { text } = expandAt(file, facts.images, instruction, { text: mount.target });
    if (text === UNKNOWN) return { code: 'mounted', reason: `mounts ${mount.target}, which may be its cache` };
    if (scope.workdir === UNKNOWN && !posix.isAbsolute(text)) continue;
    const at = posix.resolve(scope.workdir === UNKNOWN ? '/' : scope.workdir, text);
    if (isIn(at, path) || isIn(path, at)) return true;
  }
  return false;
}

/** Why a folder may hold what a COPY or ADD before a RUN put there. */
export function copiedReason(subject: Subject, run: RunCommands, { path }: Target): Because | undefined {
  const found = instructionsBefore(run).find(instruction => writes(subject, instruction, path));
  return found && { code: 'copied', reason: `would hide what line ${found.line} copies to ${path}` };
}

function writes({ file, facts }: Subject, instruction: Instruction, path: string): boolean {
  const copy = copyOf(instruction);
  const workdir = scopeAt(file, facts.images, instruction)?.workdir;
  if (!copy || workdir === undefined) return false;
  const { text } = expandAt(file, facts.images, instruction, copy.destination);
  if (text === UNKNOWN || (workdir === UNKNOWN && !posix.isAbsolute(text))) return false;
  const destination = posix.resolve(workdir === UNKNOWN ? '/' : workdir, text);
  if (isIn(destination, path)) return true;
  if (!isIn(path, destination) || copy.from) return false;
  const below = posix.relative(destination, path);
  return copy.sources.some(source => {
    if (source.inline) return false;
    const { text: from } = expandAt(file, facts.images, instruction, source);
    // nobody keeps a cache among the files that go to the root folder
    if (!facts.context || from === UNKNOWN) return destination !== '/';
    const { context } = facts;
    return context.match(from).some(each => context.kind(posix.join(each, below)) !== undefined);
  });
}

/** Whether a file of the context is in the image when a RUN is reached. */
export function isCopied({ file, facts }: Subject, run: RunCommands, wanted: string): boolean {
  return instructionsBefore(run).some(instruction => {
    const copy = copyOf(instruction);
    return (
      copy &&
      !copy.from &&
      copy.sources.some(source => {
        const { text } = expandAt(file, facts.images, instruction, source);
        return text !== UNKNOWN && (facts.context?.match(text) ?? []).some(each => each === '' || isIn(wanted, each));
      })
    );
  });
}
