import { posix } from 'node:path';
import { type GoProject, goProject } from '../../src/context/go.ts';
import { isGoAtLeast } from '../../src/context/go-mod.ts';
import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import { hasOption, type ToolCall } from '../../src/tools/calls.ts';
import { type Doubt, doubt, nothing, type Place, type ProjectInstall, type Reads, type Setting } from './reads.ts';

/** What `go install PACKAGE@VERSION` reads: nothing of the context, whatever module it is called in (go help install). */
export function goTool(call: ToolCall): Reads | undefined {
  if (call.tool !== 'go') return undefined;
  if (call.verb === 'version' || call.verb === 'env') return nothing(false);
  const isTool = call.verb === 'install' && call.operands.length > 0;
  return isTool && call.operands.every(({ literal }) => /^[\w./-]+@[\w.+-]+$/.test(literal ?? '')) ? nothing(true) : undefined;
}

/** What `go mod download` reads. */
export function goDownload({ call, place, setting }: ProjectInstall): Reads | Doubt | undefined {
  if (call.tool !== 'go' || call.verb !== 'mod download') return undefined;
  if (call.operands.length > 0 || hasOption(call, '-json')) return undefined;
  const project = goProject(place.context, place.source);
  const missing = project && !('problem' in project) ? missingSum(place, project) : undefined;
  return missing ? doubt('lock', `may write go.sum, which lacks ${missing}`) : downloadReads(call, place, setting);
}

/** Commands that fetch the modules that they need. */
const FETCHES: ReadonlySet<string> = new Set(['build', 'install', 'test', 'run', 'vet', 'generate', 'list']);

/** What `go mod download` would read before a command that needs the modules; undefined where it would be of no use. */
export function goDownloadBefore({ call, place, setting, image, earlier }: ProjectInstall): Reads | Doubt | undefined {
  if (call.tool !== 'go' || !FETCHES.has(call.verb ?? '') || earlier.some(({ tool }) => tool === 'go')) return undefined;
  const project = goProject(place.context, place.source);
  if (!project || 'problem' in project || project.mod.requires.length === 0) return undefined;
  if (project.vendored || setting(call, 'GO111MODULE') === 'off' || hasOption(call, '-mod', '-modfile', '-overlay')) return undefined;
  // before 1.13 there are no modules below GOPATH
  if (image?.version?.includes('.') && !isGoAtLeast(image.version, 13)) return undefined;
  if (setting(call, 'GOFLAGS') !== undefined || setting(call, 'GOPROXY') === 'off') return undefined;
  if (project.sums === undefined || place.fileAt(posix.join(place.folder, 'go.sum')) === undefined) return undefined;
  const reads = downloadReads(call, place, setting);
  if ('code' in reads || !asksForSums(place, project)) return reads;
  return { ...reads, outputs: reads.outputs.flatMap(cache => [cache, posix.join(posix.dirname(cache), 'sumdb')]) };
}

/** Whether the sums of some modules are asked for: before 1.17 all that others require is downloaded too, and go.sum has what is built alone. */
function asksForSums(place: Place, project: GoProject): boolean {
  return !isGoAtLeast(project.mod.go ?? '1.16', 17) || missingSum(place, project) !== undefined;
}

/** A module that go.mod requires and go.sum, where there is one, has no content of. */
function missingSum({ context }: Place, { folder, mod, sums }: GoProject): string | undefined {
  const lines = new Set(
    (context.text(posix.join(folder, 'go.sum')) ?? '').split(/\r?\n/).map(line => line.split(' ').slice(0, 2).join(' ')),
  );
  const isReplaced = (path: string) => mod.replaces.some(replace => replace.path === path);
  return sums && mod.requires.find(({ path, version }) => !isReplaced(path) && !lines.has(`${path} ${version}`))?.path;
}

function downloadReads(call: ToolCall, place: Place, setting: Setting): Reads | Doubt {
  const project = goProject(place.context, place.source);
  if (!project) return doubt('manifest', `has no go.mod in ${place.source || 'the build context'}`);
  if ('problem' in project) return doubt('manifest', `can't be told what it reads: ${project.problem}`);
  if (place.fileAt(posix.join(place.folder, 'go.mod')) === undefined) return doubt('manifest', 'has no go.mod among what is copied');
  const modules = moduleFolders(place, project);
  if ('kind' in modules) return modules;
  const workspace = project.workspace === undefined ? [] : [project.workspace, `${project.workspace}.sum`];
  const inImage = (path: string) => posix.join(place.folder, posix.relative(`/${place.source}`, `/${path}`));
  const absent = [...modules.map(folder => posix.join(folder, 'go.mod')), ...workspace.slice(0, 1)].find(
    path => place.fileAt(inImage(path)) === undefined,
  );
  if (absent) return doubt('local', `reads ${absent}, which is not copied`);
  const files = modules.flatMap(folder => ['go.mod', 'go.sum'].map(name => posix.join(folder, name)));
  const cache = moduleCache(call, setting);
  if (cache === undefined) return doubt('variable', 'downloads modules to a folder that is not known');
  return {
    kind: 'reads',
    installs: true,
    inputs: [...workspace, ...files].map(inImage),
    outputs: [cache],
    restored: [...workspace.slice(1), ...files.filter(path => path.endsWith('go.sum'))].map(inImage),
  };
}

/** Where modules are kept: in golang's images GOPATH is /go, and without one it is in root's home. */
export function moduleCache(call: ToolCall, setting: Setting): string | undefined {
  const cache = setting(call, 'GOMODCACHE');
  const path = setting(call, 'GOPATH');
  if (cache === UNKNOWN || path === UNKNOWN) return undefined;
  return cache ?? posix.join(path?.split(':')[0] ?? '/root/go', 'pkg/mod');
}

/** The folders whose go.mod the go tool reads: the module, local replacements, the workspace's modules. */
function moduleFolders({ context }: Place, project: GoProject): string[] | Doubt {
  const folders = new Set<string>();
  for (const { path, folder } of project.roots) {
    if (folder === undefined || context.kind(posix.join(folder, 'go.mod')) !== 'file') {
      return doubt('local', `needs the module ${path}, whose folder the build context does not have`);
    }
    folders.add(folder);
  }
  return [...folders];
}
