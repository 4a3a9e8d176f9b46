import { parseImageReference } from '../../src/dockerfile/image-reference.ts';
import type { Stage } from '../../src/dockerfile/stages.ts';
import type { ImageFacts, Images } from '../../src/images/images.ts';
import { packageRole } from '../../src/images/packages.ts';
import { COMPILE_AT_RUN_TIME, FAT_PROGRAMS, FIRST_WHEELS, SELF_CONTAINED, SYSTEM_NEEDS } from './python-packages.ts';
import type { Programs } from './python-programs.ts';
import type { Wanted } from './python-requirements.ts';

/** What the runtime stage stands on. */
export interface PythonBase {
  base: string;
  facts: ImageFacts;
  /** System packages that the builder's image has and this one lacks. */
  packages: string[];
  /** Why a small sibling can't take its place, where there is one. */
  stays: string | undefined;
}

/** The small sibling of the builder's image where all is known that the app needs of the fat one, else the same image. */
export function pythonBase(stage: Stage, image: ImageFacts, images: Images, wanted: Wanted, programs: Programs): PythonBase {
  const written = stage.from.words[0]?.text ?? '';
  const same = (stays: string | undefined): PythonBase => ({ base: written, facts: image, packages: [], stays });
  const reference = image.slim === undefined ? undefined : parseImageReference(image.slim);
  const facts = reference && images.about(reference);
  if (!facts || stage.base.kind !== 'image') return same(undefined);
  if (stage.base.settable || stage.base.reference.digest !== undefined) return same('its tag is not told here');
  const unknown = wanted.others[0] ?? [...wanted.specifiers.keys()].find(name => !isKnown(name));
  if (unknown !== undefined) return same(`what ${unknown} needs of it is not known`);
  if (programs.loader !== undefined) return same(`${programs.loader} loads libraries by name`);
  const packages = new Set<string>();
  for (const name of wanted.specifiers.keys()) {
    const needs = needsOf(name, wanted, image);
    if (needs === undefined) return same(`what ${name} needs of it has no certain name here`);
    for (const each of needs) packages.add(each);
  }
  for (const name of programs.names) {
    if (!Object.hasOwn(FAT_PROGRAMS, name)) continue;
    const bringing = FAT_PROGRAMS[name];
    // Debian's small images have adduser as long as apt needs it
    if (bringing === 'adduser' && /^(?:stretch|buster|bullseye|bookworm)$/.test(image.release ?? '')) continue;
    if (bringing === undefined) return same(`the app may start ${name}`);
    packages.add(bringing);
  }
  return { base: image.slim as string, facts, packages: [...packages].sort(), stays: undefined };
}

/** Whether it is known what a package needs of the system. */
export function isKnown(name: string): boolean {
  return SELF_CONTAINED.has(name) || Object.hasOwn(SYSTEM_NEEDS, name) || Object.hasOwn(FIRST_WHEELS, name);
}

/** Whether a package compiles code when it runs. */
export function compilesAtRunTime({ specifiers, others }: Wanted): string | undefined {
  return [...specifiers.keys(), ...others].find(name => COMPILE_AT_RUN_TIME.has(name));
}

/** The system packages that a Python package needs beside a small image's; undefined where the release decides and isn't told. */
export function needsOf(name: string, { specifiers }: Wanted, image: ImageFacts): string[] | undefined {
  const needs = SYSTEM_NEEDS[name] ?? (isCompiled(name, specifiers.get(name) ?? '', image) ? (FIRST_WHEELS[name]?.links ?? '-') : '');
  const found: string[] = [];
  for (const each of needs.split(' ').filter(Boolean)) {
    if (!each.includes('-dev')) found.push(each);
    const role = each.endsWith('-dev') ? packageRole(each, image) : undefined;
    if (each.endsWith('-dev') && role?.role !== 'library') return undefined;
    if (role?.role === 'library') found.push(...role.runtime);
  }
  return found.includes('-') ? undefined : found;
}

/** Whether a version that a pin asks for has no wheel for the image's Python. */
function isCompiled(name: string, specifier: string, image: ImageFacts): boolean {
  const row = Object.hasOwn(FIRST_WHEELS, name) ? FIRST_WHEELS[name] : undefined;
  if (!row) return false;
  const pinned = /^\s*(?:==|~=|<=?)\s*v?([\d.]+)/.exec(specifier)?.[1] ?? /,\s*(?:==|<=?)\s*([\d.]+)/.exec(specifier)?.[1];
  if (pinned === undefined) return false;
  const first = row.first[minorOf(image) ?? ''];
  return first === undefined || compareVersions(pinned, first) < 0;
}

/** 3.9 of a tag's 3.9.2. */
export function minorOf({ version }: ImageFacts): string | undefined {
  return /^\d+\.\d+/.exec(version ?? '')?.[0];
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map(version => version.split('.').map(Number)) as [number[], number[]];
  const at = [0, 1, 2, 3].find(index => (a[index] ?? 0) !== (b[index] ?? 0));
  return at === undefined ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
