/** The differences of many files as a short text: how many files, and the first few of each; '' where there is none. */
export function summary(found: ReadonlyMap<string, string[]>, shown = 12): string {
  const rows = [...found].filter(([, lines]) => lines.length > 0);
  if (rows.length === 0) return '';
  const first = rows.slice(0, shown).map(([file, lines]) => `${file}\n    ${lines.slice(0, 2).map(shortened).join('\n    ')}`);
  return [`${rows.length} files differ`, ...first].join('\n  ');
}

function shortened(line: string): string {
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}
