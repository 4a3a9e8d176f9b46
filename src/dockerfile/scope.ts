import type { ImageFacts, Images } from '../images/images.ts';
import { Dispatch, type ScopeValue, type State, type Variables } from './dispatch.ts';
import { parseImageReference } from './image-reference.ts';
import { UNKNOWN, type Value } from './lex.ts';
import type { Dockerfile, Instruction } from './nodes.ts';
import type { Base, Stage } from './stages.ts';
import type { Versions } from './versions.ts';

export type { ScopeValue } from './dispatch.ts';

/** What is in force at a place of a stage. */
export interface Scope {
  stage: Stage;
  /** A definition of the file, else the base image's. */
  variable: Variables;
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

interface Scopes {
  stages: Stage[];
  /** The stage whose FROM or instruction it is. */
  stageOf(instruction: Instruction): Stage | undefined;
  at(instruction: Instruction): Scope | undefined;
  after(stage: Stage): Scope;
  /** What variables are where an instruction begins: for a FROM the global ones, for an ONBUILD's trigger unknown. */
  variablesAt(instruction: Instruction): Variables;
  /** The stage of a name, as COPY --from and RUN --mount find it: the last of that name, in any case. */
  named(name: string): Stage | undefined;
}

const SCRATCH: ImageFacts = { family: 'scratch', user: '0', workdir: '/', env: {}, entrypoint: 'none', cmd: [], shell: false };

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
  private readonly dispatch: Dispatch;
  private readonly stages: Stage[] = [];
  private readonly byName = new Map<string, Stage>();
  private readonly places = new Map<Instruction, { stage: Stage; state: State | undefined }>();
  private readonly globals = new Map<Instruction, Versions<ScopeValue>>();
  private readonly ends = new Map<Stage, State>();
  private readonly openings = new Map<Stage, State>();
  private readonly bottoms = new Map<Stage, ImageFacts | undefined>();

  constructor(file: Dockerfile, images: Images) {
    this.file = file;
    this.images = images;
    this.dispatch = new Dispatch(file);
  }

  scopes(): Scopes {
    this.walk();
    return {
      stages: this.stages,
      stageOf: instruction => this.places.get(instruction)?.stage,
      at: instruction => {
        const { stage, state } = this.places.get(instruction) ?? {};
        return stage && state && this.scope(stage, state);
      },
      after: stage => this.scope(stage, this.ends.get(stage) as State),
      variablesAt: instruction => this.variablesAt(instruction),
      named: name => this.byName.get(name.toLowerCase()),
    };
  }

  private walk(): void {
    let stage: Stage | undefined;
    let state: State | undefined;
    for (const instruction of this.file.instructions) {
      if (instruction.name === 'FROM') {
        if (stage && state) this.ends.set(stage, state);
        stage = this.open(instruction);
        state = this.opening(stage);
        this.places.set(instruction, { stage, state: undefined });
      } else if (stage && state) {
        stage.instructions.push(instruction);
        this.places.set(instruction, { stage, state });
        state = this.dispatch.after(state, instruction, this.bottoms.get(stage));
      } else {
        this.globals.set(instruction, this.dispatch.globals);
        this.dispatch.defineGlobals(instruction);
      }
    }
    if (stage && state) this.ends.set(stage, state);
  }

  private scope(stage: Stage, state: State): Scope {
    const { workdir, user, shell, cmd, entrypoint, healthcheck } = state;
    const image = this.bottoms.get(stage);
    const variable: Variables = name => this.dispatch.variable(state, image, name);
    return { stage, image, variable, workdir, user, shell, cmd, entrypoint, healthcheck };
  }

  private variablesAt(instruction: Instruction): Variables {
    const place = this.places.get(instruction);
    if (place?.state) return this.scope(place.stage, place.state).variable;
    if (place) return name => this.dispatch.global(name);
    const globals = this.globals.get(instruction);
    if (globals) return name => this.dispatch.global(name, globals);
    return () => ({ text: UNKNOWN, settable: false });
  }

  private open(from: Instruction): Stage {
    const [image, , named] = from.words;
    const written = image?.text ?? '';
    const { text, settable } = this.dispatch.expand(written, name => this.dispatch.global(name));
    const base = this.base(text, settable, written);
    const stage: Stage = { index: this.stages.length, name: named?.text.toLowerCase(), from, instructions: [], base };
    this.stages.push(stage);
    if (stage.name) this.byName.set(stage.name, stage);
    this.bottoms.set(stage, base.kind === 'stage' ? this.bottoms.get(base.stage) : this.facts(base));
    return stage;
  }

  private base(text: Value, settable: boolean, written: string): Base {
    if (text === UNKNOWN) return { kind: 'unknown', text: written };
    // names are kept in lower case, and FROM, unlike COPY --from, is compared as written
    const stage = this.byName.get(text);
    if (stage) return { kind: 'stage', stage };
    if (text === 'scratch') return { kind: 'scratch' };
    const reference = parseImageReference(text);
    return reference ? { kind: 'image', text, reference, settable } : { kind: 'unknown', text };
  }

  private facts(base: Base): ImageFacts | undefined {
    if (base.kind === 'scratch') return SCRATCH;
    return base.kind === 'image' ? this.images.about(base.reference) : undefined;
  }

  /** The state at the start of a stage: its image's, or that of the stage below with its ONBUILD triggers run, once for all who stand on it. */
  private opening({ base, ...stage }: Stage): State {
    if (base.kind !== 'stage') return this.dispatch.blank(this.bottoms.get(this.stages[stage.index] as Stage));
    const parent = base.stage;
    const found = this.openings.get(parent);
    if (found) return found;
    const image = this.bottoms.get(parent);
    let state = this.dispatch.inherited(this.ends.get(parent) as State, image);
    for (const { trigger } of parent.instructions) if (trigger) state = this.dispatch.after(state, trigger, image);
    this.openings.set(parent, state);
    return state;
  }
}
