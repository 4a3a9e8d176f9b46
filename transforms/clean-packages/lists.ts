import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { filesNamed } from '../../src/context/named.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import type { Dockerfile, Instruction } from '../../src/dockerfile/nodes.ts';
import type { ShellCommand } from '../../src/dockerfile/shell.ts';
import type { Facts } from '../../src/transform.ts';
import { copiedFrom, type Following, following, isWithin } from './following.ts';
import { type ReachedFile, reachedFiles } from './reached.ts';
import { readRun } from './read-run.ts';

/** Where apt keeps its lists. */
export const LISTS = '/var/lib/apt/lists';

/** Why the lists that a RUN leaves may be wanted later, as a clause; undefined where they aren't. `isUsed`: the RUN itself installs from them. */
export function listsWanted(file: Dockerfile, facts: Facts, run: Instruction, isUsed: boolean): string | undefined {
  const copied = copiedFrom(file, facts, run, [LISTS]);
  if (copied) return copied;
  let isReplaced = false;
  for (const each of following(file, facts, run)) {
    const wanted = wantedBy(file, facts, each);
    if (wanted === 'updates') isReplaced = true;
    else if (wanted) return wanted;
  }
  return isUsed || isReplaced ? undefined : 'fetches lists that nothing here installs from, so somebody else may';
}

function wantedBy(file: Dockerfile, facts: Facts, { stage, first }: Following): string | undefined {
  for (let index = first; index < stage.instructions.length; index++) {
    const each = stage.instructions[index] as Instruction;
    const instruction = each.trigger ?? each;
    if (instruction.name !== 'RUN' || coversLists(instruction)) continue;
    const use = useOf(file, facts, instruction);
    if (use) return use;
  }
  // what a container starts is often written above
  for (const each of stage.instructions) {
    const instruction = each.trigger ?? each;
    if (!STARTING.has(instruction.name)) continue;
    const text = textOf(instruction);
    const use = textUse(text) ?? filesUse(facts.context, instruction, text);
    if (use === 'needs') return `line ${instruction.line} installs from these lists when a container starts`;
    if (use && use !== 'updates') return use;
  }
  const starter = startersOf(facts.context).find(({ text }) => textUse(text) === 'needs');
  return starter && `${starter.path} installs from these lists when a container starts`;
}

/** Files that say what else is run in a container. */
const STARTERS = 'compose.yaml compose.yml docker-compose.yaml docker-compose.yml devcontainer.json .gitpod.yml'.split(' ');

function startersOf(context: BuildContext | undefined): ReachedFile[] {
  if (!context) return [];
  return STARTERS.flatMap(name => filesNamed(context, name)).map(path => ({ path, text: context.text(path) ?? '' }));
}

const STARTING: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** Whether a mount of a RUN stands over apt's lists, or may. */
export function coversLists(run: Instruction): boolean {
  return mounts(run).some(
    ({ target }) => target !== undefined && (target.includes('$') || isWithin(LISTS, target) || isWithin(target, LISTS)),
  );
}

/** What a later RUN does with the lists first: makes its own, or (as a clause) needs those that are there. */
function useOf(file: Dockerfile, facts: Facts, run: Instruction): string | undefined {
  const read = readRun(file, facts, run);
  const commands = 'reason' in read ? [] : read.script.commands;
  const texts = 'reason' in read ? [textOf(run)] : commands.map(({ text }) => text);
  for (const [index, text] of texts.entries()) {
    const use = textUse(text) ?? filesUse(facts.context, run, text);
    if (use) return use === 'needs' ? `line ${run.line} installs from these lists` : use;
    const command = commands[index];
    const unknown = command && unknownScript(facts.context, command);
    if (unknown && !texts.some(isKnownInstaller)) return `line ${run.line} runs ${unknown}, which may install from these lists`;
  }
  return undefined;
}

function filesUse(context: BuildContext | undefined, by: Instruction, text: string): string | undefined {
  const files: ReachedFile[] = context ? reachedFiles(context, text) : [];
  for (const { path, text: content } of files) {
    const use = textUse(content);
    if (use) return use === 'needs' ? `${path}, which line ${by.line} runs, installs from these lists` : use;
  }
  return undefined;
}

