import { posix } from 'node:path';
import { ARCHIVE_HEAD, isArchive, isArchiveName } from '../src/context/archive.ts';
import type { BuildContext } from '../src/context/context.ts';
import { UNKNOWN } from '../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction, Word } from '../src/dockerfile/nodes.ts';
import { isRemote } from '../src/dockerfile/remote.ts';
import { expandAt } from '../src/dockerfile/stages.ts';
import { setKeyword } from '../src/edit.ts';
import { type Change, change, type Facts, type Refusal, refuse, transform } from '../src/transform.ts';

export default transform({
  name: 'copy-not-add',
  summary: 'copy local files with COPY instead of ADD',
  keeps: 'image',
  settles: ['DL3020'],
  *run(file, facts) {
    for (const instruction of file.instructions) if (instruction.name === 'ADD') yield asCopy(file, facts, instruction);
  },
});

/** Flags that COPY doesn't have: each asks for something that only ADD does. */
const ADD_ONLY: ReadonlySet<string> = new Set(['checksum', 'keep-git-dir', 'unpack']);

function asCopy(file: Dockerfile, facts: Facts, instruction: Instruction): Change | Refusal {
  const flag = instruction.flags.find(({ name }) => ADD_ONLY.has(name));
  if (flag) return refuse(flag, 'flag', `uses --${flag.name}, which COPY does not have`);
  for (const source of instruction.words.slice(0, -1)) {
    if (source.text.startsWith('<<')) continue;
    const problem = sourceProblem(file, facts, instruction, source);
    if (problem) return refuse(source, problem.code, problem.reason);
  }
  return change({
    at: instruction,
    title: 'copy with COPY, which neither downloads nor unpacks',
    keeps: 'image',
    settles: ['DL3020'],
    edits: setKeyword(instruction, 'COPY'),
  });
}

interface SourceProblem {
  code: 'remote' | 'archive' | 'variable' | 'missing';
  reason: string;
}

function sourceProblem(file: Dockerfile, facts: Facts, instruction: Instruction, source: Word): SourceProblem | undefined {
  if (isRemote(source.text)) return { code: 'remote', reason: `fetches ${source.text}` };
  const { text, settable } = expandAt(file, facts.images, instruction, source);
  if (text === UNKNOWN || settable) return openEndProblem(source.text, facts.context);
  if (isRemote(text)) return { code: 'remote', reason: `fetches ${source.text}` };
  return facts.context ? contentProblem(facts.context, text) : nameProblem(text);
}

/** A source whose variables nobody knows: without a context its literal ends must tell that it is a local path and no archive. */
function openEndProblem(written: string, context: BuildContext | undefined): SourceProblem | undefined {
  const [head] = written.split('$', 1) as [string];
  const tail = /\.[A-Za-z0-9]+$/.exec(written)?.[0];
  if (!context && /^[\w.-]*\//.test(head) && tail && !isArchiveName(written)) return undefined;
  return { code: 'variable', reason: `adds ${written}, which can't be known` };
}

function contentProblem(context: BuildContext, source: string): SourceProblem | undefined {
  const found = context.match(source);
  if (found.length === 0) return { code: 'missing', reason: `adds ${source}, which the build context does not have` };
  for (const path of found) {
    const kind = context.kind(path);
    const head = kind === 'file' ? context.head(path, ARCHIVE_HEAD) : undefined;
    if (kind === 'other' || (kind === 'file' && !head)) return { code: 'missing', reason: `adds ${path}, which can't be read` };
    if (head && isArchive(head)) return { code: 'archive', reason: `may unpack ${path}` };
  }
  return undefined;
}

/** Without a context a name decides; a wildcard must leave an ending that is no archive's. */
function nameProblem(source: string): SourceProblem | undefined {
  const name = posix.basename(source);
  const wild = /[*?[\]\\]/.test(name);
  const ending = /\.[A-Za-z0-9_-]+$/.test(name);
  if (!isArchiveName(name) && (!wild || ending)) return undefined;
  return { code: 'archive', reason: wild && !isArchiveName(name) ? `may unpack what ${source} matches` : `may unpack ${source}` };
}
