import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { builtStages, edges } from '../src/dockerfile/edges.ts';
import { UNKNOWN } from '../src/dockerfile/lex.ts';
import type { Dockerfile, Instruction } from '../src/dockerfile/nodes.ts';
import { parse } from '../src/dockerfile/parse.ts';
import { expandAt, lineage, type Scope, scopeAfter, scopeAt, stageOf, stages } from '../src/dockerfile/stages.ts';
import type { ImageFacts, Images } from '../src/images/images.ts';
import { judgePlans, type StagePlan } from './support/judge.ts';
import { describeWith, temporaryFolder } from './support/shared.ts';

const NODE: ImageFacts = { family: 'node', user: '0', workdir: '/srv', env: { NODE_VERSION: undefined, HOME_OF: '/home' } };
/** Knows node, and of everything else nothing. */
const images: Images = { about: ({ name }) => (name === 'node' ? NODE : undefined) };
/** What the judge takes every image for. */
const plain: Images = { about: () => ({ family: 'plain', user: '', workdir: '/', env: {} }) };

function lastOf(file: Dockerfile): Instruction {
  return file.instructions.at(-1) as Instruction;
}

/** What is in force where the last instruction begins. */
function endOf(source: string, about = images): Scope {
  const file = parse(source);
  return scopeAt(file, about, lastOf(file)) as Scope;
}

function bases(source: string): string[] {
  return stages(parse(source), images).map(({ base }) =>
    base.kind === 'stage' ? `stage ${base.stage.index}` : base.kind === 'scratch' ? 'scratch' : `${base.kind} ${base.text}`,
  );
}

describe('a stage stands on', () => {
  test.each([
    ['an image', 'FROM node:22', ['image node:22']],
    ['nothing', 'FROM scratch', ['scratch']],
    ['an earlier stage', 'FROM a AS Build\nFROM build', ['image a', 'stage 0']],
    ['the last stage of that name so far', 'FROM a AS x\nFROM b AS x\nFROM x', ['image a', 'image b', 'stage 1']],
    ['an image of its own name', 'FROM node AS node', ['image node']],
    ['no later stage', 'FROM b\nFROM a AS b', ['image b', 'image a']],
    ['no stage in another case than lower', 'FROM a AS b\nFROM B', ['image a', 'unknown B']],
    ['the image of a global ARG', 'ARG V=22\nARG I=node:$V\nFROM ${I}-slim', ['image node:22-slim']],
    ['what only the caller knows', 'ARG I\nFROM $I', ['unknown $I']],
    ['an ARG that its second declaration leaves alone', 'ARG I=a\nARG I\nFROM $I', ['image a']],
    ['no ARG of a stage', 'FROM a\nARG I=b\nFROM $I', ['image a', 'unknown ']],
    ['what is no image', 'FROM Node', ['unknown Node']],
  ])('%s', (_, source, expected) => expect(bases(source)).toEqual(expected));

  test('an image that a caller may change', () => {
    const [fixed, settable] = stages(parse('ARG V=1\nFROM node:1\nFROM node:$V'), images).map(({ base }) => base);
    expect(fixed).toMatchObject({ settable: false });
    expect(settable).toMatchObject({ settable: true, text: 'node:1' });
  });
});

test('an instruction has a stage from the first FROM on', () => {
  const file = parse('ARG A\nFROM a AS one\nRUN x\nFROM b\nRUN y');
  expect(file.instructions.map(each => stageOf(file, images, each)?.index)).toEqual([undefined, 0, 0, 1, 1]);
  expect(lineage(stages(parse('FROM a AS x\nFROM x AS y\nFROM y'), images)[2] as never).map(({ index }) => index)).toEqual([2, 1, 0]);
});

