import { isDeepStrictEqual } from 'node:util';
import { parseImageReference } from '../../src/dockerfile/image-reference.ts';
import { knownImages } from '../../src/images/known.ts';
import type { Alteration, Change } from '../../src/transform.ts';
import { judgeLint, judgePlans, type Plan, type StagePlan, type Verdict } from './judge.ts';

/** What BuildKit says of a file, without building it. */
export interface Judgement {
  lint: Verdict;
  plan: Plan;
}

/** What BuildKit's own code says of each file, in their order, with build arguments `NAME=value`. */
export async function judgements(files: readonly string[], buildArgs: readonly string[] = []): Promise<Judgement[]> {
  const [lints, plans] = await Promise.all([judgeLint(files, buildArgs), judgePlans(files, buildArgs)]);
  return plans.map((plan, index) => ({ plan, lint: lints[index] as Verdict }));
}

/** Why BuildKit doesn't build a file; undefined where it does. */
export function refusal({ lint, plan }: Judgement): string | undefined {
  return lint.error ?? plan.err;
}

/**
 * What changes did against their promises as far as BuildKit can tell without building, a line for each trouble: the result is refused, has a new
 * warning, is built in other steps though the image was to stay the same, or has another configuration than `alters` allows.
 */
export function brokenPromises(before: Judgement, after: Judgement, changes: readonly Change[], transforms: readonly string[]): string[] {
  const refused = refusal(after);
  if (refused) return [`BuildKit refuses the result: ${refused}`];
  const stagesBefore = before.plan.stages ?? [];
  const stagesAfter = after.plan.stages ?? [];
  // a split adds stages, and what the image shows is that of the last
  const isSplit = stagesBefore.length !== stagesAfter.length;
  const pairs = isSplit ? [[stagesBefore.at(-1), stagesAfter.at(-1)]] : stagesBefore.map((stage, index) => [stage, stagesAfter[index]]);
  const allowed = new Set(changes.flatMap(({ alters = [] }) => alters.flatMap(configName)));
  const found = newWarnings(before.lint, after.lint, isSplit);
  for (const [old, now] of pairs) {
    const altered = configDifferences(old?.config ?? {}, now?.config ?? {}).filter(
      name => !allowed.has(name) && !isRepeated(name, old, now),
    );
    found.push(...altered.map(name => `the configuration has another ${name}`));
    if (changes.every(({ keeps }) => keeps === 'image') && !isDeepStrictEqual(steps(old, transforms), steps(now, transforms))) {
      found.push('it is built in other steps');
    }
  }
  return found;
}

/** The names of the configuration that an alteration allows; each base image brings a PATH of its own. */
function configName(alteration: Alteration): string[] {
  if ('base' in alteration) return ['Env.PATH'];
  return 'config' in alteration ? [alteration.config] : [];
}

/** Whether a variable is said again as the known image has it that a stage stood on before. */
function isRepeated(name: string, before: StagePlan | undefined, after: StagePlan | undefined): boolean {
  const source = before?.steps?.[0]?.source as { identifier?: string } | undefined;
  const image = parseImageReference(source?.identifier?.replace('docker-image://', '') ?? '');
  const variable = name.replace('Env.', '');
  const value = image && knownImages.about(image)?.env?.[variable];
  return value !== undefined && entries('Env', after?.config?.Env).get(name) === `${variable}=${value}`;
}

/** Rules about what a split says twice: FROM and the variables that both stages have. */
const REPEATED = /^(?:From|LegacyKeyValueFormat$|SecretsUsedInArgOrEnv$)/;

/** Warnings beyond those of before, by rule, as lines move. */
function newWarnings(before: Verdict, after: Verdict, isSplit: boolean): string[] {
  const counts = new Map<string, number>();
  for (const { rule } of before.warnings) counts.set(rule, (counts.get(rule) ?? 0) + (isSplit && REPEATED.test(rule) ? 2 : 1));
  return after.warnings.flatMap(({ rule, line }) => {
    const left = counts.get(rule) ?? 0;
    counts.set(rule, left - 1);
    return left > 0 ? [] : [`a new warning: ${rule}, line ${line}`];
  });
}

/** The steps of a stage; where ADD became COPY, without the unpacking of local archives that ADD would try. */
function steps(stage: StagePlan | undefined, transforms: readonly string[]): StagePlan['steps'] {
  if (!transforms.includes('copy-not-add')) return stage?.steps;
  return JSON.parse(JSON.stringify(stage?.steps ?? []), (key, value) => (key === 'attemptUnpackDockerCompatibility' ? undefined : value));
}

/** The fields of an image's configuration that differ; of maps and of Env the entries, as in `Env.PATH`. */
function configDifferences(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap(name => {
    const [old, now] = [entries(name, before[name]), entries(name, after[name])];
    return [...new Set([...old.keys(), ...now.keys()])].filter(entry => !isDeepStrictEqual(old.get(entry), now.get(entry)));
  });
}

const MAPS = new Set(['Labels', 'ExposedPorts', 'Volumes']);

function entries(name: string, value: unknown): Map<string, unknown> {
  if (value === undefined || value === null) return new Map();
  if (name === 'Env') {
    const pairs = (value as string[]).map(pair => [pair.slice(0, pair.indexOf('=')), pair] as const);
    return new Map(pairs.map(([key, pair]) => [`Env.${key}`, pair]));
  }
  if (MAPS.has(name)) return new Map(Object.entries(value).map(([key, entry]) => [`${name}.${key}`, entry]));
  return new Map([[name, value]]);
}
