import type { Tally } from './corpus.ts';

/** The document of results: what each transform did to real files, context unknown, and to apps with their context. */
export function results(files: readonly Tally[], apps: readonly Tally[]): string {
  return [
    '# What dfmod does to real Dockerfiles',
    '',
    '`npm run results` writes this page from the corpus test, and a test fails where it is stale. Every transform runs by itself, named by a person, and every preset. Of',
    "each result BuildKit's own code says that it is accepted, warns of nothing new, and is built in the same steps with the same configuration,",
    'but for what the changes declare; a second run proposes nothing, and no comment is lost.',
    '',
    `## ${count(files)} files, build context unknown`,
    '',
    ...table(files),
    '',
    `## ${count(apps)} apps with their build context`,
    '',
    ...table(apps),
    '',
    ...apps.filter(({ run }) => run.name === 'multistage').flatMap(named),
  ].join('\n');
}

function count([first]: readonly Tally[]): string {
  return (first?.broken.size ?? 0).toLocaleString('en');
}

function table(tallies: readonly Tally[]): string[] {
  const rows = tallies.map(tally => [
    `\`${tally.run.name}\``,
    tally.changed.length,
    tally.changes,
    [...tally.settled]
      .map(([rule, { before, without }]) => `${rule}: ${without} of ${before} files (${percent(without, before)})`)
      .join('; '),
    tally.run.isPreset ? '' : refusals(tally),
  ]);
  return [['transform or preset', 'files changed', 'changes', 'settles fully', 'refusals'], ['--', '--:', '--:', '--', '--'], ...rows].map(
    row => `| ${row.join(' | ')} |`,
  );
}

function refusals({ refusals: counts }: Tally): string {
  const all = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b, 'en'));
  return all.map(([code, number]) => `${code} ${number}`).join(', ');
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function named({ run, changed }: Tally): string[] {
  return [`\`${run.name}\` splits:`, '', ...changed.map(name => `- ${name}`), ''];
}
