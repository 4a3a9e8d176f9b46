import { lines } from './lines.mjs';
import { memory } from './memory.mjs';
import { help, oneFile } from './start.mjs';
import { transforms } from './transforms.mjs';

/** The design's budget: each measures one line of it and gives rows of what, figure, limit and unit; ratios are of times taken in the same run. */
const BENCHES = { help, 'one-file': oneFile, transforms, lines, memory };

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHES);
const unknown = names.find(name => !Object.hasOwn(BENCHES, name));
if (unknown !== undefined) {
  console.error(`bench: no "${unknown}"; there are ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

for (const name of names) {
  for (const { what, figure, limit, unit, detail } of await BENCHES[name]()) {
    const verdict = figure <= limit ? 'within' : 'OVER';
    console.log(
      `${name.padEnd(10)}  ${what.padEnd(52)}  ${`${figure.toFixed(1)} ${unit}`.padStart(9)}  ${verdict} ${limit} ${unit}  (${detail})`,
    );
    if (figure > limit) process.exitCode = 1;
  }
}
