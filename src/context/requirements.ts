import type { BuildContext } from './context.ts';
import type { Broken } from './fields.ts';
import { childPath, cleanPath, parentPath } from './filepath.ts';
import { remembered } from './remembered.ts';

/** One logical line of a requirements file, by pip's own format (pip 25, req_file.py and constructors.py). Lines count from 1. */
export type Requirement = { line: number } & (
  | { kind: 'package'; name: string; extras: string[]; specifier: string; marker: string | undefined; hashes: string[] }
  /** A file or folder of the context, or an archive: `path` as written, without extras. */
  | { kind: 'local'; path: string; editable: boolean; marker: string | undefined; hashes: string[] }
  /** `name @ URL` or a bare URL, also `file:` and `git+…`. */
  | { kind: 'url'; url: string; name: string | undefined; editable: boolean; marker: string | undefined; hashes: string[] }
  /** `-r` or `-c`: `path` is that of the context; undefined for a URL and for what lies outside. */
  | { kind: 'include'; constraint: boolean; written: string; path: string | undefined }
  | { kind: 'option'; name: string; value: string | undefined }
);

export interface RequirementsFile {
  path: string;
  requirements: Requirement[];
}

/** Options of a line of their own, by their long names; true for those with a value. */
const OPTIONS: Record<string, boolean> = {
  '--index-url': true,
  '--extra-index-url': true,
  '--no-index': false,
  '--find-links': true,
  '--no-binary': true,
  '--only-binary': true,
  '--prefer-binary': false,
  '--require-hashes': false,
  '--pre': false,
  '--trusted-host': true,
  '--use-feature': true,
  '--requirement': true,
  '--constraint': true,
};
const SHORT: Record<string, string> = {
  '-i': '--index-url',
  '-f': '--find-links',
  '-r': '--requirement',
  '-c': '--constraint',
  '-e': '--editable',
};
const URL = /^(?:[a-z][a-z0-9.-]*\+)?(?:https?|ftp|file|ssh|git):/i;
const ARCHIVE = /\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz|tlz|tar\.lz|tar\.lzma|tar)$/i;
const PACKAGE = /^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[([A-Za-z0-9._,\t -]*)\])?[ \t]*([^ \t].*)?$/;
const SPECIFIERS = /^[ \t]*(?:===|~=|==|!=|<=|>=|<|>)[ \t]*[A-Za-z0-9.*+!_-]+[ \t]*$/;

/** A requirements file line by line; undefined where it isn't sent, `problem` for the first line that pip wouldn't take. */
export const requirementsFile: (context: BuildContext, path: string) => RequirementsFile | Broken | undefined = remembered(
  (context, path) => {
    if (context.kind(path) !== 'file') return undefined;
    const text = context.text(path);
    if (text === undefined) return { problem: `${path}: over 4 MiB or not UTF-8` };
    const requirements: Requirement[] = [];
    for (const { text: line, number } of logicalLines(text)) {
      const read = readLine(line, parentPath(path));
      if (!read) return { problem: `${path}: line ${number}: can't make out ${line.length > 80 ? `${line.slice(0, 80)}…` : line}` };
      requirements.push(...read.map(requirement => ({ line: number, ...requirement })));
    }
    return { path, requirements };
  },
);

/** A requirements file and all that it takes in with -r and -c, each once; a `problem` where one is broken, missing or out of reach. */
export function requirementsWithIncludes(context: BuildContext, path: string): RequirementsFile[] | Broken {
  const files = new Map<string, RequirementsFile>();
  const open = [path];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (files.has(at)) continue;
    const file = requirementsFile(context, at);
    if (!file) return { problem: `${at}: not in the build context` };
    if ('problem' in file) return file;
    files.set(at, file);
    for (const requirement of file.requirements) {
      if (requirement.kind !== 'include') continue;
      if (requirement.path === undefined)
        return { problem: `${at}: line ${requirement.line}: ${requirement.written} is outside of the build context` };
      open.push(requirement.path);
    }
  }
  return [...files.values()];
}

/** As pip joins them: a comment line ends what is continued before it, and within a line a `#` starts a comment after a space. */
function logicalLines(text: string): { text: string; number: number }[] {
  const lines: { text: string; number: number }[] = [];
  let parts: string[] = [];
  let start = 1;
  const close = (next: number) => {
    const line = withoutComment(parts.join('')).trim();
    if (line !== '') lines.push({ text: line, number: start });
    parts = [];
    start = next;
  };
  const written = (text.startsWith('\uFEFF') ? text.slice(1) : text).split(/\r\n|\n|\r/);
  for (const [index, line] of written.entries()) {
    const comment = line.trimStart().startsWith('#');
    if (line.endsWith('\\') && !comment) {
      parts.push(line.slice(0, -1));
      continue;
    }
    parts.push(comment ? ` ${line}` : line);
    close(index + 2);
  }
  close(written.length + 1);
  return lines;
}

