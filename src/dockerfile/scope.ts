import type { ImageFacts, Images } from '../images/images.ts';
import { parseImageReference } from './image-reference.ts';
import { expandWord, type Lookup, UNKNOWN, type Value } from './lex.ts';
import type { Dockerfile, Instruction, Pair } from './nodes.ts';
import type { Base, Stage } from './stages.ts';
import { Versions } from './versions.ts';

/** A text as far as it is known, and whether a caller could set it with `--build-arg`. */
export interface ScopeValue {
  text: Value;
  settable: boolean;
}

/** What is in force at a place of a stage. */
export interface Scope {
  stage: Stage;
  /** What `$NAME` is: a definition of the file, else the base image's; undefined where it is certainly unset. */
  variable(name: string): ScopeValue | undefined;
  /** Absolute; UNKNOWN where it depends on what can't be known. */
  workdir: Value;
  /** As written, expanded; undefined for the base image's default where that isn't known. */
  user: Value | undefined;
  /** SHELL, where the file sets it. */
  shell: string[] | undefined;
  /** The instruction that is in force, where the file has one. */
  cmd: Instruction | undefined;
  entrypoint: Instruction | undefined;
  healthcheck: Instruction | undefined;
  /** Facts of the image at the bottom of the stage; undefined where nothing is known of it. */
  image: ImageFacts | undefined;
}

/** What changes along a stage: shared, never altered. */
interface State {
  variables: Versions<ScopeValue>;
  workdir: Value;
  user: Value | undefined;
  shell: string[] | undefined;
  cmd: Instruction | undefined;
  entrypoint: Instruction | undefined;
  healthcheck: Instruction | undefined;
}

interface Scopes {
  stages: Stage[];
  at(instruction: Instruction): Scope | undefined;
  after(stage: Stage): Scope;
}

/** ARGs that every build has (docs.docker.com/reference/dockerfile: predefined ARGs, and those of the platform). */
const PREDEFINED: ReadonlySet<string> = new Set(
  (
    'BUILDPLATFORM BUILDOS BUILDOSVERSION BUILDARCH BUILDVARIANT TARGETPLATFORM TARGETOS TARGETOSVERSION TARGETARCH TARGETVARIANT TARGETSTAGE ' +
    'HTTP_PROXY http_proxy HTTPS_PROXY https_proxy FTP_PROXY ftp_proxy NO_PROXY no_proxy ALL_PROXY all_proxy SOURCE_DATE_EPOCH'
  ).split(' '),
);

const SCRATCH: ImageFacts = {
  family: 'scratch',
  user: '0',
  workdir: '/',
  env: { PATH: undefined },
  entrypoint: 'none',
  cmd: [],
  shell: false,
};

const remembered = new WeakMap<Dockerfile, WeakMap<Images, Scopes>>();

/** The stages of a file and what is in force at each instruction, as BuildKit's dispatch has it (dockerfile2llb/convert.go). */
export function scopes(file: Dockerfile, images: Images): Scopes {
  const byImages = remembered.get(file) ?? new WeakMap<Images, Scopes>();
  remembered.set(file, byImages);
  const found = byImages.get(images) ?? new Walk(file, images).scopes();
  byImages.set(images, found);
  return found;
}

class Walk {
  private readonly file: Dockerfile;
  private readonly images: Images;
  private readonly keys = new Map<string, number>();
  private readonly globals = new Map<string, ScopeValue>();
  private readonly stages: Stage[] = [];
  private readonly byName = new Map<string, Stage>();
  private readonly states = new Map<Instruction, { stage: Stage; state: State }>();
  private readonly ends = new Map<Stage, State>();
  private readonly bottoms = new Map<Stage, ImageFacts | undefined>();

  constructor(file: Dockerfile, images: Images) {
    this.file = file;
    this.images = images;
    for (const { pairs } of file.instructions) {
      for (const { name } of pairs) if (!this.keys.has(name.text)) this.keys.set(name.text, this.keys.size);
    }
  }

  scopes(): Scopes {
    let state: State | undefined;
    for (const instruction of this.file.instructions) {
      const current = this.stages.at(-1);
      if (instruction.name === 'FROM') {
        if (current && state) this.ends.set(current, state);
        state = this.open(instruction);
      } else if (!current || !state) this.global(instruction);
      else {
        current.instructions.push(instruction);
        this.states.set(instruction, { stage: current, state });
        state = this.next(state, instruction, current);
      }
    }
    const last = this.stages.at(-1);
    if (last && state) this.ends.set(last, state);
    return {
      stages: this.stages,
      at: instruction => {
        const found = this.states.get(instruction);
        return found && this.scope(found.stage, found.state);
      },
      after: stage => this.scope(stage, this.ends.get(stage) as State),
    };
  }

  private scope(stage: Stage, state: State): Scope {
    return { ...state, stage, image: this.bottoms.get(stage), variable: name => this.variable(stage, state, name) };
  }

  private variable(stage: Stage, state: State, name: string): ScopeValue | undefined {
    const key = this.keys.get(name);
    const own = key === undefined ? undefined : state.variables.get(key);
    if (own) return own;
    const env = this.bottoms.get(stage)?.env;
    if (!env) return { text: UNKNOWN, settable: false };
    return Object.hasOwn(env, name) ? { text: env[name] ?? UNKNOWN, settable: false } : undefined;
  }

