import type { ImageFacts } from '../images/images.ts';
import { expandWord, UNKNOWN, type Value } from './lex.ts';
import type { Dockerfile, Instruction } from './nodes.ts';
import { Versions } from './versions.ts';

/** A text as far as it is known, and whether a caller could set it with `--build-arg`. */
export interface ScopeValue {
  text: Value;
  settable: boolean;
}

/** What `$NAME` is; undefined where it is certainly unset. */
export type Variables = (name: string) => ScopeValue | undefined;

/** Expands a word; UNKNOWN where BuildKit refuses it. */
export function expand(word: string, variables: Variables, escape: string): ScopeValue {
  let settable = false;
  const lookup = (name: string) => {
    const found = variables(name);
    settable ||= found?.settable ?? false;
    return found?.text;
  };
  const text = expandWord(word, lookup, escape);
  return { text: typeof text === 'object' ? UNKNOWN : text, settable };
}

/** A variable of a stage. */
interface Variable {
  now: ScopeValue;
  /** What ENV said last: it goes into the image, and so to the stages that stand on this one. */
  env: ScopeValue | undefined;
}

/** Names that ARG set in a stage, the last first. */
interface ArgNames {
  name: string;
  before: ArgNames | undefined;
}

/** What changes along a stage: shared, never altered. */
export interface State {
  variables: Versions<Variable>;
  args: ArgNames | undefined;
  /** An ENV whose name can't be known may have set any variable. */
  isOpaque: boolean;
  workdir: Value;
  user: Value | undefined;
  shell: string[] | undefined;
  cmd: Instruction | undefined;
  /** The CMD is this stage's own, so that an ENTRYPOINT after it doesn't reset it. */
  ownCmd: boolean;
  entrypoint: Instruction | undefined;
  healthcheck: Instruction | undefined;
}

/** Global ARGs that every build has (dockerfile2llb/platform.go: defaultArgs). */
const PREDEFINED: ReadonlySet<string> = new Set(
  (
    'BUILDPLATFORM BUILDOS BUILDOSVERSION BUILDARCH BUILDVARIANT TARGETPLATFORM TARGETOS TARGETOSVERSION TARGETARCH TARGETVARIANT ' +
    'TARGETSTAGE'
  ).split(' '),
);
/** What PATH is in an image that sets none (util/system: DefaultPathEnvUnix). */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** Longest folder that Linux knows (PATH_MAX): 50,000 relative WORKDIRs would take quadratic time. */
const LONGEST_PATH = 4096;

/** What each instruction does to the state of its stage (dockerfile2llb/convert.go: dispatch). */
export class Dispatch {
  globals: Versions<ScopeValue>;
  private readonly escape: string;
  private readonly size: number;
  private readonly keys = new Map<string, number>();

  constructor({ instructions, escape }: Dockerfile) {
    this.escape = escape;
    // each pair defines one name where it stands, and a trigger's another one in the stages above
    this.size = instructions.reduce((sum, { pairs, trigger }) => sum + pairs.length + (trigger?.pairs.length ?? 0), 0);
    this.globals = new Versions(this.size);
  }

  /** The value of a global ARG: at the first FROM, or in an earlier version. */
  global(name: string, globals = this.globals): ScopeValue | undefined {
    const key = this.keys.get(name);
    const own = key === undefined ? undefined : globals.get(key);
    return own ?? (PREDEFINED.has(name) ? { text: UNKNOWN, settable: true } : undefined);
  }

  defineGlobals({ name, pairs }: Instruction): void {
    if (name !== 'ARG') return;
    for (const pair of pairs) {
      const before = this.global(pair.name.text)?.text ?? UNKNOWN;
      const text = pair.value ? this.expand(pair.value.text, each => this.global(each)).text : before;
      this.globals = this.globals.with(this.keyOf(pair.name.text), { text, settable: true });
    }
  }

  variable(state: State, image: ImageFacts | undefined, name: string): ScopeValue | undefined {
    if (state.isOpaque) return { text: UNKNOWN, settable: true };
    const key = this.keys.get(name);
    const own = key === undefined ? undefined : state.variables.get(key);
    return own ? own.now : imageVariable(image, name);
  }

  /** A word with the escape character of the file. */
  expand(word: string, variables: Variables): ScopeValue {
    return expand(word, variables, this.escape);
  }

