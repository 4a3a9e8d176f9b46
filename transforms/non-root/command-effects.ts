import { posix } from 'node:path';
import type { NestedCommand, ShellWord } from '../../src/dockerfile/shell.ts';
import { lineage } from '../../src/dockerfile/stages.ts';
import { shortened } from '../../src/phrases.ts';
import { type PlacedCommand, toolCall } from '../../src/tools/calls.ts';
import { BUILDERS, DJANGO, FETCHES_HOME, INERT, UNPACKERS, USERS, WRITES } from './commands.ts';
import { absolute, around, below, type Effect, made, type Scene, unknown } from './effects.ts';
import { toolEffects } from './tool-effects.ts';

/** What a command of a RUN does to the image. */
export function effectsOf(scene: Scene, placed: PlacedCommand): Effect[] {
  const { command, words, folder } = placed;
  const writes = (command as NestedCommand).writes.flatMap(target => writtenTo(scene, folder, target));
  const [program] = words;
  if (!program) return writes;
  const name = program.literal === undefined ? program.text.replace(/^\[\[?$/, 'test') : posix.basename(program.literal);
  if (program.literal === undefined && name !== 'test') return [unknown(command.text)];
  if (name !== 'rm' && name !== 'ls' && words.some(word => namesHome(word))) {
    return [{ code: 'root-home', reason: `uses root's home, which nobody else may enter: ${shortened(command.text)}` }];
  }
  const call = toolCall(placed);
  return [...writes, ...(call ? toolEffects(scene, call) : otherEffects(scene, name, placed))];
}

function namesHome({ text }: ShellWord): boolean {
  return /(?:^|[=:"'])(?:~(?:\/|$)|\/root(?:\/|$|["':]))|\$\{?HOME\b/.test(text);
}

function writtenTo(scene: Scene, folder: string | undefined, target: string | undefined): Effect[] {
  if (target === undefined) return [{ code: 'run', reason: "writes to a file that can't be known" }];
  const path = absolute(folder, target);
  return path === undefined ? [unknown(target)] : below(scene, path);
}

/** Scripts of package repositories add a source for apt; another may do anything. */
const REPOSITORIES = /nodesource|dl\.yarnpkg|packages\.microsoft/;

function otherEffects(scene: Scene, name: string, { command, words, folder }: PlacedCommand): Effect[] {
  const rest = words.slice(1);
  const operands = rest.filter(({ text }) => !text.startsWith('-'));
  const at = ({ literal }: ShellWord) => (literal === undefined ? undefined : absolute(folder, literal));
  const unpacks = UNPACKERS.get(name);
  const writes = WRITES.get(name);
  if (USERS.has(name)) return [{ code: 'user', reason: `sets up a user of its own: ${shortened(command.text)}` }];
  if (INERT.has(name)) return [];
  if (name === 'rm') return operands.flatMap(each => (at(each) === undefined ? [] : [{ gone: at(each) as string }]));
  if (name === 'mv' && operands.length > 1) {
    const gone = operands.slice(0, -1).flatMap(each => (at(each) === undefined ? [] : [{ gone: at(each) as string }]));
    return [...below(scene, at(operands.at(-1) as ShellWord)), ...gone];
  }
  if (name === 'mkdir') return operands.filter(({ text }) => !/^\d+$/.test(text)).flatMap(each => made(scene, at(each)));
  if (writes === 'all')
    return name === 'sed' && !rest.some(({ text }) => /^-\w*i|^--in-place/.test(text))
      ? []
      : operands.flatMap(each => (each.literal === undefined ? [] : below(scene, at(each))));
  if (writes === 'last') return around(scene, operands.length > 0 ? at(operands.at(-1) as ShellWord) : undefined);
  if (unpacks !== undefined) return unpackEffects(scene, unpacks, rest, folder);
  if (name === 'chmod') return modeEffects(scene, operands, at, command.text);
  if (name === 'chown' || name === 'chgrp') return ownerEffects(scene, operands, command.text);
  if (name === 'curl' || name === 'wget') return downloadEffects(scene, rest, folder, name);
  if (name === 'sh' || name === 'bash') return shellEffects(scene, rest, command.text);
  if (name === 'corepack') return scene.scope.variable('COREPACK_HOME') ? [] : [{ leftover: 'corepack' }];
  if (/^python[\d.]*$/.test(name)) return pythonEffects(scene, rest, folder, command.text);
  if (FETCHES_HOME.test(command.text))
    return [{ code: 'root-home', reason: `may fetch into root's home, which nobody else may enter: ${shortened(command.text)}` }];
  if (name === 'git' && rest[0]?.literal === 'clone') return cloneEffects(scene, operands.slice(1), folder, command.text);
  if (!BUILDERS.has(name)) return [unknown(command.text)];
  const named = operands.flatMap(({ literal }) => (literal !== undefined && posix.isAbsolute(literal) ? [literal] : []));
  return [folder, ...named].flatMap(path => below(scene, path));
}

/** A repository goes where it is told, or into a folder of its own name. */
function cloneEffects(scene: Scene, operands: ShellWord[], folder: string | undefined, text: string): Effect[] {
  const urls = operands.findIndex(({ text: word }) => /:|^\.?\//.test(word));
  const [url, target] = urls < 0 ? [] : operands.slice(urls);
  const name = target ? target.literal : url?.literal && posix.basename(url.literal).replace(/\.git$/, '');
  return name === undefined || name === '' ? [unknown(text)] : below(scene, absolute(folder, name));
}

function unpackEffects(scene: Scene, option: string, rest: ShellWord[], folder: string | undefined): Effect[] {
  const index = rest.findIndex(({ text }) => option !== '' && (text === option || text === '--directory'));
  const joined = rest.find(({ text }) => option !== '' && text.startsWith(option) && text.length > 2 && !text.startsWith('--'));
  const named = index >= 0 ? rest[index + 1]?.literal : joined?.literal?.slice(2);
  if (index >= 0 && named === undefined) return [{ code: 'run', reason: "unpacks to a folder that can't be known" }];
  return around(scene, absolute(folder, named ?? '.'));
}

/** Rights that leave others out matter where the file doesn't become the user's. */
function modeEffects({ ownFolder }: Scene, operands: ShellWord[], at: (word: ShellWord) => string | undefined, text: string): Effect[] {
  const [mode, ...paths] = operands;
  const isOpen =
    mode?.literal !== undefined && (/^[0-7]*[4-7]$/.test(mode.literal) || /^(?:a|ugo|[ugo]*o[ugo]*)?\+[rwxX]+$/.test(mode.literal));
  return paths.flatMap((path): Effect[] => {
    const place = at(path);
    const own = place === undefined ? undefined : ownFolder(place);
    if (own !== undefined) return [{ mixed: own }];
    return isOpen ? [] : [{ code: 'rights', reason: `leaves others out: ${shortened(text)}` }];
  });
}

/** What the Dockerfile gives to the very user is his; to another, somebody else is meant to run. */
function ownerEffects({ image }: Scene, [owner]: ShellWord[], text: string): Effect[] {
  const ids = image.family === 'node' ? ['node', 'node:node', '1000', '1000:1000', 'node:', ':node'] : [];
  return ids.includes(owner?.literal ?? '') ? [] : [{ code: 'rights', reason: `gives files to somebody else: ${shortened(text)}` }];
}

function downloadEffects(scene: Scene, rest: ShellWord[], folder: string | undefined, name: string): Effect[] {
  const flag = name === 'curl' ? /^(?:-[a-zA-Z]*o|--output)$/ : /^(?:-[a-zA-Z]*O|--output-document)$/;
  const index = rest.findIndex(({ text }) => flag.test(text));
  if (index >= 0) {
    const target = rest[index + 1]?.literal;
    return target === '-' ? [] : target === undefined ? [] : below(scene, absolute(folder, target));
  }
  const saves = name === 'wget' || rest.some(({ text }) => /^-[a-zA-Z]*O|^--remote-name/.test(text));
  return saves ? below(scene, folder) : [];
}

function shellEffects({ stage }: Scene, rest: ShellWord[], text: string): Effect[] {
  const isPiped = rest.every(({ text: word }) => word === '-' || /^-[eux]+$/.test(word));
  const from = lineage(stage)
    .flatMap(({ instructions }) => instructions)
    .find(run => run.name === 'RUN' && run.logical.text.includes(text) && REPOSITORIES.test(run.logical.text));
  return isPiped && from ? [] : [unknown(text)];
}

function pythonEffects(scene: Scene, rest: ShellWord[], folder: string | undefined, text: string): Effect[] {
  if (FETCHES_HOME.test(text))
    return [{ code: 'root-home', reason: `may fetch into root's home, which nobody else may enter: ${shortened(text)}` }];
  const [first, second, third] = rest.map(({ literal }) => literal);
  if (first === '-m' && second === 'venv')
    return third === undefined ? [unknown(text)] : below(scene, absolute(folder, rest.at(-1)?.literal ?? third));
  if (first === '-m' && (second === 'compileall' || second === 'ensurepip')) return second === 'compileall' ? below(scene, folder) : [];
  if (first === '-m' && second === 'spacy') return [];
  if (first === '--version' || first === '-V') return [];
  if (first !== undefined && posix.basename(first) === 'manage.py' && DJANGO.has(second ?? '')) return below(scene, folder);
  if (first !== undefined && posix.basename(first) === 'setup.py') return below(scene, folder);
  return [unknown(text)];
}
