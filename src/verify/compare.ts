import type { Difference } from './difference.ts';
import type { Entry, Healthcheck, ImageConfig, Snapshot } from './snapshot.ts';

/**
 * All that two images show differently: the configuration by field, then the files by path. Times, layers and history aren't looked at, and nor is
 * what a field means the same by: missing, null and empty.
 */
export function differences(before: Snapshot, after: Snapshot): Difference[] {
  return [...configDifferences(before.config, after.config), ...fileDifferences(before, after)];
}

/** Paths of which the content differs between two builds of one Dockerfile: files that hold a time, a random number, the builder's name. */
export function contentNoise(one: Snapshot, again: Snapshot): Set<string> {
  return new Set(fileDifferences(one, again).flatMap(({ kind, name }) => (kind === 'changed' ? [name] : [])));
}

function fileDifferences({ files: before }: Snapshot, { files: after }: Snapshot): Difference[] {
  const paths = [...before.keys(), ...[...after.keys()].filter(path => !before.has(path))].sort(byCodeUnits);
  return paths.flatMap(path => entryDifferences(path, before.get(path), after.get(path)));
}

/** Not by the locale: the same order on every machine. */
function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

type FileKind = Exclude<Difference['kind'], 'config'>;

/** What an entry shows of a kind; a link's mode counts nowhere. Extended attributes are rights, which noise never excuses. */
const SHOWN: Record<'type' | 'changed' | 'mode' | 'owner', (entry: Entry) => string | undefined> = {
  type: ({ type }) => type,
  changed: shownContent,
  mode: ({ type, mode, attributes }) =>
    [...(type === 'link' ? [] : [`0${mode.toString(8).padStart(3, '0')}`]), ...shownAttributes(attributes)].join(', '),
  owner: ({ uid, gid }) => `${uid}:${gid}`,
};

/** How a kind of difference shows an entry; undefined for none. Two entries that show alike are alike. */
export function shownEntry(kind: FileKind, entry: Entry | undefined): string | undefined {
  if (!entry) return undefined;
  if (kind === 'removed' || kind === 'added') return entry.type === 'folder' ? 'folder' : `${entry.type}, ${shownContent(entry)}`;
  return SHOWN[kind](entry);
}

function entryDifferences(path: string, before: Entry | undefined, after: Entry | undefined): Difference[] {
  const found = (kind: FileKind): Difference => ({
    kind,
    name: path,
    before: shownEntry(kind, before),
    after: shownEntry(kind, after),
  });
  if (!before || !after) return [found(before ? 'removed' : 'added')];
  const isOther = (kind: keyof typeof SHOWN) => SHOWN[kind](before) !== SHOWN[kind](after);
  if (isOther('type')) return [found('type')];
  return (['changed', 'mode', 'owner'] as const).filter(isOther).map(found);
}

/** A file's size and digest, where a link points, a device's numbers. */
function shownContent({ type, size, digest, target, device }: Entry): string {
  return [
    ...(type === 'file' ? [`${size} bytes`, ...(digest === undefined ? [] : [`sha256 ${digest.slice(0, 12)}`])] : []),
    ...(target === undefined ? [] : [`to ${target}`]),
    ...(device === undefined ? [] : [device]),
  ].join(', ');
}

function shownAttributes(attributes: Entry['attributes']): string[] {
  const named = Object.entries(attributes ?? {}).sort(([one], [other]) => byCodeUnits(one, other));
  return named.map(([name, value]) => `${name}=0x${value}`);
}

function configDifferences(before: ImageConfig, after: ImageConfig): Difference[] {
  const [old, now] = [configEntries(before), configEntries(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter(name => old.get(name) !== now.get(name))
    .sort(byCodeUnits)
    .map(name => ({ kind: 'config' as const, name, before: old.get(name), after: now.get(name) }));
}

/** How a configuration's fields are shown, by the names that `alters` has for them: `User`, `Env.PATH`, `ExposedPorts.80/tcp`. */
export function configEntries(config: ImageConfig): Map<string, string> {
  const { User, WorkingDir, Entrypoint, Cmd, StopSignal, Shell } = config;
  const named = (field: string, entries: Iterable<readonly [string, string]>) =>
    [...entries].map(([name, value]) => [`${field}.${name}`, value] as const);
  const plain = (field: string, value: string | undefined) => (value ? [[field, value] as const] : []);
  const listed = (field: string, value: readonly string[] | undefined) => (value?.length ? [[field, JSON.stringify(value)] as const] : []);
  return new Map([
    ...plain('User', User),
    // an image without one starts at the root
    ...plain('WorkingDir', WorkingDir === '/' ? '' : WorkingDir),
    ...plain('StopSignal', StopSignal),
    ...listed('Entrypoint', Entrypoint),
    ...listed('Cmd', Cmd),
    ...listed('Shell', Shell),
    ...plain('Healthcheck', shownHealthcheck(config.Healthcheck)),
    ...named('Env', environment(config)),
    ...named('Labels', Object.entries(config.Labels ?? {})),
    ...named('ExposedPorts', keysOf(config.ExposedPorts)),
    ...named('Volumes', keysOf(config.Volumes)),
    ...named(
      'OnBuild',
      (config.OnBuild ?? []).map((trigger, index) => [String(index), trigger]),
    ),
  ]);
}

/** The variables that a container starts with; the last of a name counts. */
export function environment({ Env }: ImageConfig): Map<string, string> {
  return new Map(
    (Env ?? []).map(pair => {
      const [name = '', ...value] = pair.split('=');
      return [name, value.join('=')];
    }),
  );
}

function keysOf(map: Record<string, unknown> | undefined): [string, string][] {
  return Object.keys(map ?? {}).map(key => [key, key]);
}

/** A duration or count of nothing is the engine's default, as a missing one is. */
function shownHealthcheck(check: Healthcheck | undefined): string | undefined {
  const fields = ['Test', 'Interval', 'Timeout', 'StartPeriod', 'StartInterval', 'Retries'] as const;
  const set = fields.flatMap(field => {
    const value = check?.[field];
    return !value || (Array.isArray(value) && value.length === 0) ? [] : [[field, value]];
  });
  return set.length > 0 ? JSON.stringify(Object.fromEntries(set)) : undefined;
}
