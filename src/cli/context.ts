import { dirname, join, resolve } from 'node:path';
import type { BuildContext } from '../context/context.ts';
import { diskContext } from '../context/disk.ts';
import { contextOf } from '../discover/context-of.ts';
import { UNKNOWN } from '../dockerfile/lex.ts';
import type { Dockerfile } from '../dockerfile/nodes.ts';
import { isRemote } from '../dockerfile/remote.ts';
import { expandAt } from '../dockerfile/stages.ts';
import { copy } from '../dockerfile/views.ts';
import type { Images } from '../images/images.ts';
import type { FileResult } from '../report/results.ts';
import { shownPath } from './inputs.ts';
import { UsageError } from './table.ts';

export interface UsedContext {
  context: BuildContext | undefined;
  /** In full; undefined where the context isn't known. */
  folder: string | undefined;
  shown: NonNullable<FileResult['context']>;
}

/** The context that a Dockerfile is read with: the folder that `--context` names, else the one that has what the file copies. */
export function usedContext(path: string, file: Dockerfile, images: Images, named: string | undefined, cwd: string): UsedContext {
  const dockerfile = dockerfileOf(path, cwd);
  if (named !== undefined) {
    const folder = resolve(cwd, named);
    return { context: diskContext(folder, { dockerfile }), folder, shown: { folder: shownPath(folder, cwd), from: 'as named' } };
  }
  const found = contextOf(dockerfile, localSources(file, images), cwd);
  if ('unknown' in found) return { context: undefined, folder: undefined, shown: found };
  const from = path === '-' || dirname(dockerfile) === cwd ? 'the working directory' : found.is;
  return { context: found.context, folder: found.root, shown: { folder: shownPath(found.root, cwd), from } };
}

/** A Dockerfile's path in full; `-` stands in the working directory. */
export function dockerfileOf(path: string, cwd: string): string {
  return path === '-' ? join(cwd, 'Dockerfile') : resolve(cwd, path);
}

/** Throws a UsageError for a context that Docker would refuse. */
export function checkContext(named: string): void {
  const { problem } = diskContext(resolve(named));
  if (problem !== undefined) throw new UsageError(`--context ${problem}`);
}

/** What COPY and ADD take from the build context; undefined for what has a variable without a value. */
function localSources(file: Dockerfile, images: Images): (string | undefined)[] {
  return file.instructions.flatMap(instruction => {
    const { from, sources = [] } = copy(instruction) ?? {};
    if (from) return [];
    return sources
      .filter(({ inline }) => !inline)
      .map(source => expandAt(file, images, instruction, source).text)
      .map(text => (text === UNKNOWN ? undefined : text))
      .filter(text => instruction.name !== 'ADD' || text === undefined || !isRemote(text));
  });
}
