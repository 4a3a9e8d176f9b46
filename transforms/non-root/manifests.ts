import { posix } from 'node:path';
import { parentPath } from '../../src/context/filepath.ts';
import { nodeProject } from '../../src/context/node.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Draft } from './places.ts';

/** Variables by which a browser of the image is used, or one is put elsewhere. */
const BROWSER = ['PUPPETEER_SKIP_DOWNLOAD', 'PUPPETEER_SKIP_CHROMIUM_DOWNLOAD', 'PUPPETEER_CACHE_DIR', 'PUPPETEER_EXECUTABLE_PATH'];

/** Why an install of the project's dependencies puts things into root's home that the app needs. */
export function manifestProblem({ files, facts, steps, scope }: Draft): Refusal | undefined {
  const install = steps.filled.find(({ installs }) => installs)?.run;
  if (!install || !facts.context) return undefined;
  for (const [place, path] of files) {
    if (posix.basename(place) !== 'package.json' || place.includes('/node_modules/')) continue;
    const project = nodeProject(facts.context, parentPath(path));
    if (!project || 'problem' in project) continue;
    if (project.dependencies.has('puppeteer') && !BROWSER.some(name => scope.variable(name))) {
      return refuse(install, 'root-home', "fetches Puppeteer's browser into root's home, which nobody else may enter");
    }
    if (project.locks.some(({ kind }) => kind === 'yarn-berry') && project.nodeLinker !== 'node-modules') {
      return refuse(install, 'root-home', "may keep Yarn's packages in root's home, which nobody else may enter");
    }
  }
  return undefined;
}
