import { writeFileSync } from 'node:fs';
import type { Colours } from '../report/colours.ts';
import type { FileResult, Report } from '../report/results.ts';
import { textReport } from '../report/text.ts';
import { reasonOf } from './reasons.ts';
import type { Reported } from './request.ts';
import { UsageError } from './table.ts';

/** Tells results to whom the report is for: as they come, or to a file at the end. `piped`: standard output is for a text's result. */
export async function reportOf({ reporter, output }: Reported, piped: boolean): Promise<{ file(result: FileResult): void; end(): void }> {
  const stream = piped && reporter === 'text' ? process.stderr : process.stdout;
  const report = await reporterOf(reporter, piped, output === undefined && stream.isTTY);
  const pieces: string[] = [];
  const tell = (text: string) => (output === undefined ? stream.write(text) : pieces.push(text));
  return {
    file: result => tell(report.file(result)),
    end: () => {
      tell(report.end());
      if (output !== undefined) writeReport(output, pieces.join(''));
    },
  };
}

/** What makes the report; the one for people is part of every start, others are imported. */
async function reporterOf(name: string, piped: boolean, isTerminal: boolean): Promise<Report> {
  if (name === 'json') return (await import('../report/json.ts')).jsonReport(await sha256());
  if (name === 'markdown') return (await import('../report/markdown.ts')).markdownReport();
  return textReport({ colours: await coloursFor(isTerminal), diffs: !piped });
}

function writeReport(path: string, report: string): void {
  try {
    writeFileSync(path, report);
  } catch (error) {
    throw new UsageError(`--output ${path}: ${reasonOf(error)}`);
  }
}

async function sha256(): Promise<(text: string) => string> {
  const { createHash } = await import('node:crypto');
  return text => createHash('sha256').update(text).digest('hex');
}

/** Colour only on a terminal; NO_COLOR takes it away, FORCE_COLOR gives it (no-color.org, force-color.org). */
async function coloursFor(isTerminal: boolean): Promise<Colours | undefined> {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR || !(FORCE_COLOR ? FORCE_COLOR !== '0' : isTerminal && TERM !== 'dumb')) return undefined;
  const { default: picocolors } = await import('picocolors');
  return picocolors.createColors(true);
}
