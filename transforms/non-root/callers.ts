import { callersOf } from '../../src/dockerfile/shipped.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Shipped } from './image.ts';

const SAID: Record<string, string> = {
  user: 'sets the user itself',
  cmd: 'starts something else',
  entrypoint: 'starts something else',
  workdir: 'starts it in another folder',
};

/** Files of the host that are for everybody to read. */
const READ = /^\/etc\/(?:localtime|timezone|ssl|hosts|resolv\.conf)(?:\/|$)/;

/** Why a caller's settings don't go with another user; undefined where none of them builds this image, or all go. */
export function callerProblem({ file, facts, stage }: Shipped): Refusal | undefined {
  for (const { from, replaces, mounts } of callersOf(file, facts, stage)) {
    const said = replaces.find(each => Object.hasOwn(SAID, each));
    if (said) return refuse(stage.from, 'caller', `${from} ${SAID[said]}`);
    const mounted = mounts.find(path => !READ.test(path));
    if (mounted !== undefined) return refuse(stage.from, 'caller', `${from} mounts ${mounted}, whose files keep the owner they have`);
  }
  return undefined;
}
