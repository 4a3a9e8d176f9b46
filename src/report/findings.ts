import type { Finding } from '../migrate.ts';
import type { Keeps } from '../transform.ts';

/** What each promise is called. */
export const PROMISE: Record<Keeps, string> = {
  image: 'keeps the image',
  behaviour: 'keeps the behaviour',
  intent: 'keeps the intent',
};

/** What is told of findings, changes first, then by line. What is held back for its promise is only counted: a flag lets it in. */
export function told(findings: readonly Finding[]): Finding[] {
  const order = (finding: Finding) => (finding.kind === 'applied' ? 0 : 1);
  return findings.filter(isTold).sort((a, b) => order(a) - order(b) || a.place.line - b.place.line);
}

function isTold(finding: Finding): boolean {
  return finding.kind === 'applied' || finding.kind === 'refused' || (finding.kind === 'held' && finding.because === 'gain');
}
