import { posix } from 'node:path';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage, type Stage, scopeAfter } from '../../src/dockerfile/stages.ts';
import { copy as copyOf } from '../../src/dockerfile/views.ts';
import { type Facts, type Refusal, refuse } from '../../src/transform.ts';
import { historyOf, LONGEST_HISTORY } from './history.ts';
import { segments } from './programs.ts';

/** Why it matters to somebody that the command stops being one word for `/bin/sh -c`: the ENTRYPOINT that receives a CMD, or a CMD that an ENTRYPOINT now receives. */
export function receiverProblem(file: Dockerfile, facts: Facts, heirs: readonly Stage[], instruction: Instruction): Refusal | undefined {
  for (const each of heirs) {
    const { entrypoint, cmd, image } = scopeAfter(file, facts.images, each);
    if (instruction.name === 'ENTRYPOINT' && cmd) {
      return refuse(instruction, 'command', `would receive CMD of line ${cmd.line}, which it ignores in shell form`);
    }
    if (instruction.name !== 'CMD') continue;
    const problem = entrypoint
      ? entrypointProblem(file, facts, each, instruction, entrypoint)
      : imageProblem(isCertain(each) ? image?.entrypoint : undefined);
    if (problem) return refuse(instruction, 'entrypoint', problem);
  }
  return undefined;
}

/** Whether a caller can't put another image in the base's place with `--build-arg`: a tag is taken to be of the same family. */
function isCertain(stage: Stage): boolean {
  const bottom = lineage(stage).at(-1) as Stage;
  if (bottom.base.kind !== 'image' || !bottom.base.settable) return true;
  const written = bottom.from.words[0]?.text ?? '';
  return /^[^$]+:[^/]*$/.test(written.split('$', 1)[0] as string);
}

function imageProblem(entrypoint: 'none' | 'passes' | 'branches' | undefined): string | undefined {
  if (entrypoint === 'none' || entrypoint === 'passes') return undefined;
  if (entrypoint === undefined) return "is a parameter of the base image's ENTRYPOINT, which is not known";
  return "is a parameter of the base image's ENTRYPOINT, which looks at the command it is given";
}

/** Programs that execute the command after their own options, whatever it is: init processes and those that change the user. */
const PASSES: Record<string, { options: RegExp; operands: number }> = {
  tini: { options: /^-(?:[sgvw]+|e\d+|p\w+)$/, operands: 0 },
  'tini-static': { options: /^-[sgvw]+$/, operands: 0 },
  'dumb-init': { options: /^-(?:-single-child|-verbose|[cv]+)$/, operands: 0 },
  catatonit: { options: /^-[PgL]+$/, operands: 0 },
  gosu: { options: /^$/, operands: 1 },
  'su-exec': { options: /^$/, operands: 1 },
};

function entrypointProblem(
  file: Dockerfile,
  facts: Facts,
  stage: Stage,
  command: Instruction,
  entrypoint: Instruction,
): string | undefined {
  if (!entrypoint.json) return `is never run: the ENTRYPOINT of line ${entrypoint.line} is in shell form`;
  const words = entrypoint.words.map(({ text }) => text);
  const rest = words.slice(passingWords(words));
  if (rest.length === 0) return undefined;
  const script = rest.length === 1 ? scriptText(file, facts, stage, rest[0] as string) : undefined;
  const isRelative = /^[^/\s]\S*\//.test(command.words[0]?.text.replace(/^exec\s+/, '') ?? '');
  if (script !== undefined && handsOver(script) && !(isRelative && /\b(?:cd|pushd)\b/.test(script))) return undefined;
  return `is a parameter of the ENTRYPOINT of line ${entrypoint.line}, which may look at the command it is given`;
}

/** How many words at the start are a program that executes the others, with its options. */
function passingWords([program = '', ...rest]: string[]): number {
  const passes = PASSES[posix.basename(program)];
  if (!passes) return 0;
  let at = 0;
  while (at < rest.length && rest[at] !== '--' && passes.options.test(rest[at] as string)) at++;
  if (rest[at] === '--') at++;
  return at + passes.operands > rest.length ? 0 : 1 + at + passes.operands;
}

/** The text of the one file of the context that a COPY or ADD of the stage puts in the entrypoint's place, and nothing else writes. */
function scriptText(file: Dockerfile, facts: Facts, stage: Stage, program: string): string | undefined {
  const { context } = facts;
  if (!context || stage.base.kind === 'unknown') return undefined;
  const name = posix.basename(program);
  const { bringing } = historyOf(stage);
  if (bringing.length > LONGEST_HISTORY) return undefined;
  if (bringing.some(each => each.name === 'RUN' && rewrites(each, name))) return undefined;
  const copies = bringing.flatMap(each => {
    const view = copyOf(each);
    return view ? [{ each, view }] : [];
  });
  // what comes from elsewhere, or is written in place, may be the script
  if (
    copies.some(
      ({ view }) =>
        [view.destination, ...view.sources].some(({ text }) => posix.basename(text) === name) &&
        (view.from || view.sources.some(({ inline }) => inline)),
    )
  )
    return undefined;
  const found = copies.flatMap(({ each, view }) =>
    view.sources.flatMap(source => {
      const { text } = expandAt(file, facts.images, each, source);
      const paths = view.from || source.inline || text === UNKNOWN ? [] : context.match(text);
      return paths.map(path => (context.kind(path) === 'folder' ? posix.join(path, name) : path));
    }),
  );
  const scripts = [...new Set(found)].filter(path => posix.basename(path) === name && context.kind(path) === 'file');
  return scripts.length === 1 ? context.text(scripts[0] as string) : undefined;
}

/** Whether a RUN does more with a script than to make it executable or to mend its line ends. */
function rewrites({ logical }: Instruction, name: string): boolean {
  return segments(logical.text).some(
    words => words.some(word => posix.basename(word) === name) && !words.some(word => ['chmod', 'chown', 'dos2unix', 'ls'].includes(word)),
  );
}

/** Whether a shell's script executes its arguments and never looks at one of them: nor does a file that it reads, nor a loop over them. */
function handsOver(script: string): boolean {
  if (!/^#!.*\b(?:a|ba|da|k|z)?sh\b/.test(script)) return false;
  const lines = script.split(/\r?\n/);
  const rest = lines.filter(line => !/^\s*exec "\$@"\s*$/.test(line));
  const looks =
    /\$(?:[@*#1-9]|\{[!#]?[@*#1-9])|\bBASH_ARG|\b(?:shift|getopts|eval|source)\b|\bset\s+--|^\s*\.\s|[;&|]\s*\.\s|\bfor\s+\w+\s*(?:;|do\b|$)/;
  return rest.length < lines.length && !rest.some(line => !/^\s*#/.test(line) && looks.test(line));
}
