import { parseImageReference } from './image-reference.ts';
import { mounts } from './mounts.ts';
import type { Dockerfile, Instruction } from './nodes.ts';

/**
 * Which docker/dockerfile a file's `# syntax=` asks for. `minor`: of 1.x, undefined for the newest. The experimental channel, of before 1.2, had
 * mounts, networks and security early.
 */
export interface Frontend {
  minor: number | undefined;
  channel: 'stable' | 'labs' | 'experimental';
}

/** Features of a Dockerfile that not every builder's own frontend has, with the version of docker/dockerfile that brought each to everybody: its release notes (moby/buildkit, dockerfile/*). */
const SINCE = {
  mount: 2,
  chmod: 2,
  network: 3,
  heredoc: 4,
  link: 4,
  checksum: 6,
  'keep-git-dir': 6,
  'start-interval': 6,
  'mount-env': 10,
  unpack: 17,
  exclude: 19,
  parents: 20,
  security: 20,
} as const;

export type Feature = keyof typeof SINCE;

const FLAGS: ReadonlySet<string> = new Set(Object.keys(SINCE));
const EXPERIMENTAL: ReadonlySet<string> = new Set(['mount', 'network', 'security'] satisfies Feature[]);
/** Flags of the labs channel before they came to everybody. */
const LABS: Readonly<Partial<Record<Feature, number>>> = { heredoc: 3, network: 2, checksum: 5, exclude: 7, parents: 7, security: 2 };

/** 1, 1.4, 1.4.3, 1.4-labs, latest, labs. */
const TAG = /^(?:(?:1(?:\.(\d+)(?:\.\d+)?)?|latest)(?:-(labs|experimental))?|(labs|experimental))$/;

/** The frontend that a file names; 'other' for one that isn't docker/dockerfile, or of a version that can't be read; undefined where it names none. */
export function frontendOf({ directives }: Dockerfile): Frontend | 'other' | undefined {
  const value = directives.find(({ name }) => name === 'syntax')?.value;
  if (value === undefined) return undefined;
  const image = parseImageReference(value);
  if (image?.name !== 'docker/dockerfile' || (image.tag === undefined && image.digest !== undefined)) return 'other';
  const [, minor, channel, alone] = TAG.exec(image.tag ?? 'latest') ?? ['', 'other'];
  if (minor === 'other') return 'other';
  return { minor: minor === undefined ? undefined : Number(minor), channel: ((channel ?? alone) as Frontend['channel']) ?? 'stable' };
}

/** Whether a frontend is too old for a feature. */
export function isOlder({ minor, channel }: Frontend, feature: Feature): boolean {
  // the channel ended with 1.1
  if (channel === 'experimental') return !EXPERIMENTAL.has(feature);
  return minor !== undefined && minor < ((channel === 'labs' && LABS[feature]) || SINCE[feature]);
}

/** The features that an instruction uses. */
export function featuresOf(instruction: Instruction): Feature[] {
  const { flags, heredocs, trigger } = instruction;
  const named = flags.map(({ name }) => name).filter((name): name is Feature => FLAGS.has(name));
  return [
    ...named,
    ...(heredocs.length > 0 ? (['heredoc'] as const) : []),
    ...(mounts(instruction).some(({ env }) => env !== undefined) ? (['mount-env'] as const) : []),
    ...(trigger ? featuresOf(trigger) : []),
  ];
}
