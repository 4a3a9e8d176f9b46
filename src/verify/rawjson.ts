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

/** What `docker buildx build --progress=rawjson` has said so far. */
export interface BuildLog {
  /** Reads a piece of its standard error. What isn't as expected is skipped. */
  add(chunk: Buffer): void;
  steps(): BuildStep[];
  bases(): Map<string, string>;
  contextBytes(): number;
  /** The first step that failed by itself rather than being cancelled for another. */
  failed(): StepOutput | undefined;
  /** The step that began last of those that go on. */
  unfinished(): StepOutput | undefined;
  /** The lines that aren't JSON: buildx's own words. */
  said(): readonly string[];
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

/** Reads a build's progress, and tells each step as it begins and ends. */
export function buildLog(tell: (step: Progress['step']) => void): BuildLog {
  const vertexes = new Map<string, Vertex>();
  const said: string[] = [];
  /** In the order in which they began. */
  const begun = new Set<Vertex>();
  const all = () => [...vertexes.values()];
  const steps = () => [...begun].filter(isStep);

  function readLine(line: string): void {
    const record = jsonOf(line);
    if (record) readRecord(record);
    else if (line.trim()) {
      said.push(line.slice(0, LONGEST_ERROR));
      if (said.length > MOST_SAID) said.shift();
    }
  }

  function readRecord(record: object): void {
    for (const each of listOf(record, 'vertexes')) {
      const digest = textOf(each, 'digest');
      const vertex = vertexes.get(digest) ?? newVertex(textOf(each, 'name'));
      if (!vertexes.has(digest) && vertexes.size === MOST_VERTEXES) continue;
      vertexes.set(digest, vertex);
      advance(vertex, each, tell);
      if (vertex.started) begun.add(vertex);
    }
    for (const each of listOf(record, 'statuses')) {
      const vertex = vertexes.get(textOf(each, 'vertex'));
      if (vertex && textOf(each, 'id') === 'transferring context:') vertex.bytes = Math.max(vertex.bytes, numberOf(each, 'current'));
    }
    for (const each of listOf(record, 'logs')) {
      const vertex = vertexes.get(textOf(each, 'vertex'));
      if (vertex) keepEnd(vertex, Buffer.from(textOf(each, 'data'), 'base64'));
    }
  }

  return {
    add: lineReader(readLine),
    steps: () => steps().flatMap(each => (each.completed ? [finished(each)] : [])),
    bases: () => new Map(all().flatMap(({ name }) => baseOf(name))),
    contextBytes: () => all().reduce((sum, { name, bytes }) => (name === CONTEXT ? sum + bytes : sum), 0),
    failed: () =>
      all()
        .filter(({ error }) => error && !/context canceled/i.test(error))
        .map(outputOf)[0],
    unfinished: () =>
      steps()
        .filter(({ completed }) => !completed)
        .map(outputOf)
        .at(-1),
    said: () => said,
  };
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

/** Takes in what is new of a vertex; one may be started more than once. */
function advance(vertex: Vertex, news: object, tell: (step: Progress['step']) => void): void {
  const { started, completed } = vertex;
  vertex.started = textOf(news, 'started') || started;
  vertex.completed = textOf(news, 'completed');
  vertex.cached ||= 'cached' in news && news.cached === true;
  vertex.error = textOf(news, 'error').slice(0, LONGEST_ERROR);
  const isNew = vertex.started !== started || vertex.completed !== completed;
  if (!isNew || !vertex.started) return;
  if (vertex.completed) {
    vertex.seconds += secondsBetween(vertex.started, vertex.completed);
    if (!vertex.error) Object.assign(vertex, { printed: [], length: 0 });
  }
  if (!isStep(vertex) || vertex.error) return;
  tell(vertex.completed ? finished(vertex) : { name: vertex.name, started: true });
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
