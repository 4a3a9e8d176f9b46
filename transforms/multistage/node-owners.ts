import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { scopeAt } from '../../src/dockerfile/stages.ts';
import type { Facts } from '../../src/transform.ts';
import type { Build } from './build-walk.ts';
import { isIn } from './copied.ts';
import type { NodeEffect } from './node-commands.ts';
import { isRootUser } from './users.ts';

/** Commands that give a folder, which COPY makes anew as root's own, the owner and the rights that it has in the builder. */
export function rightsOf(file: Dockerfile, facts: Facts, { steps }: Build<NodeEffect>, folder: string): string[] {
  let isThere = false;
  let owner: string | undefined;
  const commands: string[] = [];
  for (const { by, effect } of steps) {
    const user = scopeAt(file, facts.images, by)?.user;
    if (!isThere && effect.kind === 'folder' && isIn(effect.path, folder)) {
      isThere = true;
      if (typeof user === 'string' && !isRootUser(user)) owner = user;
    }
    if (effect.kind === 'copy' && !isThere) isThere = true;
    if (effect.kind !== 'given') continue;
    const hit = effect.paths.some(path => path === folder || (effect.recursive && isIn(folder, path)));
    if (!hit) continue;
    if (effect.program === 'chown') owner = effect.to;
    else commands.push(`${effect.program} ${effect.to} ${folder}`);
  }
  return owner === undefined || isRootUser(owner) ? commands : [`chown ${owner} ${folder}`, ...commands];
}
