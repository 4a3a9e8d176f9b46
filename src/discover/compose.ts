import { realpathSync } from 'node:fs';
import { basename, dirname, posix, resolve } from 'node:path';
import { diskTree } from '../context/disk.ts';
import type { Caller } from '../transform.ts';
import { withDefaults } from './compose-variables.ts';
import { isInside } from './repository.ts';
import { yamlDocuments } from './yaml.ts';

/** What a service of a compose file says of the image that it builds, as far as it says it. Paths are in full. */
export interface Service extends Pick<Caller, 'target' | 'args' | 'replaces' | 'mounts'> {
  /** Whether it builds an image; one that only names an image doesn't. */
  builds: boolean;
  /** undefined: its own folder. */
  context: string | undefined;
  dockerfile: string | undefined;
  /** Another service that it is laid over, of the same file where `file` is undefined. */
  base: { file: string | undefined; service: string } | undefined;
}

type Table = Record<string, unknown>;

/** No compose file is near it, and none of that size takes more than seconds, whatever is in it. */
const MAX_BYTES = 256 * 1024;
/** The entrypoint clears the image's CMD (docs.docker.com/reference/compose-file/services, "entrypoint"). */
const REPLACED: [key: string, replaces: Caller['replaces']][] = [
  ['command', ['cmd']],
  ['entrypoint', ['entrypoint', 'cmd']],
  ['user', ['user']],
  ['working_dir', ['workdir']],
];

/** The services of a compose file by name; none where it can't be read, is too large, is no compose file, or lies outside the root. */
export function composeServices(path: string, root: string): ReadonlyMap<string, Service> {
  const services = new Map<string, Service>();
  try {
    for (const document of yamlDocuments(textOf(path, root))) {
      for (const [name, value] of Object.entries(table(table(document)?.services) ?? {})) {
        const said = table(value);
        const service = said && serviceOf(said, dirname(path));
        const before = services.get(name);
        if (service) services.set(name, before ? laidOver(before, service) : service);
      }
    }
  } catch {
    // a broken file calls nobody
    return new Map();
  }
  return services;
}

/** A service with what another, laid over it, adds and replaces. */
export function laidOver(base: Service, own: Service): Service {
  return {
    builds: base.builds || own.builds,
    context: own.context ?? base.context,
    dockerfile: own.dockerfile ?? base.dockerfile,
    target: own.target ?? base.target,
    args: union(base.args, own.args),
    replaces: union(base.replaces, own.replaces),
    mounts: union(base.mounts, own.mounts),
    base: own.base ?? base.base,
  };
}

function textOf(path: string, root: string): string {
  const real = realpathSync(path);
  const bytes = isInside(root, real) ? diskTree(dirname(real)).head(basename(real), MAX_BYTES + 1) : undefined;
  return bytes && bytes.length <= MAX_BYTES ? new TextDecoder().decode(bytes) : '';
}

function serviceOf(said: Table, folder: string): Service {
  const build = typeof said.build === 'string' ? { context: said.build } : table(said.build);
  const replaces = REPLACED.flatMap(([key, replaced]) => (said[key] === undefined || said[key] === null ? [] : replaced));
  return {
    builds: build !== undefined && build.dockerfile_inline === undefined,
    context: pathIn(folder, build?.context),
    dockerfile: expanded(build?.dockerfile),
    target: expanded(build?.target),
    args: namesOf(build?.args),
    replaces: union(replaces, replacesCheck(said.healthcheck) ? ['healthcheck'] : []),
    mounts: union(list(said.volumes).flatMap(mountOf), list(said.tmpfs).flatMap(tmpfsOf)),
    base: baseOf(said.extends, folder),
  };
}

/** A check without a test has the image's own, at other times. */
function replacesCheck(value: unknown): boolean {
  const check = table(value);
  return check !== undefined && ((check.test !== undefined && check.test !== null) || check.disable === true);
}

function baseOf(value: unknown, folder: string): Service['base'] {
  const service = word(value) ?? word(table(value)?.service);
  return service === undefined ? undefined : { service, file: pathIn(folder, table(value)?.file) };
}

function mountOf(value: unknown): string[] {
  const target = word(table(value)?.target) ?? shortTarget(word(value));
  return target === undefined ? [] : [containerPath(target)];
}

/** The container's path in `[SOURCE:]PATH[:MODE]`, where both may start with a drive's letter. */
function shortTarget(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const fields: string[] = [];
  for (const part of withDefaults(value).split(':')) {
    const before = fields.at(-1) ?? '';
    if (/^[A-Za-z]$/.test(before) && /^[\\/]/.test(part)) fields[fields.length - 1] = `${before}:${part}`;
    else fields.push(part);
  }
  const [only = '', target = only.replace(/^[A-Za-z]:(?=\/)/, '')] = fields;
  return target;
}

function tmpfsOf(value: unknown): string[] {
  const path = word(value)?.split(':')[0];
  return path ? [containerPath(path)] : [];
}

function containerPath(path: string): string {
  const text = withDefaults(path);
  return text.startsWith('/') ? posix.resolve(text) : text;
}

function pathIn(folder: string, value: unknown): string | undefined {
  const path = expanded(value);
  return path === undefined ? undefined : resolve(folder, path);
}

function expanded(value: unknown): string | undefined {
  const written = word(value);
  return written === undefined ? undefined : withDefaults(written);
}

function namesOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(item => word(item)?.split('=')[0] ?? []);
  return Object.keys(table(value) ?? {});
}

function table(value: unknown): Table | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Table) : undefined;
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

function word(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function union<Item>(one: readonly Item[], other: readonly Item[]): Item[] {
  return [...new Set([...one, ...other])];
}
