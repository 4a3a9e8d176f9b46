import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import type { Copied } from '../../src/context/copied.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Instruction, Word } from '../../src/dockerfile/nodes.ts';
import { everyCommand, type ShellWord } from '../../src/dockerfile/shell.ts';
import type { Scope } from '../../src/dockerfile/stages.ts';
import { words } from '../../src/phrases.ts';
import { placedCommands, toolCall } from '../../src/tools/calls.ts';
import { projectAt } from './node-build.ts';
import { resolved } from './node-sources.ts';
import { buildsAtStart, EVERYWHERE, KEEPERS } from './node-tables.ts';
import { behind, NEXT_CONFIGURATION, ownerOf, SEVERAL, VALUED, WRAPPERS } from './node-words.ts';

/** What a container comes to start, through the scripts of package.json and shell scripts of the context. */
export interface Chain {
  /** Programs of packages, with the folder in which they are looked for. */
  bins: { name: string; folder: string }[];
  /** Files that node is given, by their path in the image, and code of its command line. */
  files: string[];
  inline: string[];
  /** Modules that node is told to load first. */
  modules: string[];
  /** Other programs. */
  programs: Set<string>;
  /** Scripts of package.json are among what is started: its folder is needed. */
  scripts: boolean;
  /** The folder that a server of static files is given. */
  served: string | undefined;
  /** Why it can't be told what else is started. */
  unsure: string | undefined;
  /** What builds when the container starts. */
  builds: string | undefined;
}

interface Subject {
  context: BuildContext;
  copied: Copied;
  chain: Chain;
}

const MOST_DEPTH = 12;

/** Follows ENTRYPOINT, CMD and HEALTHCHECK to what they start. */
export function startChain(context: BuildContext, copied: Copied, scope: Scope): Chain {
  const chain: Chain = {
    ...{
      bins: [],
      files: [],
      inline: [],
      modules: [],
      programs: new Set<string>(),
      scripts: false,
      served: undefined,
      unsure: undefined,
      builds: undefined,
    },
  };
  const subject = { context, copied, chain };
  const folder = scope.workdir === UNKNOWN ? undefined : scope.workdir;
  const { entrypoint, cmd, healthcheck } = scope;
  if (entrypoint?.json && cmd?.json) visitWords(subject, plain([...entrypoint.words, ...cmd.words]), folder, 0);
  else for (const each of [entrypoint, cmd]) if (each) visitInstruction(subject, each, each.words, folder);
  const options = scope.variable('NODE_OPTIONS')?.text;
  if (typeof options === 'string') visitNode(subject, plainWords(options), folder, 0);
  else if (options !== undefined) chain.unsure ??= 'sets NODE_OPTIONS to what is not known';
  if (healthcheck && healthcheck.words.length > 1) visitInstruction(subject, healthcheck, healthcheck.words.slice(1), folder);
  return chain;
}

function plain(words: readonly Word[]): ShellWord[] {
  return words.map(word => ({ ...word, literal: word.text }));
}

function plainWords(text: string): ShellWord[] {
  const none = { from: 0, to: 0, start: 0, end: 0 };
  return words(text).map(word => ({ ...none, text: word, literal: word }));
}

function visitInstruction(subject: Subject, { json }: Instruction, words: readonly Word[], folder: string | undefined): void {
  if (json) visitWords(subject, plain(words), folder, 0);
  else if (words[0]) visitText(subject, words[0].text, folder, 0);
}

function visitText(subject: Subject, text: string, folder: string | undefined, depth: number): void {
  const commands = depth > MOST_DEPTH ? undefined : everyCommand(text);
  if (!commands) {
    subject.chain.unsure ??= "starts what can't be told from its shell";
    return;
  }
  for (const placed of placedCommands(commands, folder ?? UNKNOWN)) visitWords(subject, placed.words, placed.folder, depth);
}

