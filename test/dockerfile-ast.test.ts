import { join } from 'node:path';
import { DockerfileParser } from 'dockerfile-ast';
import { expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { knownMismatches } from './dockerfile-ast.known.ts';
import type { BuildKitFile } from './support/buildkit.ts';
import { summary } from './support/report.ts';
import { describeWith, readSource, sharedRecords, temporaryFolder, unpack } from './support/shared.ts';

/** Keyword, first and last line of each instruction, as dockerfile-ast sees them. */
function theirBoundaries(source: string): string[] {
  return DockerfileParser.parse(source)
    .getInstructions()
    .map(instruction => {
      const { start, end } = instruction.getRange();
      // a range that ends before the first character of a line ends on the line before
      const last = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
      return `${instruction.getInstruction()} ${start.line + 1}-${last}`;
    });
}

function ourBoundaries(source: string): string[] {
  return parse(source).instructions.map(({ keyword, line, endLine }) => `${keyword.text} ${line}-${endLine}`);
}

describeWith('corpus', 'instructions begin and end where dockerfile-ast sees them', () => {
  const folder = temporaryFolder();

  test('but for the listed bugs of its own', () => {
    unpack('corpus/dockerfiles.tar.gz', folder.path);
    const unlisted = new Map<string, string[]>();
    const different = new Set<string>();
    for (const { file, err } of sharedRecords<BuildKitFile>('oracle/dockerfiles.jsonl.gz')) {
      if (err) continue;
      const { source } = readSource(join(folder.path, file));
      const theirs = theirBoundaries(source);
      const ours = ourBoundaries(source);
      if (theirs.join('\n') === ours.join('\n')) continue;
      different.add(file);
      if (!(file in knownMismatches))
        unlisted.set(
          file,
          ours.flatMap((our, at) => (our === theirs[at] ? [] : [`${our}, not ${theirs[at]}`])),
        );
    }
    expect(summary(unlisted)).toBe('');
    expect(Object.keys(knownMismatches).filter(file => !different.has(file))).toEqual([]);
  });
});
