import type { Dockerfile } from '../dockerfile/nodes.ts';
import { lineage, stages, targetStage } from '../dockerfile/stages.ts';
import type { Images } from '../images/images.ts';

/**
 * A Dockerfile of the image alone that a target stands on, with the arguments that its FROM may name; undefined where that is `scratch`, or there is no
 * such target.
 */
export function baseDockerfile(file: Dockerfile, images: Images, target: string | undefined): string | undefined {
  const stage = targetStage(stages(file, images), target);
  const lowest = stage && lineage(stage).at(-1);
  if (!lowest || lowest.base.kind === 'scratch') return undefined;
  const first = file.instructions.find(({ name }) => name === 'FROM');
  return `${file.source.slice(0, first?.start)}${file.source.slice(lowest.from.start, lowest.from.end)}\n`;
}
