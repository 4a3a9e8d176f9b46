import { posix } from 'node:path';
import { filesNamed } from '../../src/context/named.ts';
import type { Instruction } from '../../src/dockerfile/nodes.ts';
import { callersOf } from '../../src/dockerfile/shipped.ts';
import { lineage, type Stage, scopeAfter } from '../../src/dockerfile/stages.ts';
import type { ToolCall } from '../../src/tools/calls.ts';
import type { Because } from './because.ts';
import { instructionsAfter, type RunCommands, type Subject, stagesAbove } from './runs.ts';
import { startedCommands } from './started.ts';

/** Commands of go that look into no cache. */
const CACHELESS: ReadonlySet<string> = new Set([
  'bug',
  'clean',
  'doc',
  'env',
  'fix',
  'fmt',
  'help',
  'mod edit',
  'mod init',
  'telemetry',
  'version',
  'work init',
  'work use',
  'work edit',
]);

/** Programs that neither run go nor read its caches. */
const STRANGERS: ReadonlySet<string> = new Set(
  `. : [ [[ addgroup adduser apk apt apt-get awk base64 basename bower bunzip2 bzip2 cat cd chgrp chmod chown cp curl cut date dirname dnf dpkg du echo
   egrep env export false fgrep file find getent git grep groupadd groupmod gunzip gzip head id install ldconfig ldd ln locale-gen ls md5sum microdnf
   mkdir mktemp mv npm npx openssl pip pip3 pnpm popd printf protoc pushd pwd readelf rm rmdir sed set setcap sha256sum sha512sum sleep sort ssh-keygen ssh-keyscan
   strip sync tail tar tee test touch tr true uname uniq unset unzip update-ca-certificates upx useradd usermod uv wc wget which xargs yarn yum zip`.split(
    /\s+/,
  ),
);

/** Programs that run go, or may, where a container starts: the go tool, what rebuilds on a change, what runs anything. */
const GO_STARTERS: ReadonlySet<string> = new Set(
  'CompileDaemon air arelo ash bash bee buffalo dash dlv entr fish fresh gin ginkgo go gotestsum gow just mage make modd nodemon realize reflex sh task watchexec wgo zsh'.split(
    ' ',
  ),
);

/** Whether a call works with go's caches. */
export function usesGoCaches({ tool, verb }: ToolCall): boolean {
  return tool === 'go' && (verb === undefined || !CACHELESS.has(verb));
}

/**
 * Why go's caches can't be kept out of the images of a stage and of all that stand on the same image with it: each of their RUNs that uses them has
 * to have the mounts, else it downloads again what another downloaded.
 */
export function goReason(subject: Subject, stage: Stage): Because | undefined {
  const root = lineage(stage).at(-1) ?? stage;
  const users = stagesAbove(subject, root).flatMap(each =>
    each.instructions.flatMap(instruction => {
      const run = subject.runOf(instruction);
      return run?.calls.some(usesGoCaches) ? [run] : [];
    }),
  );
  for (const run of users) {
    const reason = userReason(subject, run);
    if (reason) return reason;
  }
  return undefined;
}

function userReason(subject: Subject, run: RunCommands): Because | undefined {
  for (const { instruction } of instructionsAfter(subject, run)) {
    if (instruction.name !== 'RUN') continue;
    const program = strangerIn(subject.runOf(instruction));
    if (program !== undefined) return { code: 'read', reason: `may have its caches used in line ${instruction.line}: ${program}` };
  }
  for (const stage of stagesAbove(subject, run.stage)) {
    const reason = startReason(subject, stage);
    if (reason) return reason;
  }
  return undefined;
}

/** A program of a RUN that may use go's caches, where go itself isn't run. */
function strangerIn(run: RunCommands | undefined): string | undefined {
  if (!run) return "its script can't be read";
  if (run.calls.some(usesGoCaches)) return undefined;
  const found = run.commands.find(
    ({ words: [program] }) => program && !STRANGERS.has(posix.basename(program.literal ?? program.text)) && program.literal !== 'go',
  );
  return found?.words[0]?.text;
}

function startReason(subject: Subject, stage: Stage): Because | undefined {
  const { file, facts, stages } = subject;
  const { cmd, entrypoint } = scopeAfter(file, facts.images, stage);
  const own = callersOf(file, facts, stage);
  const isShipped = stage === stages.at(-1) || own.length > 0;
  const replaced = own.find(({ replaces }) => replaces.includes('cmd') || replaces.includes('entrypoint'));
  if (replaced) return { code: 'start', reason: `may have its caches used by the command of ${replaced.from}` };
  if (!cmd && !entrypoint) return isShipped ? { code: 'start', reason: 'is in an image that people may run go in' } : undefined;
  for (const instruction of [entrypoint, cmd]) {
    const program = instruction && starterOf(subject, instruction);
    if (program !== undefined) return { code: 'start', reason: `may have its caches used at start: ${program}` };
  }
  return undefined;
}

function starterOf(subject: Subject, instruction: Instruction): string | undefined {
  const { commands } = startedCommands(subject, instruction);
  if (!commands) return instruction.argument?.text;
  for (const { words } of commands) {
    const found = words.find(({ literal }) => literal !== undefined && GO_STARTERS.has(posix.basename(literal)));
    if (found) return found.text;
    const script = words.find(({ text }) => isGoScript(subject, text));
    if (script) return script.text;
  }
  return undefined;
}

/** Whether a word names a script that runs go, or one that can't be read. */
function isGoScript({ facts: { context } }: Subject, word: string): boolean {
  const name = posix.basename(word);
  const isScript = /\.(?:ba)?sh$/.test(name);
  if (!context) return isScript;
  const paths = filesNamed(context, name);
  if (paths.length === 0) return isScript;
  return paths.some(path => {
    const text = context.text(path);
    return text === undefined ? false : text.startsWith('#!') && /\bgo\b/.test(text);
  });
}
