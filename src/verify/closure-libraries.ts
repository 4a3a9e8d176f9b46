import { posix } from 'node:path';
import type { Found, View } from './closure-view.ts';
import type { Elf } from './elf.ts';

/** A library or loader that a file is linked to and that can't be found. */
export interface Lost {
  /** The file that needs it. */
  file: string;
  kind: 'loader' | 'library';
  name: string;
}

/** What an image's dynamic loader finds. */
export interface Libraries {
  /** What a file itself lacks, its libraries' own needs left out. */
  lostBy(file: Found): Lost[];
  /** What a program lacks with all the libraries that it loads, and the paths of them all. */
  lostByAll(program: Found): { lost: Lost[]; loaded: string[] };
}

/** The loader's default folders: glibc's by machine (as Debian builds it), and musl's. */
const DEFAULTS = ['/lib', '/usr/lib', '/lib64', '/usr/lib64', '/lib32', '/usr/lib32'];
/** By the width and the number of ELF's e_machine; multiarch folders of Debian (wiki.debian.org/Multiarch/Tuples). */
const MULTIARCH: Record<string, string> = {
  '64:62': 'x86_64-linux-gnu',
  '64:183': 'aarch64-linux-gnu',
  '64:243': 'riscv64-linux-gnu',
  '64:21': 'powerpc64le-linux-gnu',
  '64:22': 's390x-linux-gnu',
  '32:3': 'i386-linux-gnu',
  '32:40': 'arm-linux-gnueabihf',
};
/** musl's loader is these libraries itself (musl, ldso/dynlink.c: load_library). */
const OF_MUSL = /^lib(?:c|pthread|rt|m|dl|util|xnet)\./;
const MUSL_LOADER = /^\/lib\/ld-musl-[^/]+\.so\.1$/;

/** The libraries of an image, by ld.so(8): RPATH, LD_LIBRARY_PATH, RUNPATH, ldconfig's cache, the default folders. */
export function librariesOf(view: View): Libraries {
  const { files, find } = view;
  const onMusl = [...files.keys()].some(path => MUSL_LOADER.test(path));
  const named = namedFolders(view);
  const configured = configuredFolders(view);
  const remembered = new Map<string, Found | undefined>();
  const inSystem = (name: string, machine: string): Found | undefined => {
    const key = `${machine} ${name}`;
    if (!remembered.has(key)) {
      const multiarch = MULTIARCH[machine];
      const own = multiarch ? [`/lib/${multiarch}`, `/usr/lib/${multiarch}`] : [];
      remembered.set(key, firstIn([...named, ...configured(name), ...own, ...DEFAULTS], name, machine));
    }
    return remembered.get(key);
  };
  const firstIn = (folders: readonly string[], name: string, machine: string): Found | undefined => {
    for (const folder of folders) {
      const found = find(posix.join(folder, name));
      // one without the mark of ELF was too odd to read
      if (found?.entry.type === 'file' && (found.entry.elf?.machine ?? machine) === machine) return found;
    }
    return undefined;
  };
  const library = (name: string, { machine }: Elf, folders: readonly string[]): Found | undefined =>
    name.includes('/') ? find(posix.resolve(view.workdir, name)) : (firstIn(folders, name, machine) ?? inSystem(name, machine));

  const needs = (file: Found, inherited: readonly string[], present: ReadonlySet<string>, onlyMusl: boolean) => {
    const { elf } = file.entry;
    const rpath = [...(elf ? atOrigin(elf.rpath, file.path) : []), ...inherited];
    const folders = [...rpath, ...(elf ? atOrigin(elf.runpath, file.path) : [])];
    const lost: string[] = [];
    const libraries: Found[] = [];
    for (const name of elf?.needed ?? []) {
      if (present.has(name) || (onlyMusl && OF_MUSL.test(name))) continue;
      const found = elf && library(name, elf, folders);
      if (found) libraries.push(found);
      else lost.push(name);
    }
    return { lost: lost.map((name): Lost => ({ file: file.path, kind: 'library', name })), libraries, rpath };
  };

  const lostLoader = ({ path, entry: { elf } }: Found): Lost[] =>
    elf?.interpreter && !find(elf.interpreter) ? [{ file: path, kind: 'loader', name: elf.interpreter }] : [];
  const isMusl = ({ entry: { elf } }: Found) => (elf?.interpreter ? MUSL_LOADER.test(elf.interpreter) : onMusl);

  return {
    lostBy(file) {
      const loader = lostLoader(file);
      // without its loader a program's libraries tell nothing more
      return loader.length > 0 ? loader : needs(file, [], new Set(), isMusl(file)).lost;
    },
    lostByAll(program) {
      const lost = lostLoader(program);
      if (lost.length > 0) return { lost, loaded: [program.path] };
      const names = new Set<string>();
      const loaded: string[] = [];
      const open = [{ file: program, rpath: [] as readonly string[] }];
      for (let next = open.shift(); next; next = open.shift()) {
        const { lost: own, libraries, rpath } = needs(next.file, next.rpath, names, isMusl(program));
        loaded.push(next.file.path);
        lost.push(...own);
        for (const name of next.file.entry.elf?.needed ?? []) names.add(name);
        open.push(...libraries.map(file => ({ file, rpath })));
      }
      return { lost, loaded };
    },
  };
}

/** Folders of RPATH or RUNPATH; `$ORIGIN` is where the file itself lies. */
function atOrigin(folders: readonly string[], path: string): string[] {
  return folders.map(folder => posix.normalize(folder.replace(/\$ORIGIN|\$\{ORIGIN\}/, posix.dirname(path))));
}

/** The folders of LD_LIBRARY_PATH and of musl's /etc/ld-musl-*.path. */
function namedFolders(view: View): string[] {
  return absolute([...(view.environment.get('LD_LIBRARY_PATH') ?? '').split(':'), ...foldersListed(view, /^\/etc\/ld-musl-/)]);
}

/**
 * Where glibc's loader finds a library by its name: it looks into no folder of /etc/ld.so.conf, only into the cache that ldconfig made of them. Where that couldn't be
 * read, the folders.
 */
function configuredFolders(view: View): (name: string) => readonly string[] {
  const cache = view.files.get('/etc/ld.so.cache');
  if (!cache) return () => [];
  const listed = absolute(foldersListed(view, /^\/etc\/ld\.so\.conf/));
  if (cache.text === undefined) return () => listed;
  const cached = new Map<string, string[]>();
  for (const path of absolute(cache.text.split('\0'))) {
    const name = posix.basename(path);
    cached.set(name, [...(cached.get(name) ?? []), posix.dirname(path)]);
  }
  return name => cached.get(name) ?? [];
}

function foldersListed({ files }: View, path: RegExp): string[] {
  const texts = [...files].flatMap(([name, { text }]) => (text !== undefined && path.test(name) ? [text] : []));
  return texts.flatMap(text => text.split(/[\n:]/).map(line => (line.split('#')[0] ?? '').trim()));
}

function absolute(paths: readonly string[]): string[] {
  return paths.filter(path => path.startsWith('/'));
}
