import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Engine } from './engine.ts';
import { records } from './shared.ts';

/** A build: its image, the steps that ran rather than coming from the cache, and how long it took. */
export interface TimedBuild {
  image: string;
  steps: number;
  seconds: number;
}

/** A line of BuildKit's `--progress=rawjson`. */
interface Progress {
  vertexes?: { digest: string; name: string; started?: string; completed?: string; cached?: boolean }[];
  logs?: { data: string }[];
}

/** What an instruction does is a step `[build 2/5] RUN make`, and a FROM is one that only looks up its image. */
const STEP = /^\[(?:\S+ )?\d+\/\d+\] (?!FROM )/;
const TIMEOUT = 15 * 60_000;

/** Builds a folder's Dockerfile; throws with the end of the build's output where it fails. */
export async function timedBuild(engine: Engine, folder: string): Promise<TimedBuild> {
  const started = performance.now();
  const idFile = join(folder, '..', `${folder.split('/').at(-1)}.id`);
  const args = ['build', '--progress=rawjson', '--iidfile', idFile, ...engine.label, '--file', join(folder, 'Dockerfile'), folder];
  const { stderr, exitCode } = await execa('docker', args, { reject: false, timeout: TIMEOUT, maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - started) / 1000;
  const lines = stderr.split('\n').filter(line => line.startsWith('{'));
  const progress = records<Progress>(lines.join('\n'));
  if (exitCode !== 0) {
    const log = progress.flatMap(({ logs = [] }) => logs.map(({ data }) => Buffer.from(data, 'base64').toString()));
    const said = stderr.split('\n').filter(line => !line.startsWith('{'));
    throw new Error(`the build fails: ${[...log, ...said].join('').slice(-2000)}`);
  }
  return { image: (await readFile(idFile, 'utf8')).trim(), steps: ranSteps(progress), seconds };
}

function ranSteps(progress: readonly Progress[]): number {
  const vertexes = new Map(progress.flatMap(({ vertexes = [] }) => vertexes.map(vertex => [vertex.digest, vertex] as const)));
  return [...vertexes.values()].filter(({ name, cached, completed }) => STEP.test(name) && completed !== undefined && !cached).length;
}