/** All that a RUN says, heredocs too. */
export function textOf({ logical, heredocs }: Instruction): string {
  return [logical.text, ...heredocs.map(({ content }) => content)].join('\n');
}

// apt-get(8), apt(8), aptitude(8), apt-cache(8)
const UPDATES: ReadonlySet<string> = new Set(['update']);
const NEEDS: ReadonlySet<string> = new Set(
  `add build-dep changelog depends dist-upgrade download dselect-upgrade full-upgrade install list madison policy rdepends reinstall safe-upgrade
   satisfy search show showpkg showsrc source upgrade`.split(/\s+/),
);
const APT = /(?:^|[\s;&|("'`/=[,])(?:apt-get|apt|apt-cache|apt-file|aptitude|nala)(?:["']\s*,|\s)([^;&|\n]*)/g;
/** Programs that install with apt and leave updating to others; those that update themselves. */
const NEED_LISTS =
  /(?:^|[\s;&|("'`/])(?:ansible-playbook|chef-(?:client|solo)|gdebi|mk-build-deps|puppet\s+apply|rosdep\s+install|salt-call|tasksel)\s|--install-deps\b/;
const UPDATE_THEMSELVES = /deb\.nodesource\.com\/setup|get\.docker\.com|\bplaywright["',\s]+(?:install-deps|install\b[^;&|\n]*--with-deps)/;

/** What a text does with apt's lists first. */
export function textUse(text: string): 'updates' | 'needs' | undefined {
  const lines = text.split('\n').filter(line => !/^\s*#/.test(line));
  for (const line of lines) {
    if (UPDATE_THEMSELVES.test(line)) return 'updates';
    for (const [, rest = ''] of line.matchAll(APT)) {
      const verb = rest.split(/[\s"',\]]+/).find(word => UPDATES.has(word) || NEEDS.has(word));
      if (verb) return UPDATES.has(verb) ? 'updates' : 'needs';
    }
    if (NEED_LISTS.test(line)) return 'needs';
  }
  return undefined;
}

const SHELLS: ReadonlySet<string> = new Set(['ash', 'bash', 'dash', 'sh', 'zsh']);
/** Scripts of source packages, and of projects, that build and install nothing with apt. */
const BUILDERS: ReadonlySet<string> = new Set(
  'Configure autogen autogen.sh b2 bootstrap bootstrap.sh buildconf config configure gradlew install-sh manage.py mvnw nvm.sh'.split(' '),
);
/** Installers on the net that don't call apt. */
const WITHOUT_APT =
  /sh\.rustup\.rs|install\.python-poetry\.org|sdispater\/poetry|python-poetry\/poetry|nvm-sh\/nvm|creationix\/nvm|astral\.sh|bun\.sh|deno\.land|get\.pnpm\.io|get\.sdkman\.io|yarnpkg\.com|pyenv|rbenv|npmjs\.org|getcomposer\.org|[Mm]iniconda|[Aa]naconda|[Mm]iniforge/;

const isKnownInstaller = (text: string): boolean => WITHOUT_APT.test(text);

/** The script that a command runs where its text isn't to be had. */
function unknownScript(context: BuildContext | undefined, { words }: ShellCommand): string | undefined {
  const [program, ...rest] = words[0]?.literal === 'sudo' ? words.slice(1) : words;
  const name = program?.literal;
  if (name === undefined) return undefined;
  const isShell = SHELLS.has(posix.basename(name));
  const operand = rest.find(({ text }) => !/^[-+]/.test(text));
  if (isShell && rest.some(({ text }) => /^-[a-z]*c$/.test(text))) return undefined;
  if (isShell && (!operand || rest.some(({ text }) => text === '-s'))) return 'a script that it gets from elsewhere';
  const path = isShell ? operand?.text : name.includes('/') || name.endsWith('.sh') ? name : undefined;
  if (path === undefined || isKnown(context, path, isShell)) return undefined;
  return path;
}

function isKnown(context: BuildContext | undefined, path: string, isShell: boolean): boolean {
  const name = posix.basename(path);
  if (BUILDERS.has(name) || WITHOUT_APT.test(path)) return true;
  if (context && reachedFiles(context, name).length > 0) return true;
  return !isShell && !name.endsWith('.sh') && !path.startsWith('./');
}