describe('a variable', () => {
  const row = (name: string, source: string, text: Scope['workdir'] | undefined, settable = false) =>
    [name, source, text, settable] as const;
  test.each([
    row('is what ENV says', 'ENV V=a', 'a'),
    row('is what ENV said last', 'ENV V=a\nENV V=${V}b', 'ab'),
    row('is expanded before an ENV sets it', 'ENV V=a\nENV V=b W=$V\nENV V=$W', 'a'),
    row('is expanded after an ARG before it', 'ARG W=a V=${W}b', 'ab', true),
    row('is the default of ARG, and a caller’s', 'ARG V=a', 'a', true),
    row('is a caller’s where an ARG’s stands in it', 'ARG W=a\nENV V=$W', 'a', true),
    row('is unknown for an ARG without a default', 'ARG V', UNKNOWN, true),
    row('is the file’s after a later ENV', 'ARG V=a\nENV V=b', 'b'),
    row('is the ARG’s after a later ARG', 'ENV V=a\nARG V=b', 'b', true),
    row('is the ENV’s after a later ARG without a default', 'ENV V=a\nARG V', 'a', true),
    row('is unset without a definition', 'ENV W=a', undefined),
    row('is unset for the name of a label', 'LABEL V=a', undefined),
    row('is what ENV with a variable in its name says', 'ENV W=V\nENV $W=a', 'a'),
    row('is unknown after an ENV whose name is', 'ENV V=a\nARG W\nENV $W=b', UNKNOWN, true),
    row('is unknown where BuildKit refuses its value', 'ENV V=${', UNKNOWN),
  ])('%s', (_, source, text, settable) => {
    const found = endOf(`FROM node\n${source}\nRUN x`).variable('V');
    expect(found).toEqual(text === undefined ? undefined : { text, settable });
  });

  test('of the base image is known as far as the image is', () => {
    const known = endOf('FROM node\nRUN x');
    expect(known.variable('HOME_OF')?.text).toBe('/home');
    expect(known.variable('NODE_VERSION')?.text).toBe(UNKNOWN);
    expect(known.variable('PATH')?.text).toMatch(/^\/usr\/local\/sbin:/);
    expect(endOf('FROM other\nRUN x').variable('ANYTHING')?.text).toBe(UNKNOWN);
  });

  test('of the file’s head is known to a stage that declares it', () => {
    const head = 'ARG V=a\nFROM node\n';
    expect(endOf(`${head}RUN x`).variable('V')).toBeUndefined();
    expect(endOf(`${head}ARG V\nRUN x`).variable('V')).toEqual({ text: 'a', settable: true });
    expect(endOf(`${head}ARG V=b\nRUN x`).variable('V')).toEqual({ text: 'b', settable: true });
    expect(endOf('FROM node\nENV TARGETARCH=a\nARG TARGETARCH\nRUN x').variable('TARGETARCH')).toEqual({ text: UNKNOWN, settable: true });
  });

  test('is inherited through stages, an ARG where the image has none of its name', () => {
    expect(endOf('FROM node AS a\nENV V=1\nFROM a\nRUN x').variable('V')?.text).toBe('1');
    expect(endOf('FROM node AS a\nARG V=1\nFROM a\nRUN x').variable('V')?.text).toBe('1');
    expect(endOf('FROM node AS a\nENV V=1\nARG V=2\nFROM a\nRUN x').variable('V')?.text).toBe('1');
    expect(endOf('FROM other AS a\nARG V=1\nFROM a\nRUN x').variable('V')?.text).toBe(UNKNOWN);
    expect(endOf('FROM node AS a\nENV V=1\nFROM node\nRUN x').variable('V')).toBeUndefined();
  });

  test('is set by the ONBUILD of the stage below, and by no other', () => {
    const source = 'FROM node AS a\nONBUILD ENV V=1\nRUN x\nFROM a AS b\nRUN x\nFROM b\nENV V=${V}2\nRUN x';
    const file = parse(source);
    const values = file.instructions.filter(({ name }) => name === 'RUN').map(each => scopeAt(file, images, each)?.variable('V')?.text);
    expect(values).toEqual([undefined, '1', '12']);
  });
});

describe('a word is expanded', () => {
  test.each([
    ['by the variables of its stage', 'FROM node\nENV V=a\nWORKDIR /$V', 0, { text: '/a', settable: false }],
    ['by the global ARGs in a FROM', 'ARG V=a\nFROM node:$V', 0, { text: 'node:a', settable: true }],
    ['by the global ARGs before it in another', 'ARG V=a\nARG W=$V', 0, { text: 'W=a', settable: true }],
    ['to nothing known in a trigger', 'FROM node\nENV V=a\nONBUILD WORKDIR /$V', 0, { text: UNKNOWN, settable: false }],
  ])('%s', (_, source, index, expected) => {
    const file = parse(source);
    const instruction = lastOf(file).trigger ?? lastOf(file);
    expect(expandAt(file, images, instruction, instruction.words[index] as never)).toEqual(expected);
  });
});

