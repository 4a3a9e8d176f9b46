import { posix } from 'node:path';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import type { PlacedCommand, ToolCall } from '../../src/tools/calls.ts';
import { hasOption } from '../../src/tools/calls.ts';
import { type Doubt, doubt, nothing, type Reads } from './reads.ts';

const APT_INSTALLS: ReadonlySet<string> = new Set(['install', 'build-dep']);
/** Commands of apt-get and apk that read nothing but the lists and what is installed. */
const APT: ReadonlySet<string> = new Set(
  'update upgrade dist-upgrade full-upgrade install build-dep remove purge autoremove clean autoclean'.split(' '),
);
const APK: ReadonlySet<string> = new Set('add del update upgrade fix'.split(' '));

/** What a call of apt-get or apk reads: nothing, unless it is given a package by its path. */
export function systemInstall({ tool, verb, operands, options }: ToolCall): Reads | Doubt {
  const known = verb !== undefined && (tool === 'apt' ? APT : APK).has(verb);
  if (!known) return doubt('command', `${tool} ${verb ?? 'is called'} in a way that is not known`);
  const odd = [...operands, ...options.flatMap(({ valueWord }) => valueWord ?? [])].find(
    ({ literal, text }) => literal === undefined && !/^\$\w+$|^\$\{\w+\}$|^[a-z0-9][\w.+-]*=\$\{?\w+\}?$/.test(text),
  );
  const path = operands.find(({ text }) => /^[./~]|\.(?:deb|apk)$/.test(text));
  if (odd ?? path) return doubt('package', `may install a package from ${(odd ?? path)?.text}`);
  return nothing(tool === 'apk' ? verb === 'add' : APT_INSTALLS.has(verb));
}

/** Programs that neither read the sources nor write beside them, whatever they are given. */
const FREE: ReadonlySet<string> = new Set(
  ': addgroup echo false groupadd groupmod hash id locale-gen printf sleep true uname update-ca-certificates update-locale useradd adduser whoami'.split(
    ' ',
  ),
);
/** Programs that touch the files that they are given, and no others. */
const TOUCHES_OPERANDS: ReadonlySet<string> = new Set('chmod chown ln mkdir rm touch'.split(' '));

/**
 * What a small command reads, where it has nothing to do with the folders that copies fill: `isBeside` tells whether a path of the image lies in none of
 * them. Undefined for a command that isn't known.
 */
export function smallCommand({ words, folder }: PlacedCommand, isBeside: (path: string) => boolean): Reads | undefined {
  const [program, ...rest] = words;
  const name = program?.literal;
  if (name === undefined) return undefined;
  if (rest.length > 0 && rest.every(({ literal }) => literal === '--version' || literal === '-v' || literal === '-V'))
    return nothing(false);
  const plain = rest.every(({ text }) => !/[`(]/.test(text));
  if (FREE.has(name))
    return plain && rest.every(word => isOption(word) || isBesidePath(word, folder, isBeside)) ? nothing(false) : undefined;
  if (name === 'corepack') return ['enable', 'disable'].includes(rest[0]?.literal ?? '') || isPrepare(rest) ? nothing(false) : undefined;
  if (name === 'pipx' && rest[0]?.literal === 'install') return rest.slice(1).every(isPackageName) ? nothing(true) : undefined;
  if (/^python[\d.]*$/.test(name) && rest[0]?.literal === '-m' && rest[1]?.literal === 'venv' && rest.length === 3) {
    return isBesideFile(rest[2] as ShellWord, folder, isBeside) ? nothing(false) : undefined;
  }
  if (!TOUCHES_OPERANDS.has(name) || !plain) return undefined;
  const paths = rest.filter(word => !isOption(word));
  const given = name === 'chmod' || name === 'chown' ? paths.slice(1) : paths;
  return given.length > 0 && given.every(word => isBesideFile(word, folder, isBeside)) ? nothing(false) : undefined;
}

function isOption({ text }: ShellWord): boolean {
  return text.startsWith('-') && !text.includes('/');
}

/** `corepack prepare pnpm@9 --activate`: without a version it reads package.json. */
function isPrepare([verb, ...rest]: ShellWord[]): boolean {
  return verb?.literal === 'prepare' && rest.some(({ literal }) => /^[a-z]+@\w/.test(literal ?? ''));
}

function isPackageName({ literal }: ShellWord): boolean {
  return literal !== undefined && (literal.startsWith('--') || /^[A-Za-z0-9][\w.-]*(?:\[[\w,-]*\])?(?:[=<>~!]=?.*)?$/.test(literal));
}

/** A word that names no path, or one beside the copies' folders. */
function isBesidePath(word: ShellWord, folder: string | undefined, isBeside: (path: string) => boolean): boolean {
  return !word.text.includes('/') || (!word.text.startsWith('-') && isBesideFile(word, folder, isBeside));
}

/** A path, its wildcards left where they stand behind a literal folder. */
function isBesideFile({ text, literal }: ShellWord, folder: string | undefined, isBeside: (path: string) => boolean): boolean {
  const [head] = (literal ?? text).split(/[*?[$]/, 1) as [string];
  if (literal === undefined && /^(?:~|\$HOME|\$\{HOME\})\/\.(?:cache|npm)(?:\/|$)/.test(text)) return true;
  if (literal === undefined && (!/^\/[\w.-]+\//.test(head) || text.includes('$') || text.includes('..'))) return false;
  const path = posix.isAbsolute(head) ? posix.normalize(head) : folder === undefined ? undefined : posix.resolve(folder, head);
  return path !== undefined && isBeside(path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);
}

/** A call that only tells of the tool itself. */
export function isHarmless(call: ToolCall): boolean {
  return hasOption(call, '--version', '--help') && call.verbWords.length === 0;
}
