import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transforms } from '../../dist/index.js';
import { smallDockerfile } from './dockerfiles.mjs';
import { inTemporaryFolder, program, timed } from './measure.mjs';

const FILES = 10_000;

/** Tells the peak of the program's memory as it ends, on a stream of its own. */
const TELL = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS)))`;

/** The memory that a run over many Dockerfiles takes at most. */
export function memory() {
  return inTemporaryFolder(folder => {
    for (let index = 0; index < FILES; index++) {
      const service = join(folder, `team-${index % 100}`, `service-${index}`);
      mkdirSync(service, { recursive: true });
      writeFileSync(join(service, 'Dockerfile'), smallDockerfile(index));
      writeFileSync(join(service, 'app.js'), '');
    }
    const argv = ['--import', TELL, program, transforms.map(({ name }) => name).join(','), folder];
    let told;
    const time = timed(() => {
      told = spawnSync(process.execPath, argv, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
    });
    if (told.status !== 0) throw new Error(`the run exited with ${told.status}: ${told.stderr}`);
    const figure = Number(told.output[3]) / 1000;
    return [{ what: `peak memory for ${FILES} files`, figure, limit: 200, unit: 'MB', detail: `one run, ${(time / 1000).toFixed(1)} s` }];
  });
}
