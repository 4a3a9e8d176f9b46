import { expect, test } from 'vitest';
import { memoryContext } from '../src/context/memory.ts';
import multistage from '../transforms/multistage/index.ts';
import { appliedChanges, migrated } from './support/invariants.ts';

const FILES = { 'pyproject.toml': '[project]\nname = "site"\nversion = "1"\ndependencies = ["flask"]\n', 'app.py': 'import flask\n' };

/** What a split of an image of Python may alter. */
function altered(...installs: string[]) {
  const lines = ['FROM python:3.12-slim', 'WORKDIR /app', ...installs, 'COPY app.py .', 'CMD ["python", "app.py"]', ''];
  return appliedChanges(migrated(multistage, lines.join('\n'), memoryContext(FILES))).flatMap(({ alters = [] }) => alters);
}

test("uv's locks go and come with where it puts packages", () => {
  const found = altered('RUN pip install uv', 'COPY pyproject.toml .', 'RUN uv pip install --system -r pyproject.toml');
  expect(found).toContainEqual({ unreachable: '/tmp/uv-*.lock' });
  expect(found).toContainEqual({ added: '/usr/local/.lock' });
});

test("a pip that the builder renewed is the base image's own again, and no package may change", () => {
  const found = altered('RUN pip install --upgrade pip', 'RUN apt-get update && apt-get install -y gcc', 'RUN pip install flask');
  expect(found).toContainEqual({ unreachable: '/usr/local/lib/**' });
  expect(found.filter(each => 'changed' in each || 'added' in each)).toEqual([]);
});
