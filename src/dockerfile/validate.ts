import { trimmed } from './characters.ts';
import { csvFields } from './csv.ts';
import { parseDuration } from './duration.ts';
import { flagProblems } from './flags.ts';
import { parseHeredocWord } from './heredocs.ts';
import { mountProblems } from './mounts.ts';
import type { Dockerfile, Instruction, Keyword, Problem, Span } from './nodes.ts';

/**
 * What BuildKit refuses in the instructions of a file, in its words (frontend/dockerfile/instructions): unknown ones, missing arguments, bad
 * flags and values, and those that need a stage before the first FROM.
 */
export function instructionProblems(file: Dockerfile): Problem[] {
  const problems: Problem[] = [];
  let inStage = false;
  for (const instruction of file.instructions) {
    problems.push(...flagProblems(instruction), ...argumentProblems(instruction, file.escape));
    inStage ||= instruction.name === 'FROM';
    if (!inStage && instruction.name !== 'ARG' && instruction.name !== '') {
      problems.push(problem(instruction.keyword, 'no build stage in current context'));
    }
  }
  return problems;
}

function problem({ start, end }: Span, message: string): Problem {
  return { span: { start, end }, message };
}

function argumentProblems(instruction: Instruction, escape: string): Problem[] {
  const { name, keyword } = instruction;
  if (name === '') return [problem(keyword, `unknown instruction: ${keyword.text}`)];
  return CHECKS[name]?.(instruction, escape) ?? [];
}

type Check = (instruction: Instruction, escape: string) => Problem[];

const atLeastOne: Check = instruction =>
  instruction.words.length === 0 ? [problem(instruction, `${instruction.name} requires at least one argument`)] : [];

const exactlyOne: Check = instruction =>
  instruction.words.length === 1 ? [] : [problem(instruction, `${instruction.name} requires exactly one argument`)];

const sourcesAndDestination: Check = instruction => {
  const { name, words } = instruction;
  const destination = words.at(-1);
  if (!destination || words.length < 2) {
    return [
      problem(instruction, `${name} requires at least two arguments, but only one was provided. Destination could not be determined`),
    ];
  }
  const heredoc = parseHeredocWord(destination.text);
  return heredoc && !('error' in heredoc) ? [problem(destination, `${name} cannot accept a heredoc as a destination`)] : [];
};

const blankNames: Check = ({ name, pairs }) =>
  pairs.filter(pair => pair.name.text === '').map(pair => problem(pair.name, `${name} names can not be blank`));

const namesAndValues: Check = (instruction, escape) => {
  const { argument, name } = instruction;
  // a lone escape character is nothing to BuildKit; other arguments without pairs are the parser's to report
  if (!argument || argument.text === escape) return [problem(instruction, `${name} requires at least one argument`)];
  return blankNames(instruction, escape);
};

const argNames: Check = (instruction, escape) => [...atLeastOne(instruction, escape), ...blankNames(instruction, escape)];

const STAGE_NAME = /^[a-z][a-z0-9-_.]*$/;

const from: Check = instruction => {
  const [, as, name] = instruction.words;
  const { length } = instruction.words;
  if (length === 3 && as && name && /^as$/iu.test(as.text)) {
    const isValid = STAGE_NAME.test(name.text.toLowerCase());
    const message = `invalid name for build stage: ${JSON.stringify(name.text)}, name can't start with a number or contain symbols`;
    return isValid ? [] : [problem(name, message)];
  }
  return length === 1 ? [] : [problem(instruction, 'FROM requires either one or three arguments')];
};

