import { existsSync } from 'node:fs';
import { PRESETS, type TransformName, transformNames } from '../../transforms/index.ts';
import { nearest } from '../nearest.ts';
import { isAtLeast, type Keeps } from '../transform.ts';
import { COMMANDS, UsageError } from './table.ts';

/** A transform that a list asks for, by its own name or a preset's. */
export interface Selected {
  name: TransformName;
  /** The weakest promise to accept. */
  keeps: Keeps;
  /** Nothing but presets asks for it. */
  preset: boolean;
}

/**
 * What a list of transforms and presets asks for, in the order in which it is applied; throws a UsageError for a name that is none. A transform that is named
 * by itself may do all that it does, one of presets what the weakest of their thresholds lets in.
 */
export function select(list: string): Selected[] {
  const items = list.split(',').map(item => item.trim());
  const selected = items.flatMap(item => itemOf(item) ?? notAName(item, list));
  return transformNames.flatMap(name => {
    const same = selected.filter(each => each.name === name);
    const weakest = same.reduce<Keeps>((keeps, each) => (isAtLeast(each.keeps, keeps) ? keeps : each.keeps), 'image');
    return same.length > 0 ? [{ name, keeps: weakest, preset: same.every(({ preset }) => preset) }] : [];
  });
}

function itemOf(item: string): Selected[] | undefined {
  const name = transformNames.find(each => each === item);
  if (name) return [{ name, keeps: 'intent', preset: false }];
  const preset = PRESETS.find(each => each.name === item);
  return preset?.transforms.map(each => ({ name: each, keeps: preset.keeps, preset: true }));
}

function notAName(name: string, list: string): never {
  if (name === '') throw new UsageError(`"${list}" has an empty name: separate transforms with one comma`);
  const near = nearest(name, [...transformNames, ...PRESETS.map(preset => preset.name), ...Object.keys(COMMANDS)]);
  if (near !== undefined) throw new UsageError(`no transform "${name}": did you mean ${near}?`);
  const isPath = name === '-' || name.includes('/') || /dockerfile|containerfile/i.test(name) || existsSync(name);
  if (isPath)
    throw new UsageError(
      `${name} is a path: name a transform or preset first, as in "dfmod recommended ${name}" ("dfmod list" shows them)`,
    );
  throw new UsageError(`no transform "${name}" ("dfmod list" shows them)`);
}
