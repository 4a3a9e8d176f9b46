import { isIn } from '../../src/context/copied.ts';
import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import { scopeAt } from '../../src/dockerfile/stages.ts';
import { isRootUser } from '../../src/dockerfile/views.ts';
import type { Facts } from '../../src/transform.ts';
import type { Build } from './build-walk.ts';
import type { NodeEffect } from './node-commands.ts';

/** Commands that give a folder, which COPY makes anew as root's own, the owner and the rights that it has in the builder. */
export function rightsOf(file: Dockerfile, facts: Facts, { steps }: Build<NodeEffect>, folder: string): string[] {
  let isThere = false;
  const commands: string[] = [];
  for (const { by, effect } of steps) {
    const user = scopeAt(file, facts.images, by)?.user;
    const makes = effect.kind === 'copy' || (effect.kind === 'folder' && isIn(effect.path, folder));
    if (makes && !isThere) {
      isThere = true;
      if (effect.kind === 'folder' && typeof user === 'string' && !isRootUser(user)) commands.push(`chown ${user} ${folder}`);
    }
    if (effect.kind !== 'given') continue;
    const isGiven = effect.paths.some(path => path === folder || (effect.recursive && isIn(folder, path)));
    if (isGiven) commands.push(`${effect.program} ${effect.to} ${folder}`);
  }
  return commands.filter((command, index) => commands.lastIndexOf(command) === index);
}