function visitWords(subject: Subject, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  const { chain } = subject;
  const rest = words.slice(words.findIndex(({ text }) => !/^\w+=/.test(text)));
  const [first, ...others] = rest[0]?.literal === 'exec' ? rest.slice(1) : rest;
  if (!first) return;
  // the command that an entrypoint is given is followed by itself
  if (/^"?\$[@*]"?$/.test(first.text)) return;
  if (/^\[\[?$/.test(first.text)) return;
  if (first.literal === undefined || depth > MOST_DEPTH) {
    chain.unsure ??= `starts what can't be named: ${first.text}`;
    return;
  }
  const name = posix.basename(first.literal);
  const wrapper = Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  // the app's own script may go by the name of node's
  if (name === 'docker-entrypoint.sh' && visitScriptFile(subject, first.literal, others, folder, depth)) return;
  if (wrapper) {
    if (!visitProgram(subject, name, others, folder)) chain.programs.add(name);
    visitWords(subject, behind(others, wrapper), folder, depth + 1);
  } else if (name === 'node' || name === 'nodejs') visitNode(subject, others, folder, depth);
  else if (['npm', 'yarn', 'pnpm', 'yarnpkg'].includes(name)) visitManager(subject, rest, folder, depth);
  else if (name === 'npx') visitBin(subject, others, folder, depth);
  else if (/^(?:ba|da|a)?sh$/.test(name) || name === 'source' || name === '.') visitShell(subject, name, others, folder, depth);
  else {
    const folderServed = others.findLast(
      ({ text }, index) => !text.startsWith('-') && !/^-(?:l|p|a|c|d|P|C|K|-listen|-port|-config)$/.test(others[index - 1]?.text ?? ''),
    );
    if ((name === 'serve' || name === 'http-server') && folderServed?.literal !== undefined && folder !== undefined) {
      chain.served = posix.resolve(folder, folderServed.literal);
    }
    if (SEVERAL.has(name)) visitSeveral(subject, name, others, folder, depth);
    if (KEEPERS.has(name)) visitKept(subject, name, others, folder, depth);
    if (!visitProgram(subject, name, others, folder)) visitFile(subject, first.literal, others, folder, depth);
  }
}

function visitSeveral(subject: Subject, starter: string, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  for (const { text, literal } of words.filter(word => !word.text.startsWith('-'))) {
    const script = starter.startsWith('conc') ? /^(?:npm|yarn|pnpm):(.*)$/.exec(literal ?? '')?.[1] : literal;
    if (literal === undefined) subject.chain.unsure ??= `starts what can't be named: ${text}`;
    else if (script === undefined) visitText(subject, literal, folder, depth + 1);
    else if (folder === undefined || !visitScript(subject, script, folder, depth + 1)) subject.chain.unsure ??= `starts ${text}`;
  }
}

/** What pm2 and the like keep running. */
function visitKept(subject: Subject, keeper: string, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  const { chain, copied } = subject;
  const operands = words.filter(({ text }) => !text.startsWith('-') && text !== 'start');
  const [first] = operands;
  const file = first?.literal !== undefined && folder !== undefined ? resolved(copied, posix.resolve(folder, first.literal)) : undefined;
  if (file !== undefined && /\.(?:[cm]?js|json)$/.test(file)) chain.files.push(file);
  else if (first && ['npm', 'yarn', 'pnpm'].includes(first.literal ?? ''))
    visitWords(subject, [first, ...words.slice(words.indexOf(first) + 1).filter(({ text }) => text !== '--')], folder, depth + 1);
  else chain.unsure ??= `starts ${keeper} on what can't be told`;
}

/** A program of a package of the project where it is started. */
function visitProgram({ context, copied, chain }: Subject, name: string, words: readonly ShellWord[], folder: string | undefined): boolean {
  const operand = words.find(({ text }) => !text.startsWith('-'));
  if (buildsAtStart(name, operand?.literal)) chain.builds ??= [name, operand?.text].filter(Boolean).join(' ');
  if (folder === undefined) return false;
  if (name === 'next') chain.files.push(...NEXT_CONFIGURATION.map(file => posix.join(folder, file)).filter(path => copied.files.has(path)));
  const project = projectAt(context, copied, folder);
  if (!project || 'problem' in project || !ownerOf(name, project)) return false;
  chain.bins.push({ name, folder });
  return true;
}

function visitNode(subject: Subject, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  const { chain } = subject;
  for (let at = 0; at < words.length; at++) {
    const { text, literal } = words[at] as ShellWord;
    const [, option, value] = /^(--?[\w-]+)(?:=(.*))?$/s.exec(literal ?? text) ?? [];
    if (option === undefined) {
      if (literal === undefined || folder === undefined) chain.unsure ??= `starts node with ${text}`;
      else chain.files.push(posix.resolve(folder, literal));
      return;
    }
    const given = value ?? words[at + 1]?.literal;
    if (['-e', '--eval', '-p', '--print', '-pe'].includes(option)) {
      if (given === undefined) chain.unsure ??= 'starts node with code that only the shell knows';
      else chain.inline.push(given);
      return;
    }
    if (['-r', '--require', '--import', '--loader', '--experimental-loader'].includes(option)) {
      if (given === undefined || folder === undefined) chain.unsure ??= `starts node with ${text}`;
      else if (given.startsWith('.') || given.startsWith('/')) chain.files.push(posix.resolve(folder, given));
      else chain.modules.push(given);
    }
    if (option === '--run' && given !== undefined && folder !== undefined) {
      visitScript(subject, given, folder, depth);
      return;
    }
    if (value === undefined && VALUED.has(option)) at++;
  }
}

function visitManager(subject: Subject, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  const { chain } = subject;
  const text = words.map(word => word.text).join(' ');
  const placed = { command: undefined as never, words: [...words], folder, environment: new Map<string, string | undefined>() };
  const call = toolCall(placed);
  chain.programs.add(posix.basename(words[0]?.literal ?? ''));
  if (!call || call.folder === undefined || call.verb === undefined) chain.unsure ??= `starts ${text}`;
  else if (call.options.some(({ name }) => ['--workspace', '--workspaces', '--filter', '--recursive'].includes(name)))
    chain.unsure ??= `starts ${text}`;
  else if (call.verb === 'run') {
    const name = call.operands[0];
    if (name?.literal === undefined) chain.unsure ??= `starts ${text}`;
    else if (!visitScript(subject, name.literal, call.folder, depth)) {
      if (call.tool !== 'npm') visitBin(subject, call.operands, call.folder, depth);
      else if (name.literal === 'start') chain.files.push(posix.resolve(call.folder, 'server.js'));
      else chain.unsure ??= `starts ${text}, which package.json has no script for`;
    }
  } else if (['exec', 'x', 'dlx', 'node'].includes(call.verb)) {
    if (call.verb === 'node') visitNode(subject, call.operands, call.folder, depth);
    else visitBin(subject, call.operands, call.folder, depth);
  } else if (['install', 'ci', 'add', 'rebuild'].includes(call.verb)) chain.builds ??= text;
  else if (!['config get', 'config set', 'cache clean', 'version'].includes(call.verb)) chain.unsure ??= `starts ${text}`;
}

/** A script with those that run before and after it; false where package.json has none of that name. */
function visitScript(subject: Subject, name: string, folder: string, depth: number): boolean {
  const { context, copied, chain } = subject;
  const project = projectAt(context, copied, folder);
  if (!project || 'problem' in project) {
    chain.unsure ??= `starts the script ${name} of a package.json that is not in the build context`;
    return true;
  }
  if (!project.scripts.has(name)) return false;
  chain.scripts = true;
  for (const each of [`pre${name}`, name, `post${name}`]) {
    const text = project.scripts.get(each);
    if (text !== undefined) visitText(subject, text, folder, depth + 1);
  }
  return true;
}

function visitBin(subject: Subject, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  const at = words.findIndex(({ text }) => !text.startsWith('-'));
  const [first, ...rest] = at < 0 ? [] : words.slice(at);
  if (first?.literal === undefined) subject.chain.unsure ??= "starts a program of a package that can't be named";
  else if (first.literal === 'node') visitNode(subject, rest, folder, depth);
  else if (visitProgram(subject, first.literal, rest, folder)) {
    const wrapper = Object.hasOwn(WRAPPERS, first.literal) ? WRAPPERS[first.literal] : undefined;
    if (wrapper) visitWords(subject, behind(rest, wrapper), folder, depth + 1);
  } else subject.chain.unsure ??= `starts ${first.literal}, which no package of package.json is known to bring`;
}

function visitShell(subject: Subject, shell: string, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  const { chain } = subject;
  if (shell.endsWith('sh')) chain.programs.add(shell);
  const at = words.findIndex(({ text }) => !text.startsWith('-'));
  const script = words[at];
  if (!script) return;
  if (script.literal === undefined) chain.unsure ??= `starts what can't be named: ${script.text}`;
  else if (words.slice(0, at).some(({ text }) => /^-\w*c$/.test(text))) visitText(subject, script.literal, folder, depth + 1);
  else if (!visitScriptFile(subject, script.literal, words.slice(at + 1), folder, depth))
    chain.unsure ??= `starts ${script.literal}, which the build context does not have`;
}

/** A shell script of the context. */
function visitScriptFile(subject: Subject, path: string, words: readonly ShellWord[], folder: string | undefined, depth: number): boolean {
  const { copied, context } = subject;
  if (folder === undefined && !path.startsWith('/')) return false;
  const found = path.includes('/')
    ? copied.files.get(posix.resolve(folder ?? '/', path))
    : [posix.resolve(folder ?? '/', path), posix.join('/usr/local/bin', path), posix.join('/usr/bin', path), posix.join('/bin', path)]
        .map(each => copied.files.get(each))
        .find(each => each !== undefined);
  const text = found === undefined ? undefined : context.text(found);
  if (text === undefined) return false;
  const [head = ''] = text.split('\n', 1);
  if (/^#!.*\bnode\b/.test(head)) subject.chain.files.push(posix.resolve(folder ?? '/', path));
  else if (/^#!/.test(head) && !/\b(?:ba|da|a)?sh\b/.test(head)) subject.chain.unsure ??= `starts ${path}, a script for another program`;
  else {
    if (/\bbash\b/.test(head)) subject.chain.programs.add('bash');
    visitText(subject, text, folder, depth + 1);
    // exec "$@"
    if (/\$[@*]/.test(text)) visitWords(subject, words, folder, depth + 1);
  }
  return true;
}

function visitFile(subject: Subject, path: string, words: readonly ShellWord[], folder: string | undefined, depth: number): void {
  const { copied, chain } = subject;
  if (visitScriptFile(subject, path, words, folder, depth)) return;
  const bin = /(?:^|\/)node_modules\/\.bin\/([^/]+)$/.exec(path)?.[1];
  if (bin !== undefined) {
    if (!visitProgram(subject, bin, words, folder)) chain.unsure ??= `starts ${path}`;
  } else if (EVERYWHERE.has(posix.basename(path))) return;
  // docker-entrypoint.sh of node's images hands node what is no program
  else if (folder !== undefined && resolved(copied, posix.resolve(folder, path)) !== undefined)
    chain.files.push(posix.resolve(folder, path));
  else if (path.includes('/') && !/^\/(?:usr\/)?(?:local\/)?s?bin\//.test(path))
    chain.unsure ??= `starts ${path}, which the build context does not have`;
  else chain.programs.add(posix.basename(path));
}
