import { execFile, execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inTemporaryFolder, median, peakOf, program } from './measure.mjs';

const ROUNDS = 3;
const WAIT = 20_000;
const IMAGE = 'busybox:latest';
const BIG = 2_000_000_000;

/** Verify's wall time without running the containers, over half of what both builds take one after the other; and its memory with a large image. */
export async function verify() {
  const server = await slowServer();
  try {
    const [waits, works] = [(id, which) => `wget -q -O /dev/null ${server.url}/${id}/${which}`, computing];
    return [
      await overlap('verify, builds that wait for the network', waits, 1.3),
      await overlap('verify, builds that wait for the processor', works, undefined),
      await memoryOf(),
    ];
  } finally {
    server.close();
  }
}

/** A second or two of work of a processor, that no two builds share. */
function computing(id, which) {
  return `head -c 2000m /dev/zero | sha256sum && echo ${id} ${which}`;
}

async function overlap(what, command, limit) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(
      await inTemporaryFolder(async folder => {
        const dockerfiles = id => [0, 1].map(which => dockerfile(folder, `${id}.${which}`, command(id, which)));
        let apart = 0;
        for (const path of dockerfiles(randomUUID())) apart += await secondsOfBuild(path, folder);
        const together = verified(await run(folder, ['verify', ...dockerfiles(randomUUID()), '--context', folder])).seconds.compare;
        return { ratio: together / (apart / 2), apart, together };
      }),
    );
  }
  const figure = median(rounds.map(({ ratio }) => ratio));
  const [apart, together] = ['apart', 'together'].map(key => median(rounds.map(round => round[key])).toFixed(1));
  return { what, figure, limit, unit: '×', detail: `${together} s over half of ${apart} s, medians of ${ROUNDS}` };
}

function memoryOf() {
  return inTemporaryFolder(async folder => {
    const files = [0, 1].map(which => dockerfile(folder, `${which}`, `yes | head -c ${BIG} > /big && echo ${which}`));
    const { peak } = await run(folder, ['verify', ...files, '--context', folder]);
    return { what: 'peak memory of verify for an image of 2 GB', figure: peak, limit: 300, unit: 'MB', detail: 'one run' };
  });
}

function dockerfile(folder, name, command) {
  const path = join(folder, `${name}.Dockerfile`);
  writeFileSync(path, `FROM ${IMAGE}\nRUN ${command}\nCMD ["true"]\n`);
  return path;
}

/** Runs the program with a JSON report; its exit code may tell of what is broken. */
async function run(folder, args) {
  const report = join(folder, 'report.json');
  const peak = await peakOf([program, ...args, '--reporter', 'json', '--output', report]);
  return { report, peak };
}

function verified({ report }) {
  const [{ verification }] = JSON.parse(readFileSync(report, 'utf8')).files;
  if (verification.verdict === 'impossible') throw new Error(verification.summary);
  return verification;
}

async function secondsOfBuild(path, folder) {
  const began = performance.now();
  const { stdout: image } = await docker('build', '--quiet', '--file', path, folder);
  const took = (performance.now() - began) / 1000;
  await docker('image', 'rm', image.trim());
  return took;
}

function docker(...args) {
  return promisify(execFile)('docker', args);
}

/** A server on the engine's bridge that takes its time, as a registry does. */
async function slowServer() {
  const format = '{{(index .IPAM.Config 0).Gateway}}';
  const host = execFileSync('docker', ['network', 'inspect', 'bridge', '--format', format], { encoding: 'utf8' }).trim();
  const server = createServer((_, response) => setTimeout(() => response.end(), WAIT));
  await new Promise(resolve => server.listen(0, host, resolve));
  return { url: `http://${host}:${server.address().port}`, close: () => server.close() };
}
