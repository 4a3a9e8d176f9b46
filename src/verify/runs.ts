import { type Answer, answerDifference, isFailing, lasting } from './answers.ts';
import type { Broken } from './difference.ts';
import { isEphemeral, portOf } from './listening.ts';
import type { Observation } from './observe.ts';
import { complaint, failure, type Output, outputDifference } from './output.ts';
import type { Sight } from './settle.ts';
import type { Smoke } from './smoke.ts';
import type { Exercise } from './verification.ts';

/** What worked when the one image ran and doesn't when the other does, and whether running them told anything. */
export function runDifferences(before: Observation, after: Observation): { broken: Broken[]; exercise: Exercise } {
  if (isOnlySlow(before, after)) return { broken: [], exercise: { kind: 'not exercised', why: 'a program that ends, but takes too long' } };
  const broken: Broken[] = [
    ...behaviour(before, after).map(message => ({ by: 'run' as const, message })),
    ...smokeDifference(before.smoke, after.smoke).map(message => ({ by: 'smoke' as const, message })),
  ];
  if (broken.length > 0) return { broken, exercise: { kind: 'differs' } };
  const why = unexercised(before);
  return { broken, exercise: why === undefined ? { kind: 'same', what: summary(before) } : { kind: 'not exercised', why } };
}

/** Where the output of two programs parts; of those that run, as far as both were heard. */
function heardDifference(one: Observation, other: Observation): { was: string; is: string } | undefined {
  return outputDifference({ ...one.output, isCut: one.output.isCut || one.state === 'running' }, other.output);
}

/** What one shows of itself while it runs that another showed otherwise, a clause each. */
export function sightDifferences(before: Observation, after: Sight): string[] {
  if (end(before) !== end(after)) return [`${end(before)} → ${end(after)}`];
  const isTold = (address: string) => before.listening.includes(address) || !isEphemeral(portOf(address));
  const [was, is] = [before.listening, after.listening.filter(isTold)].map(addresses => addresses.join(', ') || 'nothing');
  const found = was === is ? [] : [`listens on ${was} → ${is}`];
  for (const answer of before.answers) {
    const other = sameAsked(answer, after.answers);
    const difference = other && answerDifference(answer, other);
    if (difference !== undefined) found.push(difference);
  }
  if (isSicker(before, after)) found.push(`the health check says ${before.health ?? 'nothing'} → ${after.health}`);
  return found;
}

/** Whether what differs may be another after each build or start: what is printed, and of an answer all but its status. */
export function partsInContent(before: Observation, after: Observation): boolean {
  const isOther = (answer: Answer) => {
    const other = sameAsked(answer, after.answers);
    return other?.status === answer.status && answerDifference(answer, other) !== undefined;
  };
  return before.answers.some(isOther) || (end(before) === end(after) && outputProblems(before, after).length > 0);
}

/** What an image did, without what it answered or printed otherwise when it was built and run again. */
export function steady(seen: Observation, again: Observation): Observation {
  const both = (answer: Answer) => {
    const other = sameAsked(answer, again.answers);
    return other?.status === answer.status ? lasting(answer, other) : answer;
  };
  const varies = seen.varies || end(seen) !== end(again) || heardDifference(seen, again) !== undefined;
  // neither is compared as a whole: what either says counts as said
  const said = varies || isServer(seen) ? joined(seen.output, again.output) : seen.output;
  return { ...seen, answers: seen.answers.map(both), output: said, varies };
}

function joined(one: Output, other: Output): Output {
  return { stdout: `${one.stdout}\n${other.stdout}`, stderr: `${one.stderr}\n${other.stderr}`, isCut: true };
}

function isServer({ state, listening, exposed }: Observation): boolean {
  return state === 'running' && (listening.length > 0 || exposed.length > 0);
}

function sameAsked({ port, path }: Answer, answers: readonly Answer[]): Answer | undefined {
  return answers.find(other => other.port === port && other.path === path);
}

/** A check that is new has to succeed too, where what it asks for is there; of a program that ended the engine says that it is unhealthy. */
function isSicker(before: Observation, after: Sight): boolean {
  if (after.state === 'ended' || after.health === undefined || after.health === 'healthy') return false;
  return before.health === 'healthy' || (before.health === undefined && silence(before) === undefined);
}

/** Whether the one ended by itself, and the other would have, had it been watched for longer: neither serves anything. */
function isOnlySlow(before: Observation, after: Observation): boolean {
  const isSilent = before.listening.length === 0 && before.exposed.length === 0 && before.health === undefined;
  return isSilent && before.state === 'running' && after.exitCode === 0 && after.seconds > before.seconds / 2;
}

function behaviour(before: Observation, after: Observation): string[] {
  const found = sightDifferences(before, after);
  if (end(before) !== end(after)) return [`${found[0]}${told(after)}`];
  if (before.stop?.killed === false && after.stop?.killed) found.push('stops when it is asked to → has to be killed');
  // a complaint beside what it leads to tells nothing more
  return found.length > 0 ? found : outputProblems(before, after);
}

/** Of a server only complaints count: what else it prints tells who asks it, and when. */
function outputProblems(before: Observation, after: Observation): string[] {
  const parted = isServer(before) || before.varies ? undefined : heardDifference(before, after);
  if (parted) return [`prints "${parted.was}" → "${parted.is}"`];
  const line = complaint(before.output, after.output);
  return line === undefined ? [] : [`prints "${line}", as it never did`];
}

function smokeDifference(before: Smoke | undefined, after: Smoke | undefined): string[] {
  if (before?.exitCode !== 0 || !after || after.exitCode === 0) return [];
  const said = failure(after.output);
  return [`the smoke check ${after.exitCode === undefined ? "doesn't end" : `exits ${after.exitCode}`}${said && `: ${said}`}`];
}

/** Why what both do alike tells nothing; undefined where it tells something. */
function unexercised(both: Observation): string | undefined {
  if (both.state === 'ended') return both.exitCode === 0 && !both.error ? undefined : `both: ${end(both)}${told(both)}`;
  if (both.smoke) return both.smoke.exitCode === 0 ? undefined : 'the smoke check fails on the original too';
  return silence(both) ?? (both.health === 'unhealthy' ? 'both are unhealthy' : undefined);
}

/** Why a program that runs serves nothing here; undefined where it may. */
function silence({ answers, exposed, listening }: Observation): string | undefined {
  const silent = exposed.filter(port => !listening.some(address => portOf(address) === port));
  if (silent.length > 0 && silent.length === exposed.length) return `both run, and nothing listens on ${silent.join(', ')}`;
  if (answers.length > 0 && answers.every(({ status }) => status === 'unreachable')) return "the ports can't be reached from this machine";
  return answers.length > 0 && answers.every(isFailing) ? `both answer ${answers[0]?.status}` : undefined;
}

/** "running, 8080 answers 200", "exits 0". */
function summary(both: Observation): string {
  const answers = both.answers.filter(({ path }) => path === '/');
  const silent = both.listening.filter(address => !answers.some(({ port }) => port === portOf(address)));
  return [
    end(both),
    ...answers.map(({ port, status }) => `${port} answers ${status}`),
    ...silent.map(address => `listens on ${address}`),
    ...(both.smoke ? ['the smoke check passes'] : []),
  ].join(', ');
}

function end({ state, exitCode, error }: Sight): string {
  if (error !== undefined) return `can't be started: ${error}`;
  return state === 'running' ? 'running' : `exits ${exitCode}`;
}

/** What a program that failed has said last. */
function told({ exitCode, output }: Observation): string {
  const line = exitCode === 0 ? '' : failure(output);
  return line && `: ${line}`;
}
