import { words } from '../phrases.ts';
import type { BuildContext } from './context.ts';
import type { GoProject } from './go.ts';
import { goModuleFacts, hasCgoPackage } from './go-modules.ts';
import { type GoPackage, goEmbeds } from './go-package.ts';
import { type GoReach, reachFrom } from './go-reach.ts';
import { type GoPlace, opens, starts } from './go-runtime.ts';
import { GO_TOOL_PACKAGES, usesCgo } from './go-std.ts';

/** How a program is linked when CGO_ENABLED isn't 0 and a C compiler is there. */
export interface GoCgo {
  /**
   * none: nothing of it uses cgo. std: the standard library's net or os/user alone, or a module that may import them. own: C code of the
   * context. dependency: modules known to use it. unknown: a module that isn't known, or code that can't be read.
   */
  kind: 'none' | 'std' | 'own' | 'dependency' | 'unknown';
  /** A clause for `kind`: "imports github.com/mattn/go-sqlite3, which uses cgo"; '' for none. */
  because: string;
  /** Shared libraries beyond the C library, as `-l` names them, and `pkg-config:NAME`. Complete unless `kind` is unknown. */
  libraries: string[];
}

/** What a Go program is built from, and what it may want at run time. */
export interface GoProgram {
  /** Folder of its main package. */
  folder: string;
  /** Go files of the context that it is built from, those in vendor/ not among them. */
  files: string[];
  /** Third-party modules that are imported, and those that these may bring. */
  modules: string[];
  /** Reasons why something of it isn't known, as clauses; empty where all could be read. */
  unread: string[];
  cgo: GoCgo;
  /** Files of the context that are embedded. */
  embeds: string[];
  /** Patterns of `//go:embed` that match nothing in the context: a build step makes the files, or the build fails. */
  missingEmbeds: string[];
  /** Where it may open files by a path; empty where it provably opens none of the app's. */
  opens: GoPlace[];
  /** Files and folders of the context that string literals of its code name, relative to the module or the main package. */
  named: string[];
  /** Folders of the context in which they name a file that isn't there: it may be written. */
  written: string[];
  /** Where it may start other programs, the literal names among the place's strings. */
  starts: GoPlace[];
  /** It looks for the go tool or its sources at run time. */
  needsGoTool: string | undefined;
  /** It looks up time zones by name, and has none built in. */
  timezones: boolean;
  /** It may verify TLS certificates. */
  certificates: boolean;
}

/** What is known of the program whose main package is in `folder`, built with these `-tags`. */
export function goProgram(context: BuildContext, project: GoProject, folder: string, tags: readonly string[] = []): GoProgram {
  const reach = reachFrom(context, project, folder, tags);
  const embeds = reach.own.flatMap(({ files }) => files.map(file => goEmbeds(context, file)));
  const files = reach.own.flatMap(each => each.files);
  const paths = [...reach.std, ...reach.imports.keys()];
  return {
    folder,
    files: files.map(({ path }) => path).sort(),
    modules: [...new Set([...reach.imports.values(), ...reach.possible])].sort(),
    unread: reach.unread,
    cgo: cgoOf(reach, tags),
    embeds: [...new Set(embeds.flatMap(each => each.paths))].sort(),
    missingEmbeds: [...new Set(embeds.flatMap(each => each.missing))].sort(),
    ...opens(context, project, reach, folder),
    starts: starts(reach),
    needsGoTool: paths.find(path => GO_TOOL_PACKAGES.has(path)),
    timezones:
      !reach.std.has('time/tzdata') &&
      (reach.imports.size > 0 || files.some(({ source }) => source.selectors.some(({ name }) => name === 'LoadLocation'))),
    certificates: reach.imports.size > 0 || paths.some(path => ['crypto/tls', 'crypto/x509', 'net/http', 'net/smtp'].includes(path)),
  };
}

// Tags that no module is known to switch cgo on by. netgo and osusergo switch the standard library's off.
const HARMLESS_TAGS = new Set(
  'netgo osusergo timetzdata jsoniter go_json sonic nomsgpack static_build prod production release embed'.split(' '),
);

