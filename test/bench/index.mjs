import { lines } from './lines.mjs';
import { memory } from './memory.mjs';
import { help, oneFile } from './start.mjs';
import { transforms } from './transforms.mjs';
import { verify } from './verify.mjs';

/** The design's budget: each measures a line of it and gives rows of what, figure, limit (undefined: only published) and unit; ratios are of times taken in the same run. */
const BENCHES = { help, 'one-file': oneFile, transforms, lines, memory };
/** Those that need a Docker engine run when they are named. */
const ON_AN_ENGINE = { verify };
const ALL = { ...BENCHES, ...ON_AN_ENGINE };

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
const unknown = names.find(name => !Object.hasOwn(ALL, name));
if (unknown !== undefined) {
  console.error(`bench: no "${unknown}"; there are ${Object.keys(ALL).join(', ')}`);
  process.exit(2);
}

for (const name of names) {
  for (const { what, figure, limit, unit, detail } of await ALL[name]()) {
    const verdict = limit === undefined ? 'published' : `${figure <= limit ? 'within' : 'OVER'} ${limit} ${unit}`;
    console.log(`${name.padEnd(10)}  ${what.padEnd(52)}  ${`${figure.toFixed(1)} ${unit}`.padStart(9)}  ${verdict}  (${detail})`);
    if (figure > limit) process.exitCode = 1;
  }
}