describe('in force are', () => {
  test.each([
    ['the image’s folder', '', '/srv'],
    ['a folder in the folder before', 'WORKDIR a\nWORKDIR ../b/.', '/srv/b'],
    ['an absolute folder', 'WORKDIR a\nWORKDIR /b//c/', '/b/c'],
    ['the folder before for an empty one', 'ENV E=\nWORKDIR $E', '/srv'],
    ['no known folder after an unknown one', 'ARG A\nWORKDIR $A', UNKNOWN],
  ])('%s', (_, source, folder) => expect(endOf(`FROM node\n${source}\nRUN x`).workdir).toBe(folder));

  test('no known folder and user of an unknown image', () => {
    expect(endOf('FROM other\nWORKDIR a\nRUN x')).toMatchObject({ workdir: UNKNOWN, user: undefined });
    expect(endOf('FROM other\nWORKDIR /a\nWORKDIR b\nUSER c\nRUN x')).toMatchObject({ workdir: '/a/b', user: 'c' });
  });

  test('user and shell, also those of the stage below', () => {
    const scope = endOf('FROM node AS a\nUSER app\nSHELL ["bash", "-c"]\nFROM a\nRUN x');
    expect(scope).toMatchObject({ user: 'app', shell: ['bash', '-c'] });
  });

  test('the last CMD, ENTRYPOINT and HEALTHCHECK', () => {
    const file = parse('FROM node AS a\nCMD 1\nCMD 2\nHEALTHCHECK CMD 3\nFROM a\nENTRYPOINT 4\nFROM a\nCMD 5\nENTRYPOINT 6');
    const shown = stages(file, images).map(stage => {
      const { cmd, entrypoint, healthcheck } = scopeAfter(file, images, stage);
      return [cmd, entrypoint, healthcheck].map(each => each?.argument?.text);
    });
    // an ENTRYPOINT resets the CMD that it inherits
    expect(shown).toEqual([
      ['2', undefined, 'CMD 3'],
      [undefined, '4', 'CMD 3'],
      ['5', '6', 'CMD 3'],
    ]);
  });
});

describe('a stage uses', () => {
  const source = [
    'FROM a AS one',
    'FROM b AS two',
    'COPY --from=ONE x y',
    'COPY --from=0 x y',
    'COPY --from=nginx:1 x y',
    'RUN --mount=type=bind,from=one,target=/x y',
    'ONBUILD COPY --from=one x y',
    'FROM c',
    'FROM two',
  ].join('\n');

  test('stages by name and by index, and images', () => {
    const file = parse(source);
    const shown = edges(file, images).map(({ by, at, to }) => [
      by.index,
      file.source.slice(at.start, at.end),
      to.kind === 'stage' ? to.stage.index : to.kind === 'image' ? to.text : to.kind,
    ]);
    expect(shown).toEqual([
      [0, 'a', 'a'],
      [1, 'b', 'b'],
      [1, '--from=ONE', 0],
      [1, '--from=0', 0],
      [1, '--from=nginx:1', 'nginx:1'],
      [1, '--mount=type=bind,from=one,target=/x', 0],
      [1, '--from=one', 0],
      [2, 'c', 'c'],
      [3, 'two', 1],
    ]);
  });

  test('and only those that the target needs are built', () => {
    const file = parse(source);
    expect([...builtStages(file, images)].map(({ index }) => index).sort()).toEqual([0, 1, 3]);
    expect([...builtStages(file, images, stages(file, images)[2])].map(({ index }) => index)).toEqual([2]);
  });
});

const CASES: Record<string, string> = {
  'global and stage ARGs':
    'ARG V=1\nARG B=base:$V\nFROM $B\nRUN a\nARG V\nENV W=${V:-x}${U-y}\nRUN b\nARG V=2 Z=$V\nRUN c\nENV V=3\nARG V=4\nRUN d',
  inheritance:
    'FROM a AS p\nARG A=1\nENV E=1 A2=$A\nARG E=2\nWORKDIR w\nUSER u\nRUN a\nFROM p AS q\nRUN b\nENV E=${E}3\nWORKDIR ../x\nFROM q\nRUN c\nFROM p\nUSER ""\nRUN d',
  folders:
    'FROM a\nENV E= D=/d\nWORKDIR a\nRUN 1\nWORKDIR ..\nRUN 2\nWORKDIR $D/e\nRUN 3\nWORKDIR $E\nRUN 4\nWORKDIR ./f/../g\nRUN 5\nWORKDIR "h i"\nRUN 6',
  patterns: 'FROM a\nENV F=lib/a.tar.gz\nENV A=${F##*/} B=${F%.*} C=${F//a/b} D=${F/%x/y} G="${F%%.*}" H=\'$F\' I=$F$F\nRUN a',
  escapes: '# escape=`\nFROM a\nENV A="b`"c" D=e` f G=C:\\x\\$A\nRUN a',
  'legacy pairs': 'FROM a\nENV A b  c "d"\nENV B $A e\\ f\nLABEL A x\nRUN a',
  triggers: 'FROM a AS p\nONBUILD ENV V=1\nONBUILD WORKDIR /t\nONBUILD ARG W=2\nENV V=0\nFROM p AS q\nENV X=$V$W\nRUN a\nFROM q\nRUN b',
};

