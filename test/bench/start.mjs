import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transforms } from '../../dist/index.js';
import { smallDockerfile } from './dockerfiles.mjs';
import { inTemporaryFolder, mediansInTurn, program } from './measure.mjs';

const RUNS = 60;

/** How much longer `dfmod --help` takes than an empty program. */
export function help() {
  return startOver('dfmod --help, over an empty .mjs', 5, () => ['--help']);
}

/** How much longer one file through every transform takes than an empty program. */
export function oneFile() {
  return startOver('one file through every transform, over an empty .mjs', 20, folder => {
    writeFileSync(join(folder, 'Dockerfile'), smallDockerfile(1));
    writeFileSync(join(folder, 'app.js'), '');
    return [transforms.map(({ name }) => name).join(','), 'Dockerfile'];
  });
}

function startOver(what, limit, argumentsIn) {
  return inTemporaryFolder(folder => {
    const empty = join(folder, 'empty.mjs');
    writeFileSync(empty, '');
    const argv = [program, ...argumentsIn(folder)];
    const start = args => {
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
      if (status !== 0) throw new Error(`${args.join(' ')} exited with ${status}: ${stderr}`);
    };
    const [bare, ours] = mediansInTurn(RUNS, [() => start([empty]), () => start(argv)]);
    return [{ what, figure: ours - bare, limit, unit: 'ms', detail: `${ours.toFixed(1)} − ${bare.toFixed(1)} ms, medians of ${RUNS}` }];
  });
}
