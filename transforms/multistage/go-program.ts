import type { BuildContext } from '../../src/context/context.ts';
import { nameOf } from '../../src/context/filepath.ts';
import { type GoProgram, goProgram } from '../../src/context/go-program.ts';
import { words } from '../../src/phrases.ts';
import type { Needs } from './go-base.ts';
import type { GoOutput, Setting } from './go-outputs.ts';

/** What a program that the builder makes wants of the image that it runs in. */
export interface Program {
  linkage: Needs['linkage'];
  /** CGO_ENABLED=0 would make it static and change nothing but the resolver. */
  canBeStatic: boolean;
  /** Libraries that it links, as `-l` names them. */
  libraries: string[];
  /** It may start other programs. */
  startsShell: boolean;
  /** Other modules that may start programs. */
  starters: string[];
  /** It may open files. */
  opens: boolean;
  timezones: boolean;
  certificates: boolean;
  /** A file of the context that it is built from. */
  isSource(path: string): boolean;
  /** A file of the context that is built into it. */
  isEmbedded(path: string): boolean;
  /** Literal arguments of its calls that open files. */
  opened: string[];
  /** Some of its own calls that open files say nowhere which. */
  opensAny: boolean;
  /** Files and folders of the context that its string literals name. */
  named: string[];
  /** Folders of the context in which they name a file that isn't there. */
  written: string[];
}

/** Programs that every image with a shell has: coreutils, and what Debian calls essential. */
const EVERYWHERE: ReadonlySet<string> = new Set(
  'basename cat chmod cp cut date dirname echo env expr false find grep head hostname id ln ls mkdir mktemp mv printf pwd rm rmdir sed sleep sort stat tail tar tee touch tr true uname wc whoami'.split(
    ' ',
  ),
);

/** Reads a program's needs from its sources; a reason where it wants what no small image has, or can't be told. */
export function programOf(context: BuildContext, output: GoOutput, setting: Setting): Program | { code: string; reason: string } {
  const { command, flags, project } = output;
  const unsuited = settingProblem(command, setting);
  if (unsuited) return { code: 'go-build', reason: unsuited };
  const program = goProgram(context, project, output.package, flags.tags);
  if (program.needsGoTool) return { code: 'go-tool', reason: `imports ${program.needsGoTool}, which needs the go tool at run time` };
  const started = startedProblem(program);
  if (started) return { code: 'starts', reason: started };
  const sources = new Set(program.files);
  const embeds = new Set(program.embeds);
  return {
    ...linkageOf(program, flags.dynamic !== undefined, setting(command, 'CGO_ENABLED') === '0'),
    startsShell: program.starts.length > 0,
    starters: program.starts.flatMap(({ file, what }) => (file === '' && !what.includes(' ') ? what : [])),
    opens: program.opens.length > 0,
    timezones: program.timezones,
    certificates: program.certificates,
    isSource: path => sources.has(path) || isGoFile(path, project.folder),
    isEmbedded: path => embeds.has(path),
    opened: program.opens.flatMap(({ strings }) => [...strings, strings.join('/')]),
    opensAny: program.opens.some(({ file, strings }) => file !== '' && strings.every(text => /^[./]*$/.test(text))),
    named: program.named,
    written: program.written,
  };
}

/** Variables of the go tool that change what is built. */
function settingProblem(command: GoOutput['command'], setting: Setting): string | undefined {
  const system = setting(command, 'GOOS');
  if (system !== undefined && system !== 'linux' && system !== 'unknown') return `builds for ${system}`;
  if (setting(command, 'GO111MODULE') === 'off') return 'builds without modules';
  const flags = words(setting(command, 'GOFLAGS') ?? '');
  const isHarmless = (flag: string) => /^--?(?:mod=|p=|v$|x$|trimpath$|buildvcs=|modcacherw$|ldflags=-[sw]$)/.test(flag);
  return flags.every(isHarmless) ? undefined : `builds with GOFLAGS=${flags.join(' ')}`;
}

function linkageOf({ cgo }: GoProgram, dynamic: boolean, isOff: boolean): Pick<Program, 'linkage' | 'canBeStatic' | 'libraries'> {
  if (isOff || cgo.kind === 'none') return { linkage: dynamic ? 'libc' : 'static', canBeStatic: !dynamic, libraries: [] };
  if (cgo.kind === 'std') return { linkage: 'libc', canBeStatic: !dynamic, libraries: [] };
  const needsMore = cgo.kind === 'unknown' || cgo.libraries.length > 0;
  return { linkage: needsMore ? 'libraries' : 'libc', canBeStatic: false, libraries: cgo.libraries };
}

/** A program that it starts by a name which not every image with a shell knows; what another module may start is not known, and needs a shell at least. */
function startedProblem({ starts }: GoProgram): string | undefined {
  for (const { file, line, what, strings } of starts) {
    if (file === '' || !/\.\w+$/.test(what) || what.startsWith('//')) continue;
    const [name] = strings;
    if (name === undefined) return `starts a program that can't be named: ${what} in ${file}:${line}`;
    if (!EVERYWHERE.has(nameOf(name))) return `starts ${name} in ${file}:${line}`;
  }
  return undefined;
}

function isGoFile(path: string, folder: string): boolean {
  const prefix = folder === '' ? '' : `${folder}/`;
  return path.endsWith('.go') || /(?:^|\/)go\.(?:mod|sum|work|work\.sum)$/.test(path) || path.startsWith(`${prefix}vendor/`);
}