  /** The state at the start of a stage that stands on an image. */
  blank(image: ImageFacts | undefined): State {
    return {
      variables: new Versions(this.size),
      args: undefined,
      isOpaque: false,
      workdir: image?.workdir ?? UNKNOWN,
      user: image?.user,
      shell: undefined,
      cmd: undefined,
      ownCmd: false,
      entrypoint: undefined,
      healthcheck: undefined,
    };
  }

  /** The state at the start of a stage that stands on another: ARGs are inherited too, but where the image has a variable of that name. */
  inherited(end: State, image: ImageFacts | undefined): State {
    let { variables } = end;
    for (let { args } = end; args; args = args.before) {
      const key = this.keyOf(args.name);
      const variable = variables.get(key);
      const now = variable?.env ?? imageVariable(image, args.name);
      if (variable && now) variables = variables.with(key, { ...variable, now });
    }
    return { ...end, variables, args: undefined, ownCmd: false };
  }

  after(state: State, instruction: Instruction, image: ImageFacts | undefined): State {
    const { name, words } = instruction;
    const argument = words[0]?.text ?? '';
    const expanded = () => this.expand(argument, each => this.variable(state, image, each)).text;
    switch (name) {
      case 'ARG':
        return this.afterArg(state, instruction, image);
      case 'ENV':
        return this.afterEnv(state, instruction, image);
      case 'WORKDIR':
        return { ...state, workdir: joined(state.workdir, expanded()) };
      case 'USER':
        return { ...state, user: expanded() };
      case 'SHELL':
        return { ...state, shell: words.map(({ text }) => text) };
      case 'CMD':
        return { ...state, cmd: instruction, ownCmd: true };
      case 'HEALTHCHECK':
        return { ...state, healthcheck: instruction };
      case 'ENTRYPOINT':
        // it resets the CMD that was inherited
        return { ...state, entrypoint: instruction, cmd: state.ownCmd ? state.cmd : undefined };
      default:
        return state;
    }
  }

  private keyOf(name: string): number {
    const found = this.keys.get(name);
    if (found !== undefined) return found;
    this.keys.set(name, this.keys.size);
    return this.keys.size - 1;
  }

  /** Each ARG sees those before it in the same instruction. */
  private afterArg(before: State, { pairs }: Instruction, image: ImageFacts | undefined): State {
    let state = before;
    for (const { name, value } of pairs) {
      const variables: Variables = each => this.variable(state, image, each);
      const found = value ? this.expand(value.text, variables) : (this.global(name.text) ?? variables(name.text));
      const key = this.keyOf(name.text);
      const now: ScopeValue = { text: found?.text ?? UNKNOWN, settable: true };
      const defined = state.variables.with(key, { now, env: state.variables.get(key)?.env });
      state = { ...state, variables: defined, args: { name: name.text, before: state.args } };
    }
    return state;
  }

  /** All of an ENV's words are expanded before any of it is set. */
  private afterEnv(state: State, { pairs }: Instruction, image: ImageFacts | undefined): State {
    const find: Variables = each => this.variable(state, image, each);
    let { variables, isOpaque } = state;
    for (const { name, value } of pairs) {
      const { text } = this.expand(name.text, find);
      if (text === UNKNOWN) {
        isOpaque = true;
        continue;
      }
      const now = this.expand(value?.text ?? '', find);
      variables = variables.with(this.keyOf(text), { now, env: now });
    }
    return { ...state, variables, isOpaque };
  }
}

function imageVariable(image: ImageFacts | undefined, name: string): ScopeValue | undefined {
  if (!image?.env) return { text: UNKNOWN, settable: false };
  if (Object.hasOwn(image.env, name)) return { text: image.env[name] ?? UNKNOWN, settable: false };
  return name === 'PATH' ? { text: DEFAULT_PATH, settable: false } : undefined;
}

/** WORKDIR after another, as BuildKit normalises it. */
function joined(current: Value, next: Value): Value {
  if (next === UNKNOWN) return UNKNOWN;
  if (!next.startsWith('/') && current === UNKNOWN) return UNKNOWN;
  const path = next.startsWith('/') ? next : `${String(current)}/${next}`;
  if (path.length > LONGEST_PATH) return UNKNOWN;
  const kept: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}
