import type { Alteration, Change, Keeps } from '../transform.ts';

/** The differences that changes made together are allowed to make. */
export function alterationsOf(changes: readonly Change[]): Alteration[] {
  return changes.flatMap(({ alters = [] }) => alters);
}

const FILES: readonly Alteration[] = [{ unreachable: '/**' }, { added: '/**' }, { changed: '/**' }, { mode: '/**' }, { owner: '/**' }];
const START: readonly Alteration[] = [{ config: 'Entrypoint' }, { config: 'Cmd' }];
/** Fields that tell the app nothing: those of people, and of package managers, and where Python keeps its files. */
const GAINED: readonly Alteration[] = [
  ...['Labels.*', 'Env.PATH', 'Env.VIRTUAL_ENV', 'Env.PYTHONUNBUFFERED', 'Env.PYTHONDONTWRITEBYTECODE', 'Env.DEBIAN_FRONTEND'],
  ...['Env.PIP_*', 'Env.POETRY_*', 'Env.UV_*', 'Env.NPM_CONFIG_*', 'Env.npm_config_*', 'Env.PNPM_HOME', 'Env.YARN_*', 'Env.BUNDLE_*'],
].map(added => ({ added }));
/** Whatever image it is. */
const BASE: Alteration = { base: '*' };

/**
 * What a Dockerfile that a person rewrote may alter, by the promise that they make for it. Files that go are held to nothing here: what is missed is found
 * by the closure and by running both.
 */
const BY_HAND: Record<Keeps, readonly Alteration[]> = {
  image: [],
  behaviour: [...FILES, ...GAINED, ...START, BASE],
  intent: [...FILES, ...GAINED, ...START, BASE, { config: 'User' }, { config: 'Healthcheck' }, { config: 'StopSignal' }],
};

/** What `dfmod verify BEFORE AFTER` lets through: by promise, with another base image where it isn't to be the same image, and what was named. */
export function promiseByHand(keeps: Keeps, named: readonly Alteration[]): Alteration[] {
  return [...BY_HAND[keeps], ...named];
}
