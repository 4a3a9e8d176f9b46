import type { Instruction } from '../../src/dockerfile/nodes.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import type { Build } from './build-walk.ts';

/** The system packages that a build installs, each with its RUN. */
export function installed({ steps }: Build): { run: Instruction; name: string }[] {
  return steps.flatMap(({ by, effect }) => (effect.kind === 'packages' ? effect.names.map(name => ({ run: by, name })) : []));
}

/** The RUN that installs packages and leaves no lists behind. */
export function installLine({ packageManager }: ImageFacts, packages: string[]): string {
  if (packageManager === 'apk') return `RUN apk add --no-cache ${packages.join(' ')}`;
  return `RUN apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')} && rm -rf /var/lib/apt/lists/*`;
}