function withoutComment(line: string): string {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1))
    if (at === 0 || /\s/.test(line[at - 1] as string)) return line.slice(0, at);
  return line;
}

type Read = Requirement extends infer Each ? (Each extends { line: number } ? Omit<Each, 'line'> : never) : never;

function readLine(line: string, folder: string): Read[] | undefined {
  const editable = /^(?:-e|--editable(?=[=\s]))[=\s]*(\S.*)$/.exec(line)?.[1];
  if (editable === undefined && line.startsWith('-')) return readOptions(line, folder);
  const requirement = readRequirement(editable ?? line, editable !== undefined);
  return requirement && [requirement];
}

/** A line may hold several options. */
function readOptions(line: string, folder: string): Read[] | undefined {
  const words = shellWords(line)?.reverse();
  const read: Read[] = [];
  for (let word = words?.pop(); word !== undefined; word = words?.pop()) {
    const parts = /^(--[a-z-]+)(?:=(.+))?$|^(-[a-z])=?(.+)?$/.exec(word);
    const name = parts?.[1] ?? SHORT[parts?.[3] ?? ''] ?? '';
    if (!Object.hasOwn(OPTIONS, name)) return undefined;
    const given = parts?.[2] ?? parts?.[4];
    const value = OPTIONS[name] ? (given ?? words?.pop()) : undefined;
    if (OPTIONS[name] ? value === undefined : given !== undefined) return undefined;
    const include = name === '--requirement' || name === '--constraint';
    read.push(include ? readInclude(name === '--constraint', value as string, folder) : { kind: 'option', name, value });
  }
  return words && read;
}

function readInclude(constraint: boolean, written: string, folder: string): Read {
  const path = cleanPath(childPath(folder, written));
  const outside = URL.test(written) || written.startsWith('/') || path.split('/')[0] === '..';
  return { kind: 'include', constraint, written, path: outside ? undefined : path };
}

/** Words as a shell splits them, for lines without escapes and quotes within words. */
function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  for (const match of line.matchAll(/"([^"\\]*)"(?=\s|$)|'([^']*)'(?=\s|$)|(\S+)/g)) {
    if (match[3] !== undefined && /["'\\]/.test(match[3])) return undefined;
    words.push(match[1] ?? match[2] ?? (match[3] as string));
  }
  return words;
}

function readRequirement(written: string, editable: boolean): Read | undefined {
  const [text, ...options] = written.split(/\s--?(?=[a-z])/);
  const hashes: string[] = [];
  for (const option of options) {
    const hash = /^hash[= ]\s*([a-z0-9]+:[0-9a-fA-F]+)\s*$/.exec(option);
    if (hash) hashes.push(hash[1] as string);
    else if (!/^(?:config-settings?|global-option|install-option|build-option)[= ]/.test(option)) return undefined;
  }
  const { subject, marker } = splitMarker((text as string).trim());
  if (URL.test(subject) && !/\s/.test(subject)) return { kind: 'url', url: subject, name: undefined, editable, marker, hashes };
  const named = /^([A-Za-z0-9][A-Za-z0-9._-]*)[ \t]*(?:\[[^\]]*\])?[ \t]*@[ \t]*(\S+)$/.exec(subject);
  if (named) return { kind: 'url', url: named[2] as string, name: named[1], editable, marker, hashes };
  const looksLocal = /^[^[]/.test(subject) && (editable || /^\.|\//.test(subject) || ARCHIVE.test(subject));
  if (!looksLocal) return readPackage(subject, marker, hashes);
  // A template, or what somebody's tool will fill in, is no path.
  return /[{}<>"'$*]/.test(subject) ? undefined : { kind: 'local', path: subject.replace(/\[[^[\]]*\]$/, ''), editable, marker, hashes };
}

/** A URL may hold a `;`, so there a space stands in front of the marker's. */
function splitMarker(text: string): { subject: string; marker: string | undefined } {
  const isUrl = URL.test(text) || /[ \t]@[ \t]/.test(text);
  const at = isUrl ? text.search(/\s;/) : text.indexOf(';');
  if (at < 0) return { subject: text, marker: undefined };
  return { subject: text.slice(0, at).trim(), marker: text.slice(text.indexOf(';', at) + 1).trim() };
}

function readPackage(subject: string, marker: string | undefined, hashes: string[]): Read | undefined {
  const parts = PACKAGE.exec(subject);
  const written = (parts?.[3] ?? '').trim();
  const specifier = written.startsWith('(') && written.endsWith(')') ? written.slice(1, -1) : written;
  if (!parts || (specifier !== '' && !specifier.split(',').every(part => SPECIFIERS.test(part)))) return undefined;
  const extras = (parts[2] ?? '').split(',').flatMap(extra => extra.trim() || []);
  return { kind: 'package', name: parts[1] as string, extras, specifier: specifier.trim(), marker, hashes };
}
