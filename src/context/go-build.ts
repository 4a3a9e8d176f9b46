import { posix } from 'node:path';

/** A word of a command as the shell hands it over; undefined where only the shell knows it, and then `text` is what is written. */
export interface CommandWord {
  text: string;
  literal: string | undefined;
}

/** What `go build` or `go install` is told. */
export interface GoBuild {
  verb: 'build' | 'install';
  /** Packages, patterns or .go files, as written; empty for the package of the working folder. */
  targets: string[];
  /** -o, as written. */
  output: string | undefined;
  /** -C, as written. */
  folder: string | undefined;
  tags: string[];
  /** Why the program needs a dynamic linker whatever CGO_ENABLED says; undefined where it doesn't. */
  dynamic: string | undefined;
}

/** Flags without a value (`go help build`, Go 1.26), -buildvcs among them, whose value needs an `=`. */
const SWITCHES: ReadonlySet<string> = new Set(
  'a n v x i race msan asan cover work trimpath modcacherw linkshared json buildvcs'.split(' '),
);

/** Flags with a value that changes neither the program's name nor how it is linked. */
const HARMLESS: ReadonlySet<string> = new Set(
  'p covermode coverpkg asmflags compiler gcflags gccgoflags installsuffix mod modfile pgo pkgdir'.split(' '),
);

/** Build modes that make a program. */
const PROGRAM_MODES: ReadonlySet<string> = new Set(['default', 'exe', 'pie']);

/** Reads the words after `go`: the verb first. A reason where a flag is unknown or a word that matters can't be known. */
export function goBuild([verb, ...words]: CommandWord[]): GoBuild | { reason: string } {
  const build: GoBuild = {
    verb: verb?.text === 'install' ? 'install' : 'build',
    targets: [],
    output: undefined,
    folder: undefined,
    tags: [],
    dynamic: undefined,
  };
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as CommandWord;
    const flag = /^--?([a-zA-Z]+)(=)?/.exec(word.text);
    if (build.targets.length > 0 || !flag) {
      if (word.literal === undefined) return { reason: `builds ${word.text}, which can't be known` };
      build.targets.push(word.literal);
      continue;
    }
    const name = flag[1] as string;
    const inline = flag[2] === '=';
    const takesNext = !inline && !SWITCHES.has(name);
    const value = takesNext ? words[++index] : inline ? afterEquals(word) : undefined;
    if (takesNext && !value) return { reason: `gives no value for -${name}` };
    const reason = setFlag(build, name, value);
    if (reason) return { reason };
  }
  return build;
}

function afterEquals({ text, literal }: CommandWord): CommandWord {
  return { text: text.slice(text.indexOf('=') + 1), literal: literal?.slice(literal.indexOf('=') + 1) };
}

function setFlag(build: GoBuild, name: string, value: CommandWord | undefined): string | undefined {
  if (SWITCHES.has(name)) {
    const isOn = value === undefined || value.literal !== 'false';
    if (['race', 'msan', 'asan', 'linkshared'].includes(name) && isOn) build.dynamic = `is built with -${name}`;
    return undefined;
  }
  if (HARMLESS.has(name)) return undefined;
  const { text, literal } = value as CommandWord;
  if (name === 'ldflags') {
    if (/linkmode|extldflags/.test(text)) build.dynamic = 'is linked by an external linker';
    return undefined;
  }
  if (literal === undefined) return `gives -${name} a value that can't be known`;
  if (name === 'o') build.output = literal;
  else if (name === 'C') build.folder = literal;
  else if (name === 'tags') build.tags = literal.split(/[ ,]+/);
  else if (name === 'buildmode') {
    if (!PROGRAM_MODES.has(literal)) return `makes a ${literal} instead of a program`;
    if (literal === 'pie') build.dynamic = 'is built as a position-independent executable';
  } else return `uses -${name}`;
  return undefined;
}

/** The name that the go tool gives the program of a package (cmd/go/internal/load, DefaultExecName): the last element of its import path, a version dropped. */
export function programName(importPath: string): string {
  const last = posix.basename(importPath);
  return /^v(?:[2-9]|[1-9]\d+)$/.test(last) && last !== importPath ? posix.basename(posix.dirname(importPath)) : last;
}
