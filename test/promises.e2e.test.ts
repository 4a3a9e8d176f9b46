import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ExecaError } from 'execa';
import { expect, test } from 'vitest';
import { transforms } from '../src/index.ts';
import { BuildFailure } from '../src/verify/builder.ts';
import { evidence, weighed } from '../src/verify/judge.ts';
import { alterationsOf } from '../src/verify/promise.ts';
import { BUILDING, IN_STAND_INS } from './support/building-fixtures.ts';
import { localised } from './support/engine.ts';
import { fixtures } from './support/fixtures.ts';
import { appliedChanges, migrated } from './support/invariants.ts';
import { describeWith } from './support/shared.ts';
import { looking } from './support/verify.ts';

describeWith('e2e', 'a promise lets through what the change alters, and nothing else', () => {
  const asked = process.env.DFMOD_FIXTURES?.split(',');
  const isAll = asked?.includes('all') === true;
  const cases = transforms.flatMap(transform =>
    fixtures(transform.name)
      .filter(({ source, expected }) => expected !== source)
      .filter(({ name }) => isAll || (asked?.includes(`${transform.name}/${name}`) ?? BUILDING[transform.name]?.includes(name)))
      .map(fixture => ({ name: `${transform.name}: ${fixture.name}`, transform, fixture })),
  );

  test.concurrent.for(cases)('$name', { timeout: 15 * 60_000 }, async ({ transform, fixture }, context) => {
    const skipped = (error: unknown): never => {
      const why = error instanceof BuildFailure ? error.what : error instanceof ExecaError ? String(error.stderr) : undefined;
      if (isAll && why !== undefined) context.skip(why);
      throw error;
    };
    const source = await localised(join(fixture.folder, 'Dockerfile')).catch(skipped);
    const changes = migrated(transform, source, fixture.context, fixture.options, fixture.callers);
    const alters = alterationsOf(appliedChanges(changes));
    await looking(context, fixture.folder, async subjectOf => {
      const [before, after] = [subjectOf('before', source), subjectOf('after', changes.text)];
      await before.build().catch(skipped);
      const seen = await evidence(before, after, alters);
      expect(weighed(seen, alters).broken).toEqual([]);
      const idle = alters.filter(
        one =>
          weighed(
            seen,
            // two changes may promise the same
            alters.filter(other => !isDeepStrictEqual(other, one)),
          ).broken.length === 0,
      );
      expect(idle.filter(each => !IN_STAND_INS.some(known => isDeepStrictEqual(known, each)))).toEqual([]);
    });
  });
});
