import type { BuildStep, Progress } from './builder.ts';

/** What an instruction does is a step: `[build 2/5] RUN make`, with its platform where that isn't the builder's own. A FROM only looks up its image. */
const STEP = /^\[(?:[^\s\]]+ ){0,2}\d+\/\d+\] (?!FROM )/;
const BASE = /^(?:\[[^\]]*\] )?FROM ([^\s@]+)@(sha256:[0-9a-f]{64})$/;
const CONTEXT = '[internal] load build context';

/** What is kept of a builder that says too much. */
const LONGEST_LINE = 4 * 1024 * 1024;
const LONGEST_NAME = 1000;
const LONGEST_ERROR = 16 * 1024;
const LONGEST_OUTPUT = 64 * 1024;
const MOST_VERTEXES = 10_000;
const MOST_SAID = 100;

/** A step that fails, or goes on: its name, why, and the end of what it printed. */
export interface StepOutput {
  name: string;
  /** Empty where it goes on. */
  error: string;
  output: string;
}

interface Vertex {
  name: string;
  started: string;
  completed: string;
  cached: boolean;
  error: string;
  seconds: number;
  bytes: number;
  /** The end of what it printed, in pieces, and their length. */
  printed: Buffer[];
  length: number;
}

/** What `docker buildx build --progress=rawjson` has said so far; each step is told as it begins and ends. */
export class BuildLog {
  /** Reads a piece of its standard error. What isn't as expected is skipped. */
  readonly add: (chunk: Buffer) => void;
  /** The lines that aren't JSON: buildx's own words. */
  readonly said: string[] = [];
  readonly #tell: (step: Progress['step']) => void;
  readonly #vertexes = new Map<string, Vertex>();
  /** In the order in which they began. */
  readonly #begun = new Set<Vertex>();

  constructor(tell: (step: Progress['step']) => void) {
    this.#tell = tell;
    this.add = lineReader(line => this.#readLine(line));
  }

  /** The steps that ended. */
  get steps(): BuildStep[] {
    return this.#begunSteps().flatMap(each => (each.completed ? [finished(each)] : []));
  }

  /** The digests of the base images. */
  get bases(): Map<string, string> {
    return new Map(this.#all().flatMap(({ name }) => baseOf(name)));
  }

  get contextBytes(): number {
    return this.#all().reduce((sum, { name, bytes }) => (name === CONTEXT ? sum + bytes : sum), 0);
  }

  /** The first step that failed by itself rather than being cancelled for another. */
  get failed(): StepOutput | undefined {
    const found = this.#all().find(({ error }) => error && !/context canceled/i.test(error));
    return found && outputOf(found);
  }

  /** The step that began last of those that go on. */
  get unfinished(): StepOutput | undefined {
    const found = this.#begunSteps().findLast(({ completed }) => !completed);
    return found && outputOf(found);
  }

  #all(): Vertex[] {
    return [...this.#vertexes.values()];
  }

  #begunSteps(): Vertex[] {
    return [...this.#begun].filter(isStep);
  }

  #readLine(line: string): void {
    const record = jsonOf(line);
    if (record) {
      for (const each of listOf(record, 'vertexes')) this.#readVertex(each);
      for (const each of listOf(record, 'statuses')) this.#readStatus(each);
      for (const each of listOf(record, 'logs')) this.#readLog(each);
    } else if (line.trim()) {
      this.said.push(line.slice(0, LONGEST_ERROR));
      if (this.said.length > MOST_SAID) this.said.shift();
    }
  }

  #readVertex(news: object): void {
    const digest = textOf(news, 'digest');
    const vertex = this.#vertexes.get(digest) ?? newVertex(textOf(news, 'name'));
    if (!this.#vertexes.has(digest) && this.#vertexes.size === MOST_VERTEXES) return;
    this.#vertexes.set(digest, vertex);
    if (!advance(vertex, news)) return;
    this.#begun.add(vertex);
    if (isStep(vertex) && !vertex.error) this.#tell(vertex.completed ? finished(vertex) : { name: vertex.name, started: true });
  }

  #readStatus(news: object): void {
    const vertex = this.#vertexes.get(textOf(news, 'vertex'));
    if (vertex && textOf(news, 'id') === 'transferring context:') vertex.bytes = Math.max(vertex.bytes, numberOf(news, 'current'));
  }

  #readLog(news: object): void {
    const vertex = this.#vertexes.get(textOf(news, 'vertex'));
    if (vertex) keepEnd(vertex, Buffer.from(textOf(news, 'data'), 'base64'));
  }
}

/** Calls back with each line of the text that comes in pieces; lines that are too long are left out. */
function lineReader(read: (line: string) => void): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  let rest = '';
  let isTooLong = false;
  return chunk => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!isTooLong) read(line);
      isTooLong = false;
    }
    if (rest.length > LONGEST_LINE) isTooLong = true;
    if (isTooLong) rest = '';
  };
}

function newVertex(name: string): Vertex {
  return {
    name: name.slice(0, LONGEST_NAME),
    started: '',
    completed: '',
    cached: false,
    error: '',
    seconds: 0,
    bytes: 0,
    printed: [],
    length: 0,
  };
}

/** Takes in what is new of a vertex; whether it began or ended. One may do so more than once. */
function advance(vertex: Vertex, news: object): boolean {
  const { started, completed } = vertex;
  vertex.started = textOf(news, 'started') || started;
  vertex.completed = textOf(news, 'completed');
  vertex.cached ||= 'cached' in news && news.cached === true;
  vertex.error = textOf(news, 'error').slice(0, LONGEST_ERROR);
  if (!vertex.started || (vertex.started === started && vertex.completed === completed)) return false;
  if (vertex.completed) {
    vertex.seconds += secondsBetween(vertex.started, vertex.completed);
    if (!vertex.error) Object.assign(vertex, { printed: [], length: 0 });
  }
  return true;
}

function keepEnd(vertex: Vertex, chunk: Buffer): void {
  vertex.printed.push(chunk);
  vertex.length += chunk.length;
  while (vertex.length - (vertex.printed[0]?.length ?? 0) >= LONGEST_OUTPUT) vertex.length -= vertex.printed.shift()?.length ?? 0;
}

const isStep = ({ name }: Vertex) => STEP.test(name);
const finished = ({ name, cached, seconds }: Vertex): BuildStep => ({ name, cached, seconds });

function outputOf({ name, error, printed }: Vertex): StepOutput {
  return { name, error, output: Buffer.concat(printed).subarray(-LONGEST_OUTPUT).toString() };
}

function baseOf(name: string): [string, string][] {
  const [, image, digest] = BASE.exec(name) ?? [];
  return image !== undefined && digest !== undefined ? [[image, digest]] : [];
}

function secondsBetween(from: string, to: string): number {
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return Math.max(seconds || 0, 0);
}

function jsonOf(line: string): object | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}

function listOf(record: object, name: string): object[] {
  const value: unknown = Reflect.get(record, name);
  return Array.isArray(value) ? value.filter(each => typeof each === 'object' && each !== null) : [];
}

function textOf(record: object, name: string): string {
  const value: unknown = Reflect.get(record, name);
  return typeof value === 'string' ? value : '';
}

function numberOf(record: object, name: string): number {
  const value: unknown = Reflect.get(record, name);
  return typeof value === 'number' && value > 0 ? value : 0;
}
