import { join } from 'node:path';
import { execa } from 'execa';
import type { BuildKitFile } from './buildkit.ts';
import { sharedFolder } from './paths.ts';

/** What `judge lint` says of a file: refused, or the rules that warn, each with its line. */
export interface Verdict {
  error?: string;
  warnings: { rule: string; line: number }[];
}

/** The image configuration and steps of a stage, as `judge plan` prints them. */
export interface StagePlan {
  file: string;
  steps?: Record<string, unknown>[];
  config?: Record<string, unknown>;
}

/** What `judge plan --all` says of a file. */
export interface Plan {
  file: string;
  err?: string;
  stages?: StagePlan[];
}

/** The lines that BuildKit's own code, as an offline program, prints for files: one a file, in their order. */
async function judge(mode: string[], files: readonly string[]): Promise<string[]> {
  const program = join(sharedFolder, 'engine/judge');
  // exit code 1 says that a file is refused, which its line says too
  const { stdout, stderr } = await execa(program, [...mode, '-'], { input: files.join('\0'), reject: false, maxBuffer: 2 ** 30 });
  const lines = stdout === '' ? [] : stdout.split('\n');
  if (lines.length !== files.length)
    throw new Error(`judge ${mode.join(' ')} answered for ${lines.length} of ${files.length} files: ${stderr}`);
  return lines;
}

/** BuildKit's syntax tree of each file, in their order. */
export async function judgeAst(files: readonly string[]): Promise<BuildKitFile[]> {
  return (await judge(['ast'], files)).map(line => JSON.parse(line) as BuildKitFile);
}

/** The plans of every stage of each file, in their order, with build arguments `NAME=value`. */
export async function judgePlans(files: readonly string[], buildArgs: readonly string[] = []): Promise<Plan[]> {
  return (await judge(['plan', '--all', ...argFlags(buildArgs)], files)).map(line => JSON.parse(line) as Plan);
}

/** `docker build --check` of each file, in their order, with build arguments `NAME=value`. */
export async function judgeLint(files: readonly string[], buildArgs: readonly string[] = []): Promise<Verdict[]> {
  return (await judge(['lint', ...argFlags(buildArgs)], files)).map(line => verdict(line.slice(line.indexOf('\t') + 1)));
}

function argFlags(buildArgs: readonly string[]): string[] {
  return buildArgs.flatMap(each => ['--arg', each]);
}

/** A file whose `# check=error=true` makes an error of its warnings. */
const VIOLATION = 'error lint violation found for rules: ';

function verdict(text: string): Verdict {
  if (text.startsWith(VIOLATION)) {
    const rules = text.slice(VIOLATION.length).split(',');
    return { warnings: rules.map(rule => ({ rule: rule.trim(), line: 0 })) };
  }
  if (text.startsWith('error ')) return { error: text.slice('error '.length), warnings: [] };
  if (text === 'ok') return { warnings: [] };
  const warnings = text.slice('warn '.length).split(',');
  return {
    warnings: warnings.map(each => {
      const [rule = '', line] = each.split('@');
      return { rule, line: Number(line) };
    }),
  };
}
