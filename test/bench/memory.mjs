import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transforms } from '../../dist/index.js';
import { smallDockerfile } from './dockerfiles.mjs';
import { inTemporaryFolder, peakOf, program } from './measure.mjs';

const FILES = 10_000;

/** The memory that a run over many Dockerfiles takes at most. */
export function memory() {
  return inTemporaryFolder(async folder => {
    for (let index = 0; index < FILES; index++) {
      const service = join(folder, `team-${index % 100}`, `service-${index}`);
      mkdirSync(service, { recursive: true });
      writeFileSync(join(service, 'Dockerfile'), smallDockerfile(index));
      writeFileSync(join(service, 'app.js'), '');
    }
    const began = performance.now();
    const figure = await peakOf([program, transforms.map(({ name }) => name).join(','), folder]);
    const seconds = (performance.now() - began) / 1000;
    return [{ what: `peak memory for ${FILES} files`, figure, limit: 200, unit: 'MB', detail: `one run, ${seconds.toFixed(1)} s` }];
  });
}
