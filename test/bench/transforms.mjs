import { transforms as every, knownImages, migrate, parse, shellSequence } from '../../dist/index.js';
import { dockerfiles } from './dockerfiles.mjs';
import { mediansInTurn } from './measure.mjs';

const FILES = 1000;
const ROUNDS = 7;
const steps = every.map(transform => ({ transform, options: {}, keeps: 'intent', preset: false }));

/** What files cost through every transform, their parsing included, by what it costs to parse them and their RUN bodies. */
export async function transforms() {
  const { from, texts } = await dockerfiles(FILES);
  const parsed = () => {
    for (const text of texts) parseAll(text);
  };
  const migrated = () => {
    for (const text of texts) migrate(parse(text), steps, { context: undefined, callers: [], images: knownImages });
  };
  for (let warm = 0; warm < 2; warm++) {
    parsed();
    migrated();
  }
  const [parsing, migrating] = mediansInTurn(ROUNDS, [parsed, migrated]);
  const detail = `${migrating.toFixed(0)} ÷ ${parsing.toFixed(0)} ms, medians of ${ROUNDS}; files: ${from}`;
  return [{ what: `${FILES} files through every transform, by parsing them`, figure: migrating / parsing, limit: 3, unit: '×', detail }];
}

function parseAll(text) {
  const { instructions, escape } = parse(text);
  for (const instruction of instructions) if (instruction.name === 'RUN') shellSequence(instruction, escape, undefined);
}
