import { posix } from 'node:path';
import type { ShellWord } from '../../src/dockerfile/shell.ts';
import { isOpen, isPrivate, isSystem, isWithin } from './folders.ts';
import type { Draft } from './places.ts';

/** The first port that anybody may listen on. */
export const FIRST_FREE_PORT = 1024;

/** What a reason says of a lower one. */
export function lowPort(port: number): string {
  return `${port}, which needs root unless the container runs with --sysctl net.ipv4.ip_unprivileged_port_start=0`;
}

/** Options that name what to listen on, where the program is one that listens. */
const LISTENS = /^(?:-p|-b|-l|-S|--port|--bind|--listen|--host|--http|--addr|--address|--http-port|--server\.port|--insecure-bind|-a)$/;

/** Options by which a server changes to another user, which only root may. */
const HANDS_OVER: Record<string, RegExp> = {
  gunicorn: /^(?:-u|-g|--user|--group)(?:=|$)/,
  uvicorn: /^$/,
  celery: /^--(?:uid|gid)(?:=|$)/,
  daphne: /^$/,
};

/** Options whose value is a path of a URL. */
const ROUTE = /url|prefix|root-path|route|endpoint|base|location/i;

/** Why a program's arguments need root: a port, another user, a path that is root's. */
export function argumentProblem(start: Draft, name: string, rest: readonly ShellWord[]): { code: string; reason: string } | undefined {
  let option = '';
  for (const { literal, text } of rest) {
    const whole = literal ?? text;
    const equals = /^--?[\w.-]+=/.exec(whole)?.[0];
    if (HANDS_OVER[name]?.test(whole)) return { code: 'needs-root', reason: `starts ${name} with ${whole}, which changes the user itself` };
    const key = equals ? equals.slice(0, -1) : /^-/.test(whole) ? whole : option;
    const value = equals ? whole.slice(equals.length) : /^-/.test(whole) ? '' : whole;
    const port = portOf(name, key, value, whole);
    if (port !== undefined && port < FIRST_FREE_PORT) return { code: 'port', reason: `listens on port ${lowPort(port)}` };
    const problem = ROUTE.test(key) ? undefined : pathProblem(start, value);
    if (problem) return problem;
    option = /^-/.test(whole) && !equals ? whole : '';
  }
  return undefined;
}

function portOf(name: string, option: string, value: string, whole: string): number | undefined {
  const [, address] = /^(?:\S*:)?(\d{1,5})$/.exec(value) ?? [];
  const isAddress = /^(?:\d+\.\d+\.\d+\.\d+|\[[^\]]*\]|localhost|\*)?:\d{1,5}$/.test(value);
  const isBare = (name === 'python' || name === 'python3') && /^\d{1,4}$/.test(value) && option === '';
  const [, attached] = /^-[pb](\d{1,5})$/.exec(whole) ?? [];
  const digits = attached ?? (isAddress || isBare || LISTENS.test(option) ? address : undefined);
  const port = Number(digits);
  return digits === undefined || port === 0 ? undefined : port;
}

/** Why a path that a program is told is root's alone. */
export function pathProblem({ own, files }: Pick<Draft, 'own' | 'files'>, value: string): { code: string; reason: string } | undefined {
  const [, path] = /^(?:unix:|file:\/\/|sqlite:\/{3})?(\/[\w.@+-][^\s:,]*)/.exec(value) ?? [];
  if (path === undefined) return undefined;
  if (isPrivate(path)) return { code: 'root-home', reason: `uses ${path}, which nobody but root may enter` };
  if (isOpen(path) || isWithin(path, own) || isSystem(path) || files.has(posix.normalize(path))) return undefined;
  return { code: 'writes', reason: `uses ${path}, where only root may write` };
}
