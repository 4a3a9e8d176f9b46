import type { ImageFacts } from '../../src/images/images.ts';
import { packageRole } from '../../src/images/packages.ts';
import { type Refusal, refuse } from '../../src/transform.ts';
import type { Build } from './build-walk.ts';
import type { Program } from './go-program.ts';
import { installed } from './packages.ts';

/** What the packages that the builder installs are to the programs. */
export interface Packages {
  /** To be installed in the runtime stage. */
  runtime: string[];
  /** Data that a small image may have without them. */
  data: string[];
  /** Programs that nothing in the image starts. */
  commands: string[];
}

/** The packages that the builder installs, by what they are to programs that link their libraries only through cgo. */
export function packagesOf(build: Build, builder: ImageFacts, programs: Program[]): Packages | Refusal {
  const linksLibraries = programs.some(({ linkage }) => linkage === 'libraries');
  const mayStart = programs.some(({ startsShell }) => startsShell);
  const found = { runtime: new Set<string>(), data: new Set<string>(), commands: new Set<string>() };
  for (const { run, name } of installed(build)) {
    const role = packageRole(name, builder);
    if (role?.role === 'library' && linksLibraries) for (const each of role.runtime) found.runtime.add(each);
    else if (role?.role === 'data') found.data.add(name);
    else if (role?.role === 'command' && !mayStart) found.commands.add(name);
    else if (role?.role === 'command' || (!role && (linksLibraries || !name.endsWith('-dev')))) {
      return refuse(run, 'package', `installs ${name}, which the program may need at run time`);
    }
  }
  const missing = programs.flatMap(({ libraries }) => libraries).find(library => !isThere(library, builder, found.runtime));
  if (missing) return refuse(build.last, 'library', `links ${missing}, and no package is seen to bring it`);
  return { runtime: [...found.runtime], data: [...found.data], commands: [...found.commands] };
}

/** Debian's small images have the C++ library, Alpine's don't; whatever else is linked comes from a package that the builder installs. */
function isThere(library: string, { distribution }: ImageFacts, runtime: Set<string>): boolean {
  if (library !== 'stdc++') return runtime.size > 0;
  if (distribution === 'alpine') runtime.add('libstdc++');
  return true;
}

/** Whether the builder has a C compiler: golang's Alpine images come without one, and so without cgo, until it is installed. */
export function hasCompiler(builder: ImageFacts, build: Build): boolean {
  if (builder.distribution !== 'alpine') return true;
  return installed(build).some(({ name }) => ['gcc', 'build-base', 'clang', 'musl-dev', 'libc-dev', 'g++'].includes(name));
}
