import { nearest } from '../nearest.ts';
import type { Alteration } from '../transform.ts';
import { UsageError } from './table.ts';

type KindOf<Each> = Each extends unknown ? keyof Each : never;

interface Value {
  what: string;
  isValid(value: string): boolean;
}

const PATHS: Value = { what: 'paths below a folder, as in /var/cache/**', isValid: value => /^\/[^/*]+(?:\/|$)/.test(value) };
const FIELD: Value = { what: 'a field of the configuration, as in User or Env.PATH', isValid: value => /^[A-Z]/.test(value) };
const IMAGE: Value = { what: 'a base image', isValid: value => /^[\w]/.test(value) };

/** What stands after each kind of alteration. */
const VALUES: Record<KindOf<Alteration>, Value> = {
  removed: PATHS,
  added: PATHS,
  changed: PATHS,
  mode: PATHS,
  owner: PATHS,
  unreachable: PATHS,
  config: FIELD,
  base: IMAGE,
};

/** An alteration as `--alters` has it, KIND:VALUE; throws a UsageError for what is none. */
export function alterationOf(written: string): Alteration {
  const [, kind = '', value = ''] = /^([^:]*):(.*)$/s.exec(written) ?? [];
  const kinds = Object.keys(VALUES);
  if (!Object.hasOwn(VALUES, kind)) {
    const near = nearest(kind || written, kinds);
    throw new UsageError(
      `--alters takes kind:value with one of ${kinds.join(', ')}, not "${written}"${near ? `: did you mean ${near}?` : ''}`,
    );
  }
  const { what, isValid } = VALUES[kind as KindOf<Alteration>];
  if (!isValid(value)) throw new UsageError(`--alters ${kind}: takes ${what}, not "${value}"`);
  return { [kind]: value } as Alteration;
}