  private expand(word: string, find: (name: string) => ScopeValue | undefined): ScopeValue {
    let settable = false;
    const lookup: Lookup = name => {
      const found = find(name);
      settable ||= found?.settable ?? false;
      return found?.text;
    };
    const text = expandWord(word, lookup, this.file.escape);
    return { text: typeof text === 'object' ? UNKNOWN : text, settable };
  }

  private global({ name, pairs }: Instruction): void {
    if (name !== 'ARG') return;
    for (const { name, value } of pairs) {
      const text = value ? this.expand(value.text, each => this.globalValue(each)).text : UNKNOWN;
      this.globals.set(name.text, { text, settable: true });
    }
  }

  private globalValue(name: string): ScopeValue | undefined {
    return this.globals.get(name) ?? (PREDEFINED.has(name) ? { text: UNKNOWN, settable: true } : undefined);
  }

  private open(from: Instruction): State {
    const [image, , named] = from.words;
    const { text, settable } = this.expand(image?.text ?? '', name => this.globalValue(name));
    const base = this.base(text, settable, image?.text ?? '');
    const stage: Stage = { index: this.stages.length, name: named?.text.toLowerCase(), from, instructions: [], base };
    this.stages.push(stage);
    if (stage.name) this.byName.set(stage.name, stage);
    const parent = base.kind === 'stage' ? base.stage : undefined;
    const facts = parent ? this.bottoms.get(parent) : this.facts(base);
    this.bottoms.set(stage, facts);
    const inherited = parent && this.ends.get(parent);
    return inherited ?? { ...this.blank(), workdir: facts?.workdir ?? UNKNOWN, user: facts?.user };
  }

  private blank(): State {
    const variables = new Versions<ScopeValue>(this.keys.size);
    return {
      variables,
      workdir: UNKNOWN,
      user: undefined,
      shell: undefined,
      cmd: undefined,
      entrypoint: undefined,
      healthcheck: undefined,
    };
  }

  private base(text: Value, settable: boolean, written: string): Base {
    if (text === UNKNOWN) return { kind: 'unknown', text: written };
    const stage = this.byName.get(text.toLowerCase());
    if (stage) return { kind: 'stage', stage };
    if (text === 'scratch') return { kind: 'scratch' };
    const reference = parseImageReference(text);
    return reference ? { kind: 'image', text, reference, settable } : { kind: 'unknown', text };
  }

  private facts(base: Base): ImageFacts | undefined {
    if (base.kind === 'scratch') return SCRATCH;
    return base.kind === 'image' ? this.images.about(base.reference) : undefined;
  }

  private next(state: State, instruction: Instruction, stage: Stage): State {
    const expand = (word: string) => this.expand(word, name => this.variable(stage, state, name));
    const { name, words } = instruction;
    const argument = words[0]?.text ?? '';
    switch (name) {
      case 'ENV':
      case 'ARG':
        return { ...state, variables: this.defined(state, instruction, expand) };
      case 'WORKDIR':
        return { ...state, workdir: joined(state.workdir, expand(argument).text) };
      case 'USER':
        return { ...state, user: expand(argument).text };
      case 'SHELL':
        return { ...state, shell: words.map(({ text }) => text) };
      case 'CMD':
        return { ...state, cmd: instruction };
      case 'HEALTHCHECK':
        return { ...state, healthcheck: instruction };
      case 'ENTRYPOINT':
        // an ENTRYPOINT resets the CMD that was inherited, not the stage's own
        return { ...state, entrypoint: instruction, cmd: state.cmd && this.states.get(state.cmd)?.stage === stage ? state.cmd : undefined };
      default:
        return state;
    }
  }

  private defined(state: State, { name, pairs }: Instruction, expand: (word: string) => ScopeValue): Versions<ScopeValue> {
    let { variables } = state;
    for (const pair of pairs) {
      const value = name === 'ENV' ? expand(pair.value?.text ?? '') : this.argument(pair, expand, variables);
      if (value) variables = variables.with(this.keys.get(pair.name.text) as number, value);
    }
    return variables;
  }

  /** An ARG's value: its default, a global one of that name, or what only the caller knows. */
  private argument({ name, value }: Pair, expand: (word: string) => ScopeValue, variables: Versions<ScopeValue>): ScopeValue {
    if (value) return { text: expand(value.text).text, settable: true };
    const found = this.globals.get(name.text) ?? variables.get(this.keys.get(name.text) as number);
    return { text: found?.text ?? UNKNOWN, settable: true };
  }
}

/** WORKDIR after another, as BuildKit normalises it. */
function joined(current: Value, next: Value): Value {
  if (next === UNKNOWN) return UNKNOWN;
  if (!next.startsWith('/') && current === UNKNOWN) return UNKNOWN;
  const kept: string[] = [];
  for (const segment of (next.startsWith('/') ? next : `${String(current)}/${next}`).split('/')) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  return `/${kept.join('/')}`;
}
