import { csvFields } from './csv.ts';
import type { Flag, Instruction } from './nodes.ts';

const TYPES = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const;
const SHARING = ['shared', 'private', 'locked'] as const;

/** One `--mount` of a RUN with BuildKit's defaults. Texts are as written: variables stay. */
export interface Mount {
  flag: Flag;
  /** undefined where a variable says it. */
  type: (typeof TYPES)[number] | undefined;
  /** A stage or an image; undefined for the build context, or an empty folder in a cache or tmpfs. */
  from: string | undefined;
  source: string | undefined;
  target: string | undefined;
  id: string | undefined;
  /** Of a cache; undefined stands for shared. */
  sharing: (typeof SHARING)[number] | undefined;
  readonly: boolean;
  required: boolean;
  /** The variable that holds a secret. */
  env: string | undefined;
  uid: number | undefined;
  gid: number | undefined;
  mode: number | undefined;
}

/** The mounts of a RUN; those that BuildKit refuses are left out. */
export function mounts(instruction: Instruction): Mount[] {
  return mountFlags(instruction)
    .map(readMount)
    .filter(mount => 'flag' in mount);
}

/** What BuildKit refuses in the mounts of a RUN (instructions/commands_runmount.go and what dispatch asks of them), in its words. */
export function mountProblems(instruction: Instruction): { flag: Flag; message: string }[] {
  return mountFlags(instruction).flatMap(flag => {
    const mount = readMount(flag);
    return 'error' in mount ? [{ flag, message: mount.error }] : [];
  });
}

function mountFlags(instruction: Instruction): Flag[] {
  return instruction.name === 'RUN' ? instruction.flags.filter(({ name, value }) => name === 'mount' && value !== undefined) : [];
}

type Draft = { -readonly [Key in keyof Omit<Mount, 'flag' | 'readonly'>]: Mount[Key] } & { readonly: boolean | undefined };

function readMount(flag: Flag): Mount | { error: string } {
  const value = flag.value ?? '';
  const fields = csvFields(value);
  if (!fields) return { error: 'failed to parse csv mounts' };
  const mount: Draft = {
    type: 'bind',
    from: undefined,
    source: undefined,
    target: undefined,
    id: undefined,
    sharing: undefined,
    readonly: undefined,
    required: false,
    env: undefined,
    uid: undefined,
    gid: undefined,
    mode: undefined,
  };
  for (const field of fields) {
    const error = readField(mount, field);
    if (error) return { error };
  }
  const error = mount.type === undefined ? undefined : contradiction(mount, mount.type);
  if (error) return { error };
  const isReadonly = mount.readonly ?? (mount.type !== 'cache' && mount.type !== 'tmpfs');
  return { ...mount, flag, readonly: isReadonly };
}

/** Reads one field into the mount; answers BuildKit's error. What a variable says stays undefined, unless it is a text. */
function readField(mount: Draft, field: string): string | undefined {
  const equals = field.indexOf('=');
  const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
  const read = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
  if (equals < 0) {
    if (read !== readFlag && read !== readNegatedFlag && read !== readRequired) return `invalid field '${field}' must be a key=value pair`;
    return read(mount, 'true', key);
  }
  return read ? read(mount, field.slice(equals + 1), key) : `unexpected key '${key}' in '${field}'`;
}

type ReadField = (mount: Draft, value: string, key: string) => string | undefined;

const hasVariable = (value: string) => value.includes('$');

function readText(name: 'source' | 'target' | 'id'): ReadField {
  return (mount, value) => {
    mount[name] = value || undefined;
    return undefined;
  };
}

function readNumber(name: 'uid' | 'gid' | 'mode', digits: RegExp, base: number): ReadField {
  return (mount, value) => {
    if (hasVariable(value)) return undefined;
    const number = digits.test(value) ? Number.parseInt(value, base) : Number.NaN;
    if (!(number <= 0xffff_ffff)) return `invalid value ${value} for ${name}`;
    mount[name] = number;
    return undefined;
  };
}

