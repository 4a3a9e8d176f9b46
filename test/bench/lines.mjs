import {
  expandAt,
  knownImages,
  migrate,
  parse,
  scopeAfter,
  scopeAt,
  shellSequence,
  stageOf,
  stages,
  transforms,
} from '../../dist/index.js';
import { mediansInTurn } from './measure.mjs';

const FEW = 500;
const MANY = 50_000;
const ROUNDS = 3;
const steps = transforms.map(transform => ({ transform, options: {}, keeps: 'intent', preset: false }));

/** Files of so many lines. */
const SHAPES = {
  'one RUN a line': count => `FROM debian:12\n${rows(count, index => `RUN echo ${index} && touch /f${index}`)}`,
  'ENVs, each using the one before': count => `FROM debian:12\nENV V0=a\n${rows(count, index => `ENV V${index + 1}=\${V${index}}b`)}`,
  'one ENV, appended to': count => `FROM debian:12\n${rows(count, index => `ENV PATH=/opt/${index}/bin:$PATH`)}`,
  'stages, each FROM the one before': count => `FROM debian:12 AS s0\n${rows(count, index => `FROM s${index} AS s${index + 1}`)}`,
  'stages of ten, each copying from the one before': count =>
    rows(count / 10, index => {
      const from = index > 0 ? `COPY --from=s${index - 1} /a /b` : 'COPY a /b';
      return `FROM debian:12 AS s${index}\nARG A${index}=b\n${from}\n${rows(6, line => `ENV K${line} $A${index}`)}\nCMD node app.js`;
    }),
  'one RUN over all lines': count => `FROM debian:12\nRUN true \\\n${rows(count, index => ` && echo ${index} \\`)}\n && true`,
  'one ENV over all lines': count => `FROM debian:12\nENV \\\n${rows(count, index => ` K${index}=v \\`)}\n K=v`,
  'one RUN of a heredoc': count => `FROM debian:12\nRUN <<EOF\n${rows(count, index => `echo ${index}`)}\nEOF`,
  comments: count => `FROM debian:12\n${rows(count, index => `# ${index}`)}\nRUN true`,
  'comments within a RUN': count => `FROM debian:12\nRUN true \\\n${rows(count, index => `# ${index}`)}\n && true`,
  'ADD and ENV as they were': count => `FROM debian:12\n${rows(count / 2, index => `ADD f${index}.txt /\nENV K${index} v ${index}`)}`,
};

/** What 50,000 lines cost by what 500 cost, for files of several shapes: to read them and ask at every instruction, and through every transform. */
export function* lines() {
  for (const [shape, text] of Object.entries(SHAPES)) {
    yield ratio(shape, text, ask);
    yield ratio(`${shape}, transformed`, text, transformed);
  }
}

function ratio(shape, text, body) {
  const few = text(FEW);
  const many = text(MANY);
  const repeats = MANY / FEW;
  const often = () => {
    for (let index = 0; index < repeats; index++) body(few);
  };
  often();
  body(many);
  const [short, long] = mediansInTurn(ROUNDS, [often, () => body(many)]);
  const detail = `${long.toFixed(0)} ÷ ${(short / repeats).toFixed(2)} ms, medians of ${ROUNDS}`;
  return { what: shape, figure: (long / short) * repeats, limit: 120, unit: '×', detail };
}

function transformed(text) {
  migrate(parse(text), steps, { context: undefined, callers: [], images: knownImages });
}

/** Asks everything of every instruction: its stage, what is in force, what its words say, what its shell runs. */
function ask(text) {
  const file = parse(text);
  for (const instruction of file.instructions) {
    stageOf(file, knownImages, instruction);
    const scope = scopeAt(file, knownImages, instruction);
    scope?.variable('PATH');
    for (const word of instruction.words) expandAt(file, knownImages, instruction, word);
    for (const { value } of instruction.pairs) if (value) expandAt(file, knownImages, instruction, value);
    if (instruction.name === 'RUN') shellSequence(instruction, file.escape, scope?.shell);
  }
  for (const stage of stages(file, knownImages)) scopeAfter(file, knownImages, stage).variable('PATH');
}

function rows(count, row) {
  return Array.from({ length: count }, (_, index) => row(index)).join('\n');
}