describeWith('judge', 'what is in force is what BuildKit’s plan has', () => {
  const folder = temporaryFolder();

  test('in environment, folder and user of every RUN', async () => {
    mkdirSync(join(folder.path, 'plans'));
    const sources = Object.values(CASES);
    const paths = sources.map((source, index) => {
      const path = join(folder.path, 'plans', `${index}`);
      writeFileSync(path, source);
      return path;
    });
    const plans = await judgePlans(paths);
    plans.forEach((plan, index) => {
      expect(plan.err).toBeUndefined();
      expect(ourRuns(parse(sources[index] as string)), sources[index]).toEqual(plan.stages?.map(theirRuns));
    });
  });
});

/** RUN by RUN what is in force, for each stage with those of the stages below. */
function ourRuns(file: Dockerfile): unknown[] {
  const names = new Set([
    'PATH',
    ...file.instructions.flatMap(each => [...each.pairs, ...(each.trigger?.pairs ?? [])].map(({ name }) => name.text)),
  ]);
  return stages(file, plain).map(stage =>
    lineage(stage)
      .reverse()
      .flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'RUN'))
      .map(each => {
        const { variable, workdir, user } = scopeAt(file, plain, each) as Scope;
        const env = [...names].flatMap(name => {
          const found = variable(name);
          return found ? [`${name}=${String(found.text)}`] : [];
        });
        return { env: env.sort(), workdir, user };
      }),
  );
}

function theirRuns({ steps = [] }: StagePlan): unknown[] {
  return steps.flatMap(({ exec }) => {
    if (!exec) return [];
    const { env, cwd, user } = (exec as { meta: { env: string[]; cwd: string; user?: string } }).meta;
    return [{ env: env.toSorted(), workdir: cwd, user: user ?? '' }];
  });
}

describe('40,000 lines cost about eight times 5,000', () => {
  const many = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n');
  const shapes: Record<string, (count: number) => string> = {
    'of stages on one with as many ARGs': count =>
      `FROM a AS p\n${many(count / 2, index => `ARG A${index}=1`)}\n${many(count / 2, index => `FROM p AS s${index}`)}`,
    'of stages on one with as many triggers': count =>
      `FROM a AS p\n${many(count / 2, index => `ONBUILD ENV A${index}=1`)}\n${many(count / 2, index => `FROM p AS s${index}`)}`,
    'of folders, each in the one before': count => `FROM a\n${many(count, () => 'WORKDIR a')}`,
    'of a variable that doubles': count => `FROM a\nENV A=xx\n${many(count, () => 'ENV A=$A$A')}`,
    'of copies from stages': count => `FROM a AS p\nFROM b\n${many(count, () => 'COPY --from=p a b')}`,
  };

  /** The least time that it takes to ask everything, each time with images that nothing is remembered for. */
  const milliseconds = (file: Dockerfile, rounds: number): number => {
    const times = Array.from({ length: rounds }, () => {
      const about: Images = { ...plain };
      const start = performance.now();
      builtStages(file, about);
      for (const each of file.instructions) {
        const scope = scopeAt(file, about, each);
        scope?.variable('A');
        scope?.variable('V3');
        if (each.words[0]) expandAt(file, about, each, each.words[0]);
      }
      return performance.now() - start;
    });
    return Math.min(...times);
  };

  test.each(Object.entries(shapes))(
    '%s',
    (_, shape) => {
      const short = milliseconds(parse(shape(5000)), 5);
      const long = milliseconds(parse(shape(40_000)), 3);
      // 8 for linear time, 64 for quadratic
      expect(long / short).toBeLessThan(32);
    },
    60_000,
  );
});
