import type { Images } from '../images/images.ts';
import { edges } from './edges.ts';
import { expandWord, type LexError, UNKNOWN, type Value } from './lex.ts';
import type { Dockerfile, Instruction, Problem, Span } from './nodes.ts';
import { scopes } from './scope.ts';
import { stages } from './stages.ts';
import { exposedPort } from './views.ts';

const NO_IMAGES: Images = { about: () => undefined };

/**
 * What BuildKit refuses only when it builds the stage, whatever the base images, the build context and the caller say (dockerfile2llb/convert.go): texts
 * that can't be expanded, base names that are no image's, ports and signals that are none, stages used before they are there. `parse` accepts these
 * files, and so does BuildKit where the target doesn't need the stage; `docker build --check` refuses them.
 */
export function buildProblems(file: Dockerfile): Problem[] {
  const problems = [...expansionProblems(file), ...baseProblems(file), ...sourceProblems(file)];
  return problems.sort((a, b) => a.span.start - b.span.start);
}

function problem({ start, end }: Span, message: string): Problem {
  return { span: { start, end }, message };
}

interface Piece {
  span: Span;
  text: string;
}

function expansionProblems(file: Dockerfile): Problem[] {
  return file.instructions.flatMap(instruction => {
    if (instruction.name === 'FROM') return [];
    return expandedPieces(instruction).flatMap(({ span, text }) => {
      const value = certainValue(file, instruction, text);
      if (typeof value === 'object') return [problem(span, value.error)];
      const message = value === UNKNOWN ? undefined : valueError(instruction, value);
      return message ? [problem(span, message)] : [];
    });
  });
}

/** What BuildKit expands in an instruction (the Expand methods of instructions/commands.go), but for the bodies of heredocs. */
function expandedPieces({ name, words, pairs, flags }: Instruction): Piece[] {
  const ofWords = words.map(word => ({ span: word, text: word.text }));
  switch (name) {
    case 'ENV':
    case 'LABEL':
      return pairs.flatMap(pair => [pair.name, ...(pair.value ? [pair.value] : [])].map(word => ({ span: word, text: word.text })));
    case 'ARG':
      return pairs.flatMap(({ value }) => (value ? [{ span: value, text: value.text }] : []));
    case 'ADD':
    case 'COPY':
      return [
        ...flags.filter(flag => ['chown', 'chmod', 'checksum'].includes(flag.name)).map(flag => ({ span: flag, text: flag.value ?? '' })),
        ...ofWords.filter(({ text }) => !/^\d*<</.test(text)),
      ];
    case 'EXPOSE':
    case 'STOPSIGNAL':
    case 'USER':
    case 'VOLUME':
    case 'WORKDIR':
      return ofWords;
    default:
      return [];
  }
}

/** The text that a piece has whatever the caller sets, or the error; UNKNOWN where it depends. */
function certainValue(file: Dockerfile, instruction: Instruction, text: string): Value | LexError {
  const variables = scopes(file, NO_IMAGES).variablesAt(instruction);
  const lookup = (name: string): Value | undefined => {
    const found = variables(name);
    return found?.settable ? UNKNOWN : found?.text;
  };
  return expandWord(text, lookup, file.escape);
}

function valueError({ name }: Instruction, text: string): string | undefined {
  switch (name) {
    case 'EXPOSE':
      // a variable may hold several ports
      return text.split(/\s+/).every(port => port === '' || exposedPort(port)) ? undefined : `invalid containerPort: ${text}`;
    case 'STOPSIGNAL':
      return isSignal(text) ? undefined : `invalid signal: ${text}`;
    case 'VOLUME':
      return text === '' ? 'VOLUME specified can not be an empty string' : undefined;
    default:
      return undefined;
  }
}

/** The names of moby/sys/signal on Linux. */
const SIGNALS: ReadonlySet<string> = new Set(
  (
    'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 ' +
    'USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX'
  ).split(' '),
);

function isSignal(text: string): boolean {
  if (/^[+-]?\d+$/.test(text)) return Number(text) !== 0;
  const name = text.toUpperCase().replace(/^SIG/, '');
  return SIGNALS.has(name) || /^RTMIN\+(?:[1-9]|1[0-5])$/.test(name) || /^RTMAX-(?:[1-9]|1[0-4])$/.test(name);
}

function baseProblems(file: Dockerfile): Problem[] {
  return stages(file, NO_IMAGES).flatMap(({ from, base }) => {
    const [image] = from.words;
    if (!image || base.kind !== 'unknown') return [];
    const value = certainValue(file, from, image.text);
    if (typeof value === 'object') return [problem(image, value.error)];
    if (value === '') return [problem(image, `base name (${image.text}) should not be blank`)];
    return value === UNKNOWN ? [] : [problem(image, `failed to parse stage name ${JSON.stringify(value)}: invalid reference format`)];
  });
}

function sourceProblems(file: Dockerfile): Problem[] {
  return edges(file, NO_IMAGES).flatMap(({ by, instruction, at, to }) => {
    if (instruction.name === 'FROM') return [];
    if (to.kind === 'stage') {
      const isReady = to.stage.index < by.index;
      return isReady ? [] : [problem(at, 'uses a stage that has to be defined before its own')];
    }
    return to.kind === 'unknown' ? [problem(at, `uses ${JSON.stringify(to.text)}, which is neither a stage nor an image`)] : [];
  });
}
