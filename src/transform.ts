import type { BuildContext } from './context/context.ts';
import type { Dockerfile, Span } from './dockerfile/nodes.ts';
import type { Edit } from './edit.ts';
import type { Images } from './images/images.ts';

/** What the built image may show of a change, from the strongest promise to the weakest. */
export const PROMISES = ['image', 'behaviour', 'intent'] as const;
export type Keeps = (typeof PROMISES)[number];

/**
 * One difference that a change is allowed to make. For `config` it names the field of the image's configuration, and for maps and lists the entry
 * (`Env.GOPATH`, never `Env`); the path globs start with a literal folder, and those of `owner` and `unreachable` take `/go` along with `/go/**`. `added` names a
 * field likewise, by a glob, and lets it be new, or PATH longer.
 */
export type Alteration =
  | { config: string }
  | { removed: string }
  | { added: string }
  | { changed: string }
  | { mode: string }
  | { owner: string }
  /** What a runtime stage leaves behind in the builder: one glob, or all those of what goes together. */
  | { unreachable: string | readonly string[] }
  /** All that another base image brings. */
  | { base: string };

/** Edits of a neighbour of the Dockerfile, by its path in the build context. */
export type FileEdit = { path: string; edits: Edit[] } | { path: string; create: string };

/** One thing that a transform proposes. Its edits apply together or not at all. */
export interface Change {
  kind: 'change';
  /** The instruction that it is about: its line is shown, and a suppression there holds it back. */
  at: Span;
  /** A sentence without its full stop, in the imperative: "copy config.json with COPY". */
  title: string;
  keeps: Keeps;
  alters?: Alteration[];
  edits: Edit[];
  files?: FileEdit[];
  /** Right, but of little use: held back in presets. */
  gain?: 'none';
  /** What a person has to do or know elsewhere. */
  notes?: string[];
  /** hadolint's (DL…) and BuildKit's rules that the change answers. */
  settles?: string[];
}

/** A place that a transform would change if it were sure, and why it isn't. */
export interface Refusal {
  kind: 'refusal';
  at: Span;
  /** A clause: "needs a shell to expand $PORT". */
  reason: string;
  /** The clause's kind, for counting: "variable". */
  code: string;
}

/** Who builds or starts the image with settings of its own: a service of a compose file. */
export interface Caller {
  /** Where that stands: "compose.yaml: services.web". */
  from: string;
  /** The stage that it builds; undefined for the last. */
  target: string | undefined;
  /** The build arguments that it sets. */
  args: string[];
  /** The settings of the image that it replaces: CMD, ENTRYPOINT, USER, HEALTHCHECK, WORKDIR. */
  replaces: ('cmd' | 'entrypoint' | 'user' | 'healthcheck' | 'workdir')[];
  /** Paths in the container where it mounts a volume or a folder of the host. */
  mounts: string[];
}

/** What a transform may know beside the Dockerfile. */
export interface Facts {
  /** What `docker build` would send; undefined where it isn't known. */
  context: BuildContext | undefined;
  /** Those that were found; there may be others. */
  callers: readonly Caller[];
  images: Images;
}

/** An option of a transform: a flag of the command line of the same name. */
export interface Option {
  type: 'boolean' | 'string';
  summary: string;
}

export interface Transform {
  /** The state you get: also the command-line word, the file and the fixture folder. */
  name: string;
  /** A verb phrase. */
  summary: string;
  /** The weakest promise that it ever makes. */
  keeps: Keeps;
  settles: string[];
  options?: Record<string, Option>;
  run(file: Dockerfile, facts: Facts, options: OptionValues): Iterable<Change | Refusal>;
}

export type OptionValues = Record<string, boolean | string | undefined>;

/** Declares a transform: checks its shape, adds nothing. */
export function transform(declaration: Transform): Transform {
  return declaration;
}

/** A change, in the words of a transform. */
export function change(proposal: Omit<Change, 'kind'>): Change {
  return { kind: 'change', ...proposal };
}

/** A refusal: where, a kind for counting, and the reason as a clause. */
export function refuse(at: Span, code: string, reason: string): Refusal {
  return { kind: 'refusal', at, reason, code };
}

/** Whether a promise is at least as strong as a threshold. */
export function isAtLeast(promise: Keeps, threshold: Keeps): boolean {
  return PROMISES.indexOf(promise) <= PROMISES.indexOf(threshold);
}
