import { posix } from 'node:path';
import type { BuildContext } from '../../src/context/context.ts';
import { type Copied, contextFolder } from '../../src/context/copied.ts';
import { pythonProject } from '../../src/context/python.ts';
import { requirementsWithIncludes } from '../../src/context/requirements.ts';
import type { Install } from './python-doings.ts';
import { canonical } from './python-installers.ts';

/** The packages that a build names. */
export interface Wanted {
  /** By name, with the specifiers that they are asked for with. */
  specifiers: Map<string, string>;
  /** Something is installed whose own needs aren't known: a URL, a project of the context. */
  others: string[];
}

/** The packages that installs name, those of their files with them; a reason where that can't be read. */
export function wantedPackages(context: BuildContext, copied: Copied, installs: readonly Install[]): Wanted | { reason: string } {
  const wanted: Wanted = { specifiers: new Map(), others: [] };
  for (const { names, files, others, projects } of installs) {
    for (const name of names) if (!wanted.specifiers.has(name)) wanted.specifiers.set(name, '');
    wanted.others.push(...others);
    for (const file of files) {
      const reason = file.endsWith('/pyproject.toml')
        ? addProject(context, copied, posix.dirname(file), wanted)
        : addFile(context, copied, file, wanted);
      if (reason) return { reason };
    }
    for (const folder of projects) {
      const reason = addProject(context, copied, folder, wanted);
      if (reason) return { reason };
    }
  }
  return wanted;
}

function addFile(context: BuildContext, copied: Copied, path: string, wanted: Wanted): string | undefined {
  const sent = copied.files.get(path);
  if (sent === undefined) return `installs what ${posix.basename(path)} says, which is not copied from the build context`;
  const files = requirementsWithIncludes(context, sent);
  if ('problem' in files) return `installs what can't be read: ${files.problem}`;
  for (const each of files.flatMap(({ requirements }) => requirements)) {
    if (each.kind === 'package') wanted.specifiers.set(canonical(each.name), each.specifier);
    else if (each.kind === 'local' || each.kind === 'url') {
      if (each.editable) return `installs ${each.kind === 'local' ? each.path : each.url} as editable, from where its sources stand`;
      wanted.others.push(each.kind === 'local' ? each.path : each.url);
    }
  }
  return undefined;
}

/** Dependencies of a project by its manifest, all groups and extras with them. */
function addProject(context: BuildContext, copied: Copied, folder: string, wanted: Wanted): string | undefined {
  const manifests = ['pyproject.toml', 'Pipfile'].flatMap(name => contextFolder(copied, folder, name) ?? []);
  const [sent] = manifests;
  const project = sent === undefined ? undefined : pythonProject(context, sent);
  if (!project) return `installs what a manifest in ${folder} says, which is not copied from the build context`;
  if ('problem' in project) return `installs what can't be read: ${project.problem}`;
  const { pyproject, pipfile } = project;
  const requirements = [
    ...(pyproject?.project?.dependencies ?? []),
    ...[...(pyproject?.project?.optionalDependencies.values() ?? []), ...(pyproject?.groups.values() ?? [])].flat(),
    ...(pyproject?.poetry?.dependencies ?? []).map(({ name, version }) => `${name}${/^\d/.test(version ?? '') ? `==${version}` : ''}`),
  ];
  for (const text of requirements) {
    const [, name, specifier] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*([^;]*)/.exec(text) ?? [];
    if (name !== undefined && name !== 'python') wanted.specifiers.set(canonical(name), specifier ?? '');
  }
  // what a Pipfile says isn't read
  if (pipfile !== undefined && pyproject === undefined) wanted.others.push(pipfile);
  return undefined;
}
