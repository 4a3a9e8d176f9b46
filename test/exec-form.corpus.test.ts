import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import execForm from '../transforms/exec-form/index.ts';
import { appliedChanges, migrated } from './support/invariants.ts';
import { judgePlans, type Plan } from './support/judge.ts';
import { describeWith, readSource, sharedRecords, temporaryFolder, unpack } from './support/shared.ts';

/** Whether the command was a shell's is said beside it. */
const FIELDS = ['Cmd', 'Entrypoint', 'Healthcheck'];

function alteredFields(before: Plan, after: Plan): string[] {
  const altered = new Set<string>();
  for (const [index, { config: old = {} }] of (before.stages ?? []).entries()) {
    const now = after.stages?.[index]?.config ?? {};
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)])) {
      if (name !== 'ArgsEscaped' && !isDeepStrictEqual(old[name], now[name])) altered.add(name);
    }
  }
  return [...altered].sort();
}

describeWith('corpus', 'exec form in every real file', () => {
  const folder = temporaryFolder();

  test('alters the very commands of the configuration that it says it alters', async () => {
    unpack('corpus/dockerfiles.tar.gz', folder.path);
    const files = sharedRecords<{ file: string }>('oracle/dockerfiles.jsonl.gz').map(({ file }) => join(folder.path, file));
    const changed = files.flatMap(path => {
      const result = migrated(execForm, readSource(path).source, undefined);
      if (result.text === result.source) return [];
      writeFileSync(`${path}.after`, result.text);
      return [{ path, result }];
    });
    expect(changed.length).toBeGreaterThan(100);
    const plans = await judgePlans(changed.flatMap(({ path }) => [path, `${path}.after`]));
    for (const [index, { path, result }] of changed.entries()) {
      const told = appliedChanges(result).flatMap(({ alters = [] }) =>
        alters.map(each => ('config' in each ? each.config : JSON.stringify(each))),
      );
      const altered = alteredFields(plans[2 * index] as Plan, plans[2 * index + 1] as Plan);
      expect(altered, path).toEqual([...new Set(told)].sort());
      expect(FIELDS, path).toEqual(expect.arrayContaining(altered));
    }
  });
});
