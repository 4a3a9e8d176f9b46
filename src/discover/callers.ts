import { realpathSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { Caller } from '../transform.ts';
import { composeServices, laidOver, type Service } from './compose.ts';
import { type ComposeFolder, isMain } from './compose-files.ts';
import { isInside } from './repository.ts';

type Services = ReadonlyMap<string, Service>;
type ReadServices = (path: string, root: string) => Services;

/** How many services may be laid over one another with `extends`. */
const LONGEST_CHAIN = 8;

/** A search for the services of compose files that build a Dockerfile, and what they set; each file is read once. */
export function callerSearch(): (dockerfile: string, folders: readonly ComposeFolder[]) => Caller[] {
  const read = new Map<string, Services>();
  const servicesOf: ReadServices = (path, root) => {
    const key = `${root}\0${path}`;
    const services = read.get(key) ?? composeServices(path, root);
    read.set(key, services);
    return services;
  };
  return (dockerfile, folders) => {
    const real = realPath(dockerfile);
    return folders.flatMap(folder => callersIn(folder, real, servicesOf));
  };
}

function callersIn({ root, files }: ComposeFolder, dockerfile: string, servicesOf: ReadServices): Caller[] {
  const mains = files.filter(isMain).map(file => servicesOf(file, root));
  return files.flatMap(file =>
    [...servicesOf(file, root)].flatMap(([name, own]) => {
      // whether a file is laid over the main one or stands alone is known to who starts it
      const bases = isMain(file) ? [] : mains.flatMap(services => services.get(name) ?? []);
      const services = [own, ...bases.map(base => laidOver(base, own))].map(each => extended(each, file, root, servicesOf));
      const from = `${relative(root, file).split(sep).join('/')}: services.${name}`;
      return distinct(services.filter(each => isBuiltBy(each, dirname(file), root, dockerfile)).map(each => callerOf(from, each)));
    }),
  );
}

/** A service laid over those that it extends. */
function extended(service: Service, file: string, root: string, servicesOf: ReadServices, left = LONGEST_CHAIN): Service {
  if (!service.base || left === 0) return service;
  const from = service.base.file ?? file;
  const base = isInside(root, from) ? servicesOf(from, root).get(service.base.service) : undefined;
  if (!base) return service;
  const context = base.context ?? (base.builds && !base.base ? dirname(from) : undefined);
  return laidOver(extended({ ...base, context }, from, root, servicesOf, left - 1), { ...service, base: undefined });
}

function isBuiltBy({ builds, context, dockerfile }: Service, folder: string, root: string, wanted: string): boolean {
  if (!builds) return false;
  const path = resolve(context ?? folder, dockerfile ?? 'Dockerfile');
  return path === wanted || (isInside(root, path) && realPath(path) === wanted);
}

function callerOf(from: string, { target, args, replaces, mounts }: Service): Caller {
  return { from, target, args, replaces, mounts };
}

function distinct(callers: readonly Caller[]): Caller[] {
  return [...new Map(callers.map(caller => [JSON.stringify(caller), caller])).values()];
}

/** The path with its links followed; of a file that isn't there, as Dockerfiles on standard input aren't, its folder's. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    try {
      return join(realpathSync(dirname(path)), basename(path));
    } catch {
      return path;
    }
  }
}
