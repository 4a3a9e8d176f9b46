import type { Answer } from '../../src/verify/answers.ts';
import type { Observation } from '../../src/verify/observe.ts';
import type { Output } from '../../src/verify/output.ts';

/** What a program printed. */
export const output = (stdout: string, stderr = '', isCut = false): Output => ({ stdout, stderr, isCut });

/** A server's answer. */
export const answer = (rest: Partial<Answer> = {}): Answer => ({
  ...{ port: 8080, path: '/', status: 200, headers: { 'content-type': 'text/html' }, body: 'a1', words: ['hello'] },
  ...rest,
});

/** What a server did. */
export const running = (rest: Partial<Observation> = {}): Observation => ({
  ...{ state: 'running', exitCode: undefined, error: undefined, health: undefined, listening: ['*:8080'], answers: [answer()] },
  ...{
    exposed: [8080],
    output: output(''),
    varies: false,
    stop: { exitCode: 0, killed: false },
    smoke: undefined,
    seconds: 5,
    written: [],
  },
  ...rest,
});
