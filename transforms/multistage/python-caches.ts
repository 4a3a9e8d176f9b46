import type { Dockerfile } from '../../src/dockerfile/nodes.ts';
import type { Images } from '../../src/images/images.ts';
import { CACHES } from '../../src/tools/caches.ts';
import { cachesAt, type LeftCache, leftCaches } from './left-caches.ts';
import type { PythonBuild } from './python-walk.ts';

/** Where installers keep what they download, by tool. */
const INSTALLERS: Readonly<Partial<Record<string, LeftCache>>> = {
  pip: CACHES.pip,
  uv: CACHES.uv,
  poetry: CACHES.poetry,
  // virtualenv's, with which it makes environments (virtualenv.pypa.io: platformdirs' user cache folder); its own it fills where it locks
  pipenv: cachesAt([
    {
      places: [
        { base: '$XDG_CACHE_HOME', below: 'virtualenv' },
        { base: '$HOME', below: '.cache/virtualenv' },
      ],
      filledBy: ['install', 'sync'],
    },
  ]),
};

/** The folders that the installers of a build fill beside the environments. */
export function pythonCaches(file: Dockerfile, images: Images, { before }: PythonBuild): string[] {
  const calls = before.flatMap(({ by, doings }) =>
    doings.flatMap(each => (each.kind === 'install' || each.kind === 'tool' ? [{ by, call: each.call }] : [])),
  );
  const uses = calls.flatMap(({ by, call }) => {
    const cache = INSTALLERS[call.tool];
    return cache ? [{ by, call, cache }] : [];
  });
  return leftCaches(file, images, uses);
}
