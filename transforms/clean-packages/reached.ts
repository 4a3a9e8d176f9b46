import type { BuildContext } from '../../src/context/context.ts';
import { filesByName } from '../../src/context/named.ts';

/** A file of the context that a text names, directly or through others. */
export interface ReachedFile {
  path: string;
  text: string;
}

/** As much of each file is looked at: scripts are short. */
const MOST_TEXT = 64 * 1024;
const MOST_REACHED = 200;

/** Programs that read a file that the command doesn't name. */
const READS: [program: string, files: string[]][] = [
  ['make', ['Makefile', 'makefile', 'GNUmakefile']],
  ['npm', ['package.json']],
  ['pnpm', ['package.json']],
  ['yarn', ['package.json']],
  ['supervisord', ['supervisord.conf']],
];

/** The files of the context whose names stand in a text, and those that stand in theirs. Documents don't run. */
export function reachedFiles(context: BuildContext, text: string): ReachedFile[] {
  const all = filesByName(context);
  const reached = new Map<string, string>();
  const open = [text];
  for (let next = open.pop(); next !== undefined && reached.size < MOST_REACHED; next = open.pop()) {
    for (const name of namesIn(next)) {
      for (const path of all.get(name) ?? []) {
        if (reached.has(path) || isDocument(name)) continue;
        const bytes = context.head(path, MOST_TEXT);
        const content = bytes ? new TextDecoder().decode(bytes) : '';
        reached.set(path, content);
        open.push(content);
      }
    }
  }
  return [...reached].map(([path, content]) => ({ path, text: content }));
}

function namesIn(text: string): Set<string> {
  const found = new Set(text.split(/[^\w.@+-]+/));
  for (const [program, files] of READS) if (found.has(program)) for (const name of files) found.add(name);
  return found;
}

function isDocument(name: string): boolean {
  return /\.(?:md|rst|txt|adoc|html?|lock)$|^(?:README|LICENSE|CHANGELOG|Dockerfile)|-lock\.(?:json|yaml)$/i.test(name);
}
