import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from '../src/dockerfile/parse.ts';
import { type BuildKitFile, differences } from './support/buildkit.ts';
import { sharedFolder } from './support/paths.ts';
import { misplacements } from './support/rebuild.ts';
import { summary } from './support/report.ts';
import { describeWith, readSource, sharedRecords, temporaryFolder, unpack } from './support/shared.ts';

describeWith('oracle', 'a tricky file reads as BuildKit reads it', () => {
  for (const theirs of sharedRecords<BuildKitFile>('oracle/cases.jsonl')) {
    test(theirs.file.replace('.Dockerfile', ''), () => {
      const ours = parse(readSource(join(sharedFolder, 'oracle/cases', theirs.file)).source);
      expect(differences(ours, theirs)).toEqual([]);
      expect(misplacements(ours)).toEqual([]);
    });
  }
});

describeWith('corpus', 'every real file', () => {
  const folder = temporaryFolder();

  test('reads as BuildKit reads it, and is rebuilt byte for byte', () => {
    unpack('corpus/dockerfiles.tar.gz', folder.path);
    const different = new Map<string, string[]>();
    const misplaced = new Map<string, string[]>();
    const notText: string[] = [];
    for (const theirs of sharedRecords<BuildKitFile>('oracle/dockerfiles.jsonl.gz')) {
      const { source, valid } = readSource(join(folder.path, theirs.file));
      if (!valid) notText.push(theirs.file);
      const ours = parse(source);
      different.set(theirs.file, differences(ours, theirs));
      misplaced.set(theirs.file, misplacements(ours));
    }
    expect(different.size).toBe(6158);
    expect(summary(different)).toBe('');
    expect(summary(misplaced)).toBe('');
    // dfmod refuses what isn't UTF-8; this one BuildKit reads
    expect(notText).toHaveLength(1);
  });
});
