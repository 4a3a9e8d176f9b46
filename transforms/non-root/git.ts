import { childPath } from '../../src/context/filepath.ts';
import { lineage } from '../../src/dockerfile/stages.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { placesOf } from './files.ts';
import type { Draft } from './places.ts';

/** Why a build that may ask git, as `go build` does, wouldn't be answered: git refuses root a repository of another owner. */
export function gitProblem({ file, facts, stage, steps, image }: Draft): Refusal | undefined {
  const { context } = facts;
  if (!context) return undefined;
  const hasGit =
    image.programs?.includes('git') ||
    lineage(stage).some(({ instructions }) => instructions.some(({ name, logical }) => name === 'RUN' && /\bgit\b/.test(logical.text)));
  const copy = stage.instructions.find(instruction => {
    const places = placesOf(file, facts, instruction);
    return (
      places &&
      !places.isForeign &&
      places.sources.some(source => context.match(source).some(path => context.kind(childPath(path, '.git')) !== undefined))
    );
  });
  const build = copy && steps.filled.find(({ run, builds }) => builds && run.start > copy.start);
  return hasGit && build ? refuse(build.run, 'git', 'may ask git, which answers the owner of the files alone (.git is copied)') : undefined;
}
