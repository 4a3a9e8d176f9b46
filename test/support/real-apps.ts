import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Engine, localised } from './engine.ts';
import { differences, type Observation, observe } from './observation.ts';
import { sharedText } from './shared.ts';
import { type TimedBuild, timedBuild } from './timed-build.ts';

/** Which apps there are, and what their originals are known to do. */
const KNOWN = JSON.parse(sharedText('corpus/builds-here.json')) as Record<
  string,
  { state: string; code?: number; answers: Record<string, number> }
>;

/** The apps of the corpus that build on this engine. */
export const APPS = Object.keys(KNOWN);

/** Copies an app of the unpacked corpus, with this machine's images in its Dockerfile. */
export async function copyApp(corpus: string, name: string, folder: string): Promise<void> {
  cpSync(join(corpus, 'apps', name), folder, { recursive: true, verbatimSymlinks: true });
  writeFileSync(join(folder, 'Dockerfile'), await localised(join(folder, 'Dockerfile')));
}

/** Of what dfmod may change in a folder. */
export function digestOf(folder: string): string {
  return ['Dockerfile', '.dockerignore']
    .filter(file => existsSync(join(folder, file)))
    .reduce((hash, file) => hash.update(readFileSync(join(folder, file))), createHash('sha256'))
    .digest('hex')
    .slice(0, 16);
}

/** What an original does; a machine that is too busy to show what it is known to do shows nothing of the result either. */
export async function original(engine: Engine, name: string, image: string): Promise<Observation> {
  const { state, code, answers } = KNOWN[name] as (typeof KNOWN)[string];
  for (let attempt = 0; attempt < 3; attempt++) {
    const seen = await observe(engine, image);
    const isAsKnown = seen.state === (state === 'exited' ? `exited ${code}` : state);
    if (isAsKnown && Object.entries(answers).every(([port, status]) => seen.answers[port]?.startsWith(String(status)))) return seen;
  }
  throw new Error("the original doesn't do here what builds-here.json says");
}

/** A build, tried again where it fails: a registry may be busy. */
export function built(engine: Engine, folder: string): Promise<TimedBuild> {
  return timedBuild(engine, folder).catch(() => timedBuild(engine, folder));
}

/** What isn't as it was, a clause each: what a result shows, and its health. */
export function troubles(before: Observation, after: Observation): string[] {
  return [...differences(before, after), ...healthTrouble(before, after)];
}

/** What is wrong with the health of an app that was found to serve as before. */
function healthTrouble(before: Observation, after: Observation): string[] {
  const serves = Object.values(before.answers).some(answer => /^\d/.test(answer));
  if (after.health === before.health || after.health === 'healthy' || after.state !== 'running' || !serves) return [];
  return [`health: ${before.health ?? 'none'} → ${after.health ?? 'none'}`];
}