const onbuild: Check = instruction => {
  const { trigger } = instruction;
  if (!trigger) return [problem(instruction, 'ONBUILD requires at least one argument')];
  const { name, keyword } = trigger;
  if (name === 'ONBUILD') return [problem(keyword, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed")];
  if (name === 'FROM' || name === 'MAINTAINER') return [problem(keyword, `${name} isn't allowed as an ONBUILD trigger`)];
  return [];
};

const NETWORKS: readonly string[] = ['default', 'none', 'host'];
const SECURITIES: readonly string[] = ['insecure', 'sandbox'];

const run: Check = instruction => {
  const problems = mountProblems(instruction).map(({ flag, message }) => problem(flag, message));
  for (const flag of instruction.flags) {
    const { name, value } = flag;
    if (value === undefined) continue;
    const error =
      (name === 'network' && !NETWORKS.includes(value) && `invalid network mode ${JSON.stringify(value)}`) ||
      (name === 'security' && !SECURITIES.includes(value) && `security ${JSON.stringify(value)} is not valid`) ||
      (name === 'device' && deviceError(value));
    if (error) problems.push(problem(flag, error));
  }
  return problems;
};

/** BuildKit's ParseDevice: `name`, `name=…`, `required`, `required=…`. */
function deviceError(value: string): string | undefined {
  const fields = csvFields(value);
  if (!fields) return 'failed to parse csv devices';
  let name = '';
  for (const field of fields) {
    const [, key = '', text] = /^([^=]*)(?:=(.*))?$/s.exec(field) ?? [];
    if (key.toLowerCase() === 'required') {
      if (text !== undefined && !/^(?:[01tTfF]|TRUE|true|True|FALSE|false|False)$/.test(text)) return `invalid value for required: ${text}`;
    } else if (key.toLowerCase() === 'name' && text !== undefined) {
      if (name !== '') return `device name already set to ${name}`;
      name = text;
    } else if (name === '') name = field;
    else return text === undefined ? `invalid field '${field}' must be a key=value pair` : `unexpected key '${key}' in '${field}'`;
  }
  return undefined;
}

const healthcheck: Check = instruction => {
  const [type, ...command] = instruction.words;
  if (!type) return [problem(instruction, 'HEALTHCHECK requires at least one argument')];
  const kind = type.text.toUpperCase();
  if (kind === 'NONE') return command.length > 0 ? [problem(instruction, 'HEALTHCHECK NONE takes no arguments')] : [];
  if (kind !== 'CMD') return [problem(type, `Unknown type ${JSON.stringify(kind)} in HEALTHCHECK (try CMD)`)];
  const problems = command.length > 0 ? [] : [problem(instruction, 'Missing command after HEALTHCHECK CMD')];
  for (const flag of instruction.flags) {
    const error = flag.name === 'retries' ? retriesError(flag.value) : intervalError(flag.name, flag.value);
    if (error) problems.push(problem(flag, error));
  }
  return problems;
};

const SHORTEST_INTERVAL = 1e6;
const MAX_INT32 = 2 ** 31 - 1;

function intervalError(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  const duration = parseDuration(value);
  if (duration === undefined) return `invalid duration ${JSON.stringify(value)}`;
  return duration !== 0 && duration < SHORTEST_INTERVAL ? `Interval ${JSON.stringify(name)} cannot be less than 1ms` : undefined;
}

function retriesError(value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (!/^[+-]?\d+$/.test(value) || Math.abs(Number(value)) > MAX_INT32) return `invalid number of retries ${JSON.stringify(value)}`;
  return Number(value) < 0 ? `--retries cannot be negative (${value})` : undefined;
}

const shell: Check = instruction => {
  if (instruction.words.length === 0) return atLeastOne(instruction, '');
  return instruction.json ? [] : [problem(instruction, 'SHELL requires the arguments to be in JSON form')];
};

function isBlank(text: string): boolean {
  const { from, to } = trimmed(text, 0, text.length);
  return from === to;
}

const volumes: Check = (instruction, escape) => [
  ...atLeastOne(instruction, escape),
  ...instruction.words.filter(({ text }) => isBlank(text)).map(word => problem(word, 'VOLUME specified can not be an empty string')),
];

const CHECKS: Readonly<Partial<Record<Keyword, Check>>> = {
  ADD: sourcesAndDestination,
  ARG: argNames,
  COPY: sourcesAndDestination,
  ENV: namesAndValues,
  EXPOSE: atLeastOne,
  FROM: from,
  HEALTHCHECK: healthcheck,
  LABEL: namesAndValues,
  MAINTAINER: exactlyOne,
  ONBUILD: onbuild,
  RUN: run,
  SHELL: shell,
  STOPSIGNAL: exactlyOne,
  USER: exactlyOne,
  VOLUME: volumes,
  WORKDIR: exactlyOne,
};
