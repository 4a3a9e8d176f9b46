import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage } from '../../src/dockerfile/stages.ts';
import { exposedPort } from '../../src/dockerfile/views.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import { FIRST_FREE_PORT, lowPort, pathProblem } from './arguments.ts';
import { isOpen, isPrivate } from './folders.ts';
import type { Shipped } from './image.ts';

/** Variables that name the port to listen on. */
const PORT = /^(?:(?:APP|HTTP|HTTPS|SERVER|WEB|LISTEN|API|NODE|FLASK(?:_RUN)?|UVICORN|GUNICORN|BIND|NEXT|VITE|SERVICE)_)?PORT$/;

/** Variables that name a place where something is written. */
const PLACE = /(?:DIR|DIRECTORY|FOLDER|FILE|LOGS?|DB|DATABASE|DATABASE_UR[IL]|DB_UR[IL]|STORAGE|CACHE|DATA|UPLOADS?|PATH|HOME)$/;

/** Variables whose paths are searched or read. */
const READ =
  /^(?:PATH|(?:LD_LIBRARY|NODE|PYTHON|GO|MANPATH|CLASS|PKG_CONFIG)_?PATH|(?:JAVA|PYTHON|CONDA|NODE|GEM|CARGO|RUSTUP|ORACLE|POETRY|UV)_HOME|.*_(?:CERT|CA|CERTS|CA_CERTS)(?:_(?:FILE|DIR|PATH|BUNDLE))?)$/;

export interface Settings extends Omit<Shipped, 'account'> {
  own: ReadonlySet<string>;
}

/** Why what the Dockerfile sets for the container needs root: ports, volumes, places to write. `all` are the instructions that it stands on. */
export function settingsProblem(settings: Settings): Refusal | undefined {
  for (const instruction of lineage(settings.stage).flatMap(({ instructions }) => instructions)) {
    const problem = instructionProblem(settings, instruction);
    if (problem) return problem;
  }
  return undefined;
}

function instructionProblem(settings: Settings, instruction: Instruction): Refusal | undefined {
  switch (instruction.name) {
    case 'ONBUILD':
      return refuse(instruction, 'onbuild', 'has an ONBUILD, which another build runs');
    case 'SHELL':
      return refuse(instruction, 'shell', 'sets a SHELL');
    case 'EXPOSE':
      return exposeProblem(settings, instruction);
    case 'VOLUME':
      return volumeProblem(settings, instruction);
    case 'ENV':
      return variablesProblem(settings, instruction);
    default:
      return undefined;
  }
}

function exposeProblem({ file, facts }: Settings, instruction: Instruction): Refusal | undefined {
  for (const word of instruction.words) {
    const { text } = expandAt(file, facts.images, instruction, word);
    const port = text === UNKNOWN ? undefined : exposedPort(text);
    if (!port) return refuse(word, 'variable', `exposes ${word.text}, which can't be known`);
    if (port.start < FIRST_FREE_PORT) return refuse(word, 'port', `exposes port ${lowPort(port.start)}`);
  }
  return undefined;
}

function volumeProblem({ file, facts }: Settings, instruction: Instruction): Refusal | undefined {
  for (const word of instruction.words) {
    const { text } = expandAt(file, facts.images, instruction, word);
    if (text === UNKNOWN || !isOpen(text))
      return refuse(word, 'volume', `makes ${word.text} a volume, whose files keep the owner they have`);
  }
  return undefined;
}

function variablesProblem(settings: Settings, instruction: Instruction): Refusal | undefined {
  const { file, facts, own } = settings;
  for (const { name, value } of instruction.pairs) {
    const { text } = expandAt(file, facts.images, instruction, value ?? { text: '' });
    if (text === UNKNOWN) continue;
    const key = name.text;
    if (text.split(':').some(isPrivate)) return refuse(name, 'root-home', `sets ${key} to ${text}, which nobody but root may enter`);
    if (PORT.test(key) && /^\d+$/.test(text) && Number(text) > 0 && Number(text) < FIRST_FREE_PORT) {
      return refuse(name, 'port', `sets ${key} to ${lowPort(Number(text))}`);
    }
    if (!PLACE.test(key) || READ.test(key)) continue;
    const problem = pathProblem({ own, files: settings.files }, text);
    if (problem) return refuse(name, problem.code, `sets ${key} to ${text}, where only root may write`);
  }
  return undefined;
}
