import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { transforms } from '../src/index.ts';
import type { Migration } from '../src/migrate.ts';
import { type Fixture, fixtures } from './support/fixtures.ts';
import { appliedChanges, brokenGuards, migrated } from './support/invariants.ts';
import { brokenPromises, type Judgement, judgements, refusal } from './support/promises.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

const cases = transforms.flatMap(transform => fixtures(transform.name).map(fixture => ({ transform, fixture })));

function run({ transform, fixture }: (typeof cases)[number], source = fixture.source): Migration {
  return migrated(transform, source, fixture.context, fixture.options, fixture.callers);
}

function refusalsOf({ findings }: Migration): string {
  return findings.flatMap(finding => (finding.kind === 'refused' ? [`${finding.place.line}: ${finding.refusal.reason}\n`] : [])).join('');
}

/** Writes what came out as what is expected: `UPDATE=1 npm test`, and the diff is the review. */
function update({ folder, source }: Fixture, text: string, refusals: string): void {
  write(join(folder, 'expected.Dockerfile'), text === source ? undefined : text);
  write(join(folder, 'refusals.txt'), refusals || undefined);
}

function write(path: string, text: string | undefined): void {
  if (text === undefined) rmSync(path, { force: true });
  else writeFileSync(path, text);
}

for (const transform of transforms) {
  describe(transform.name, () => {
    test('has an example that it changes', () => {
      const example = cases.find(each => each.transform === transform && each.fixture.name === 'example');
      expect(example && appliedChanges(run(example))).not.toHaveLength(0);
    });

    test.each(cases.filter(each => each.transform === transform))('$fixture.name', each => {
      const result = run(each);
      const refusals = refusalsOf(result);
      if (process.env.UPDATE) update(each.fixture, result.text, refusals);
      else expect({ text: result.text, refusals }).toEqual({ text: each.fixture.expected, refusals: each.fixture.refusals });
      expect(brokenGuards(result, source => run(each, source))).toEqual([]);
      // a case that writes neighbours needs a place here for what it expects of them
      expect(result.neighbours).toEqual([]);
    });
  });
}

describeWith('judge', "every case keeps its changes' promises, as BuildKit sees it", () => {
  const folder = temporaryFolder();
  let befores: Judgement[] = [];
  let afters: Judgement[] = [];

  beforeAll(async () => {
    const files = cases.map((each, index) => {
      const pair = [join(folder.path, `${index}.before`), join(folder.path, `${index}.after`)] as const;
      writeFileSync(pair[0], each.fixture.source);
      writeFileSync(pair[1], run(each).text);
      return pair;
    });
    [befores, afters] = await Promise.all([judgements(files.map(([before]) => before)), judgements(files.map(([, after]) => after))]);
  });

  test.each(cases.map((each, index) => ({ ...each, index })))('$transform.name/$fixture.name', each => {
    const result = run(each);
    const before = befores[each.index] as Judgement;
    const changes = appliedChanges(result);
    if (refusal(before)) expect(changes).toEqual([]);
    else expect(brokenPromises(before, afters[each.index] as Judgement, changes, [each.transform.name])).toEqual([]);
  });
});