function cgoOf(reach: GoReach, tags: readonly string[]): GoCgo {
  const own = [...reach.own, ...reach.vendored].filter(usesC);
  const modules = reach.vendored.length > 0 ? [] : modulesOf(reach);
  const withC = modules.filter(({ facts }) => facts?.cgo);
  const libraries = [...own.flatMap(librariesOf), ...withC.flatMap(({ facts }) => facts?.cgo ?? [])];
  const found = (kind: GoCgo['kind'], because: string): GoCgo => ({ kind, because, libraries: [...new Set(libraries)].sort() });
  const unknown = modules.find(({ facts }) => !facts);
  if (reach.unread[0] !== undefined) return found('unknown', reach.unread[0]);
  if (unknown) return found('unknown', `is built from ${unknown.path}, which may use cgo`);
  const tag = modules.length > 0 ? tags.find(each => each !== '' && !HARMLESS_TAGS.has(each)) : undefined;
  if (tag !== undefined) return found('unknown', `is built with the tag ${tag}, which ${modules[0]?.path} may read`);
  if (withC[0]) return found('dependency', `is built from ${withC[0].path}, which uses cgo`);
  if (own[0]) return found('own', `has C code in ${own[0].folder || 'its main package'}`);
  const needsCgo = ['plugin', 'runtime/cgo'].find(path => reach.std.has(path));
  if (needsCgo !== undefined) return found('own', `imports ${needsCgo}, which needs cgo`);
  const isPure = tags.includes('netgo') && tags.includes('osusergo');
  const std = isPure ? undefined : ['net', 'os/user', 'net/http', ...reach.std].find(path => reach.std.has(path) && usesCgo(path));
  if (std !== undefined) return found('std', `imports ${std}, which asks the C library for names`);
  const [module] = modules;
  return module && !isPure ? found('std', `is built from ${module.path}, which may import net`) : found('none', '');
}

/** Imported packages, and modules that may be built in: of one with a package in C, only the imports tell whether that is. */
function modulesOf(reach: GoReach) {
  const imported = [...reach.imports].map(([imported, module]) => {
    // A replaced module is looked up under its own name.
    const path = imported.startsWith(module) ? imported : module;
    return { path, facts: goModuleFacts(path) };
  });
  const possible = reach.possible.map(path => ({ path, facts: hasCgoPackage(path) ? undefined : goModuleFacts(path) }));
  return [...imported, ...possible];
}

function usesC({ files }: GoPackage): boolean {
  return files.some(({ source }) => source.preamble !== undefined);
}

/** In every C library's own file, glibc's or musl's. */
const OF_LIBC = new Set(['c', 'm', 'pthread', 'dl', 'rt', 'util', 'resolv']);

/** What `#cgo LDFLAGS` and `#cgo pkg-config` name, and the C++ and Fortran run-time libraries. */
function librariesOf({ files, foreign }: GoPackage): string[] {
  if (!usesC({ files } as GoPackage)) return [];
  const lines = files.flatMap(({ source }) => source.preamble?.match(/#cgo\s[^\n]*/g) ?? []);
  const named = lines.flatMap(line => {
    const [, kind = '', value = ''] = /^#cgo\s[^:]*?(LDFLAGS|pkg-config):(.*)$/.exec(line) ?? [];
    const flags = words(value);
    if (kind === 'pkg-config') return flags.filter(word => !word.startsWith('-')).map(word => `pkg-config:${word}`);
    return flags.flatMap(word => /^-l(.+)$/.exec(word)?.[1] ?? (/\.so(?:\.|$)/.test(word) ? word : []));
  });
  const languages = foreign.flatMap(path =>
    /\.(?:cc|cpp|cxx|mm)$/.test(path) ? 'stdc++' : /\.(?:f|F|for|f90)$/.test(path) ? 'gfortran' : [],
  );
  return [...named, ...languages].filter(library => !OF_LIBC.has(library));
}
