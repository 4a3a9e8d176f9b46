import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { execa, type Options } from 'execa';
import { sharedFolder } from './paths.ts';

/** What a server answers to one request. */
export interface Answer {
  status: number;
  type: string | null;
  body: string;
}

/** A Docker engine for a suite: everything that it makes is labelled, and `cleanUp` takes it away. */
export interface Engine {
  /** Runs the engine's program; returns what it prints. */
  docker(args: readonly string[], options?: Options): Promise<string>;
  /** The flags that mark what is made as this suite's. */
  label: readonly string[];
  /** Builds a folder's Dockerfile; returns the image. Throws with the build's output where it fails. */
  build(folder: string): Promise<string>;
  /** What the image's server answers on a port to a GET of each path, as soon as it listens. */
  answers(image: string, port: number, paths: readonly string[]): Promise<Answer[]>;
  /** The size of an image in bytes, all its layers counted. */
  size(image: string): Promise<number>;
  /** The bytes of a file of an image, links followed; undefined where there is none. */
  file(image: string, path: string): Promise<Uint8Array | undefined>;
  /** The bytes that a file or folder of an image takes. */
  sizeOf(image: string, path: string): Promise<number>;
  cleanUp(): Promise<void>;
}

const BUILD_TIMEOUT = 10 * 60_000;
const START_TIMEOUT = 30_000;
const FIRST_TIMEOUT = 5_000;

/** A Dockerfile with this machine's stand-ins in the place of the public images. */
export async function localised(dockerfile: string): Promise<string> {
  const { stdout } = await execa('python3', [join(sharedFolder, 'engine/localise.py'), dockerfile], { stripFinalNewline: false });
  return stdout;
}

/** The engine on the usual socket; `label` marks what is made, and by itself is this suite's alone. */
export function dockerEngine(label = `dfmod.test=${randomUUID()}`): Engine {
  const docker = async (args: readonly string[], options: Options = {}) => {
    const { stdout } = await execa('docker', args, { timeout: 60_000, ...options });
    return String(stdout);
  };
  const create = (image: string) => docker(['create', '--label', label, image, 'unused']);

  /** A path of an image as a tar archive. */
  async function archive(image: string, path: string): Promise<Uint8Array | undefined> {
    const container = await create(image);
    const { stdout, exitCode } = await execa('docker', ['cp', '--follow-link', `${container}:${path}`, '-'], {
      encoding: 'buffer',
      reject: false,
      maxBuffer: 2 ** 30,
    });
    await docker(['rm', '--force', container]);
    return exitCode === 0 ? stdout : undefined;
  }

  return {
    docker,
    label: ['--label', label],

    build: folder =>
      docker(['build', '--quiet', '--label', label, '--file', join(folder, 'Dockerfile'), folder], { timeout: BUILD_TIMEOUT }),

    async answers(image, port, paths) {
      const container = await docker(['run', '--detach', '--label', label, '--publish', `127.0.0.1::${port}`, image]);
      const address = (await docker(['port', container, `${port}/tcp`])).split('\n')[0];
      try {
        await listening(`http://${address}${paths[0]}`);
        return await Promise.all(paths.map(path => answer(`http://${address}${path}`)));
      } catch (error) {
        const { all } = await execa('docker', ['logs', container], { all: true, reject: false });
        throw new Error(`the container doesn't answer: ${all}`, { cause: error });
      } finally {
        await docker(['rm', '--force', container]);
      }
    },

    size: async image => Number(await docker(['image', 'inspect', '--format', '{{.Size}}', image])),

    async file(image, path) {
      const tar = await archive(image, path);
      return tar && firstFile(tar);
    },

    async sizeOf(image, path) {
      const tar = await archive(image, path);
      if (!tar) throw new Error(`${image} has no ${path}`);
      return tar.length;
    },

    async cleanUp() {
      const containers = (await docker(['ps', '--all', '--quiet', '--filter', `label=${label}`])).split('\n').filter(Boolean);
      if (containers.length > 0) await docker(['rm', '--force', ...containers]);
      const images = (await docker(['image', 'ls', '--all', '--quiet', '--filter', `label=${label}`])).split('\n').filter(Boolean);
      if (images.length > 0) await docker(['image', 'rm', '--force', ...new Set(images)]);
    },
  };
}

/** The content of the first file of a tar archive: a header of 512 bytes with its size in octal, then the bytes. */
function firstFile(tar: Uint8Array): Uint8Array {
  const size = Number.parseInt(new TextDecoder().decode(tar.subarray(124, 136)), 8);
  return tar.subarray(512, 512 + size);
}

async function answer(url: string, timeout = START_TIMEOUT): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeout) });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

async function listening(url: string): Promise<void> {
  const end = performance.now() + START_TIMEOUT;
  for (;;) {
    try {
      // a connection made before the server listens may hang for good
      await answer(url, FIRST_TIMEOUT);
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await setTimeout(200);
    }
  }
}
