import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll } from 'vitest';
import { LABEL } from '../../src/verify/engine.ts';
import { folderMaker } from './folders.ts';
import { installedPackage } from './program.ts';

/** What a run of the program ended with. */
export interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
  /** Everything of its own that is still there, or couldn't be found: containers, volumes, networks, images, files. */
  left: string[];
}

/** A run of the program that goes on. */
export interface Run {
  /** The label of all that it makes; undefined as long as it made nothing. */
  label(): string | undefined;
  /** Sends a signal to it alone, or as Ctrl-C does to what it started too. */
  signal(name: NodeJS.Signals, to: 'it' | 'all'): void;
  ended: Promise<Ended>;
}

/** What an engine says, in lines. */
export async function dockerLines(...args: string[]): Promise<string[]> {
  const { stdout } = await execa('docker', args, { timeout: 60_000 });
  return stdout.split('\n').filter(Boolean);
}

/** Starts the program as it would be installed, on a folder of files, with a temporary folder and a log of what docker is asked; all end with the suite. */
export function verifyProgram(): (files: Record<string, string>, ...args: string[]) => Run {
  const installed = installedPackage();
  const { folderOf } = folderMaker();
  const suite = new AbortController();
  const runs: Promise<unknown>[] = [];
  afterAll(async () => {
    suite.abort();
    await Promise.allSettled(runs);
  });
  return (files, ...args) => {
    const own = folderOf({ 'bin/docker': `#!/bin/sh\necho "$@" >> "\${0%/*}/asked"\nPATH=\${PATH#*:} exec docker "$@"\n` });
    chmodSync(join(own, 'bin/docker'), 0o755);
    mkdirSync(join(own, 'tmp'));
    const asked = () => (existsSync(join(own, 'bin/asked')) ? readFileSync(join(own, 'bin/asked'), 'utf8') : '');
    const label = () => /dfmod\.verify=[0-9a-f]+/.exec(asked())?.[0];
    const began = Math.floor(Date.now() / 1000);
    const running = execa(process.execPath, [installed.bin, ...args], {
      cwd: folderOf(files),
      env: { PATH: `${join(own, 'bin')}:${process.env.PATH}`, TMPDIR: join(own, 'tmp'), CI: undefined },
      ...{ cancelSignal: suite.signal, forceKillAfterDelay: false },
      detached: true,
      reject: false,
      input: '',
    });
    const ended = running.then(async ({ exitCode, stdout, stderr }) => {
      const files = readdirSync(join(own, 'tmp'));
      return { exitCode, stdout, stderr, left: [...files, ...unlabelled(asked()), ...(await leftOf(label() ?? 'none', began))] };
    });
    runs.push(ended);
    return { label, signal: (name, to) => process.kill((running.pid as number) * (to === 'all' ? -1 : 1), name), ended };
  };
}

/** What was asked to be made without the label by which the rest is found. */
function unlabelled(asked: string): string[] {
  return asked
    .split('\n')
    .filter(line => /^(?:create|run|(?:container|volume|network) create|buildx build (?!--call))/.test(line) && !line.includes(LABEL));
}

async function leftOf(label: string, began: number): Promise<string[]> {
  const labelled = ['--quiet', '--filter', `label=${label}`];
  const repository = label.replace('dfmod.verify=', 'dfmod-verify/');
  const found = await Promise.all([
    dockerLines('ps', '--all', ...labelled),
    dockerLines('network', 'ls', ...labelled),
    dockerLines('volume', 'ls', ...labelled),
    dockerLines('image', 'ls', '--all', ...labelled),
    dockerLines('image', 'ls', '--quiet', repository),
    mountedVolumes(label, began),
  ]);
  return found.flat();
}

/** The volumes of an image's VOLUME carry no label: those that containers of a label were given, and that are there. */
async function mountedVolumes(label: string, began: number): Promise<string[]> {
  const since = ['events', '--since', `${began}`, '--until', `${Math.ceil(Date.now() / 1000)}`];
  const containers = new Set(
    await dockerLines(...since, '--filter', `label=${label}`, '--filter', 'event=create', '--format', '{{.Actor.ID}}'),
  );
  const mounts = await dockerLines(
    ...[...since, '--filter', 'type=volume', '--filter', 'event=mount'],
    ...['--format', '{{.Actor.ID}} {{.Actor.Attributes.container}}'],
  );
  const mounted = mounts.map(line => line.split(' ')).filter(([, container = '']) => containers.has(container));
  const there = new Set(await dockerLines('volume', 'ls', '--quiet'));
  return mounted.flatMap(([volume = '']) => (there.has(volume) ? [volume] : []));
}