const readFlag: ReadField = (mount, value, key) => {
  mount.readonly = boolean(value);
  return mount.readonly === undefined && !hasVariable(value) ? `invalid value for ${key}: ${value}` : undefined;
};

const readNegatedFlag: ReadField = (mount, value, key) => {
  const error = readFlag(mount, value, key);
  if (mount.readonly !== undefined) mount.readonly = !mount.readonly;
  return error;
};

const readRequired: ReadField = (mount, value) => {
  if (mount.type !== undefined && mount.type !== 'secret' && mount.type !== 'ssh') {
    return `unexpected key 'required' for mount type '${mount.type}'`;
  }
  const required = boolean(value);
  if (required === undefined && !hasVariable(value)) return `invalid value for required: ${value}`;
  mount.required = required ?? false;
  return undefined;
};

const readSize: ReadField = (mount, value) => {
  if (mount.type !== undefined && mount.type !== 'tmpfs') return `unexpected key 'size' for mount type '${mount.type}'`;
  // docker/go-units' RAMInBytes
  return hasVariable(value) || /^\d+(?:\.\d+)? ?(?:[kmgtp]i?)?b?$/i.test(value) ? undefined : `invalid value for size: ${value}`;
};

const readType: ReadField = (mount, value) => {
  mount.type = TYPES.find(type => type === value.toLowerCase());
  return mount.type === undefined && !hasVariable(value) ? `unsupported mount type "${value}"` : undefined;
};

const readSharing: ReadField = (mount, value) => {
  mount.sharing = SHARING.find(sharing => sharing === value.toLowerCase());
  return mount.sharing === undefined && !hasVariable(value) ? `unsupported sharing value "${value}"` : undefined;
};

const readFrom: ReadField = (mount, value) => {
  const dollar = value.indexOf('$');
  if (dollar >= 0 && dollar !== value.length - 1) return "'from' doesn't support variable expansion, define alias stage instead";
  mount.from = value || undefined;
  return undefined;
};

const readEnv: ReadField = (mount, value) => {
  mount.env = value;
  return undefined;
};

const FIELDS: Readonly<Record<string, ReadField>> = {
  type: readType,
  from: readFrom,
  source: readText('source'),
  src: readText('source'),
  target: readText('target'),
  dst: readText('target'),
  destination: readText('target'),
  readonly: readFlag,
  ro: readFlag,
  readwrite: readNegatedFlag,
  rw: readNegatedFlag,
  required: readRequired,
  size: readSize,
  id: readText('id'),
  sharing: readSharing,
  mode: readNumber('mode', /^[0-7]+$/, 8),
  uid: readNumber('uid', /^\d+$/, 10),
  gid: readNumber('gid', /^\d+$/, 10),
  env: readEnv,
};

function contradiction(mount: Draft, type: NonNullable<Mount['type']>): string | undefined {
  const odd = (['mode', 'uid', 'gid'] as const).find(key => mount[key] !== undefined);
  if (odd && (type === 'bind' || type === 'tmpfs')) return `${odd} not allowed for "${type}" type mounts`;
  if (type === 'secret') {
    if (mount.from !== undefined) return 'secret mount should not have a from';
    if (mount.sharing !== undefined) return 'secret mount should not define sharing';
    if (!mount.source && !mount.target && !mount.id) return 'invalid secret mount. one of source, target required';
    if (mount.source && mount.id) return "both source and id can't be set";
  }
  if (mount.sharing !== undefined && type !== 'cache') return `invalid cache sharing set for ${type} mount`;
  return type === 'ssh' && mount.source ? 'ssh does not support source' : undefined;
}

const TRUE: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Go's strconv.ParseBool; undefined for what is none. */
function boolean(value: string): boolean | undefined {
  if (TRUE.has(value)) return true;
  return FALSE.has(value) ? false : undefined;
}
