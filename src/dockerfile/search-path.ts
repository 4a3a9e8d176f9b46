import { posix } from 'node:path';
import { UNKNOWN } from './lex.ts';
import type { Scope } from './stages.ts';

/** The folders of PATH; undefined where it isn't known. */
function searchPath(scope: Scope): string[] | undefined {
  const path = scope.variable('PATH')?.text;
  return typeof path === 'string' && path !== '' ? path.split(':') : undefined;
}

/** The paths that a program's name may stand for: itself, or one in each folder of PATH. */
export function candidates(program: string, scope: Scope): string[] {
  if (program.startsWith('/')) return [posix.normalize(program)];
  if (program.includes('/')) return scope.workdir === UNKNOWN ? [] : [posix.resolve(scope.workdir, program)];
  return (searchPath(scope) ?? []).map(folder => posix.join(folder, program));
}
