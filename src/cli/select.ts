import { existsSync } from 'node:fs';
import { transforms } from '../../transforms/index.ts';
import { nearest } from '../nearest.ts';
import type { Transform } from '../transform.ts';
import { COMMANDS, UsageError } from './table.ts';

/** The transforms that a list names, in the order in which they are applied; throws a UsageError for a name that is none. */
export function selectTransforms(list: string): Transform[] {
  const names = list.split(',').map(name => name.trim());
  const unknown = names.find(name => !transforms.some(transform => transform.name === name));
  if (unknown !== undefined) throw new UsageError(notATransform(unknown, list));
  return transforms.filter(({ name }) => names.includes(name));
}

function notATransform(name: string, list: string): string {
  if (name === '') return `"${list}" has an empty name: separate transforms with one comma`;
  const near = nearest(name, [...transforms.map(transform => transform.name), ...Object.keys(COMMANDS)]);
  if (near !== undefined) return `no transform "${name}": did you mean ${near}?`;
  const isPath = name === '-' || name.includes('/') || /dockerfile|containerfile/i.test(name) || existsSync(name);
  const example = transforms.at(-1)?.name;
  if (isPath) return `${name} is a path: name a transform first, as in "dfmod ${example} ${name}" ("dfmod list" shows them)`;
  return `no transform "${name}" ("dfmod list" shows them)`;
}
