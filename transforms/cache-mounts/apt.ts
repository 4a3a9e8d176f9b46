import { posix } from 'node:path';
import { filesNamed } from '../../src/context/named.ts';
import { mounts } from '../../src/dockerfile/mounts.ts';
import { scopeAfter } from '../../src/dockerfile/stages.ts';
import { continuationIndent, type Edit } from '../../src/edit.ts';
import { appendCommand } from '../../src/edit-script.ts';
import { hasOption, type PlacedCommand, type ToolCall, toolCall } from '../../src/tools/calls.ts';
import type { Because } from './because.ts';
import { instructionsAfter, type RunCommands, type Subject, stagesAbove } from './runs.ts';
import { startedCommands } from './started.ts';

/** Debian's and Ubuntu's images delete by it what apt downloads. */
const DOCKER_CLEAN = '/etc/apt/apt.conf.d/docker-clean';
const ASIDE = '/etc/apt/docker-clean';

/** What works with lists, in the words of another command. */
const APT = /\b(?:apt|apt-cache|apt-file|apt-get|aptitude|gdebi)\b/;

/** Options that bring settings from elsewhere, or keep for later what is downloaded. */
const ELSEWHERE: ReadonlySet<string> = new Set(['--config-file', '--download-only', '--print-uris', '-d']);
/** Settings that have nothing to do with apt's folders. */
const HARMLESS = /^(?:Acquire|Debug|Dpkg|APT::Get|APT::Install-[A-Za-z]+)(?:::|=)/i;

const INSTALLS: ReadonlySet<string> = new Set(['build-dep', 'dist-upgrade', 'full-upgrade', 'install', 'satisfy', 'source', 'upgrade']);

/** Why apt's folders of a RUN can't be kept out of the image; apart from what every tool has to do with. */
export function aptReason(subject: Subject, run: RunCommands): Because | undefined {
  const { calls } = run;
  const apt = calls.filter(({ tool }) => tool === 'apt');
  if (!isDebian(run)) return { code: 'base', reason: 'stands on an image that may have no docker-clean' };
  if (!run.script?.sequence) return { code: 'shell', reason: 'has a script to which nothing can be added' };
  const first = apt.findIndex(({ verb }) => verb === 'update');
  const installs = apt.findIndex(({ verb }) => verb !== undefined && INSTALLS.has(verb));
  if (first < 0 || (installs >= 0 && installs < first)) return { code: 'lists', reason: 'installs from lists that another RUN fetched' };
  if (installs < 0) return { code: 'lists', reason: 'fetches lists for another RUN' };
  if (apt.some(({ program }) => program[0]?.literal !== 'apt-get'))
    return { code: 'tool', reason: 'runs apt, which deletes what it downloaded: apt-get keeps it' };
  const option = apt
    .flatMap(({ options }) => options)
    .find(({ name, value }) => ELSEWHERE.has(name) || (name === '--option' && !HARMLESS.test(value ?? '')));
  if (option) return { code: 'moved', reason: `sets ${option.value ?? option.word.text} for apt` };
  if (mentionsDockerClean(subject)) return { code: 'base', reason: 'has docker-clean changed already' };
  return laterReason(subject, run);
}

function isDebian({ scope: { image } }: RunCommands): boolean {
  return (image?.distribution === 'debian' || image?.distribution === 'ubuntu') && image.packageManager === 'apt';
}

/** Another script than one that dfmod wrote, which mounts apt's folders, may change it. */
function mentionsDockerClean({ file }: Subject): boolean {
  return file.instructions.some(
    instruction =>
      instruction.name === 'RUN' && mounts(instruction).length === 0 && /docker-clean|apt\.conf\.d/.test(instruction.logical.text),
  );
}

/** What comes later and may install from the lists that the RUN fetched. */
function laterReason(subject: Subject, run: RunCommands): Because | undefined {
  const { file, facts } = subject;
  for (const { instruction } of instructionsAfter(subject, run)) {
    if (instruction.name !== 'RUN') continue;
    const later = subject.runOf(instruction);
    const reason = { code: 'lists', reason: `may leave line ${instruction.line} without lists` };
    if (!later || later.commands.some(mayNeedLists)) return reason;
    if (needsLists(later.calls)) return reason;
  }
  for (const stage of stagesAbove(subject, run.stage)) {
    const { cmd, entrypoint } = scopeAfter(file, facts.images, stage);
    for (const instruction of [entrypoint, cmd]) {
      const started = instruction && startedCommands(subject, instruction);
      if (!started) continue;
      const isUnknown =
        !started.commands || started.commands.some(({ words }) => words.some(({ literal, text }) => mayInstall(subject, literal ?? text)));
      if (isUnknown || started.calls.some(({ tool }) => tool === 'apt'))
        return { code: 'start', reason: 'may leave a script that starts without lists' };
    }
  }
  return undefined;
}

/** Whether a command that isn't apt's own may work with lists. */
function mayNeedLists(command: PlacedCommand): boolean {
  return isScript(command.words[0]?.literal) || (!toolCall(command) && command.words.some(({ text }) => APT.test(text)));
}

/** Whether calls of apt install before they fetch lists of their own. */
function needsLists(calls: readonly ToolCall[]): boolean {
  const [first] = calls.filter(({ tool, verb }) => tool === 'apt' && (verb === undefined || verb === 'update' || INSTALLS.has(verb)));
  return (
    first !== undefined &&
    first.verb !== 'update' &&
    !first.operands.every(({ text }) => /^\.{0,2}\//.test(text)) &&
    !hasOption(first, '--no-download')
  );
}

/** Programs whose own scripts may install packages. */
const SCRIPTERS: ReadonlySet<string> = new Set(['ash', 'bash', 'dash', 'make', 'sh', 'source', '.']);

function isScript(program: string | undefined): boolean {
  return program === undefined || SCRIPTERS.has(posix.basename(program)) || program.startsWith('./') || /\.(?:ba)?sh$/.test(program);
}

function mayInstall({ facts: { context } }: Subject, word: string): boolean {
  const name = posix.basename(word);
  if (!/\.(?:ba)?sh$/.test(name)) return false;
  const paths = context ? filesNamed(context, name) : [];
  return paths.length === 0 || paths.some(path => APT.test(context?.text(path) ?? 'apt'));
}

/** docker-clean put aside while a RUN's script runs, and back after it; undefined where nothing can be added to it. */
export function withoutDockerClean({ file }: Subject, { instruction, script }: RunCommands): Edit[] | undefined {
  const first = script?.commands[0];
  const back = script && appendCommand(file, instruction, script, `mv ${ASIDE} ${DOCKER_CLEAN}`);
  if (!first || !back) return undefined;
  const indent = continuationIndent(file, instruction, first.start);
  return [{ start: first.start, end: first.start, text: `mv ${DOCKER_CLEAN} ${ASIDE} && ${file.escape}${file.eol}${indent}` }, ...back];
}
