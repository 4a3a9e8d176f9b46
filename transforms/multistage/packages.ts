import type { Instruction } from '../../src/dockerfile/nodes.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import type { Build } from './build-walk.ts';

/** The system packages that a build installs, each with its RUN. */
export function installed({ steps }: Build): { run: Instruction; name: string }[] {
  return steps.flatMap(({ by, effect }) => (effect.kind === 'packages' ? effect.names.map(name => ({ run: by, name })) : []));
}

/** The command that installs packages and leaves no lists behind; `recommended` with those that apt takes along by itself. */
export function installCommand({ packageManager }: ImageFacts, packages: string[], { recommended }: { recommended: boolean }): string {
  if (packageManager === 'apk') return `apk add --no-cache ${packages.join(' ')}`;
  const option = recommended ? '' : '--no-install-recommends ';
  return `apt-get update && apt-get install -y ${option}${packages.join(' ')} && rm -rf /var/lib/apt/lists/*`;
}
