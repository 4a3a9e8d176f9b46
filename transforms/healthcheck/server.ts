import type { BuildContext } from '../../src/context/context.ts';
import type { Scope, Stage } from '../../src/dockerfile/stages.ts';
import type { ImageFiles } from './image-files.ts';

/** The port that a program listens on: the first of its variables that is set, else the number. */
export interface Port {
  variables: string[];
  /** undefined where the program has no default of its own. */
  number: number | undefined;
}

/** What is known of a program that listens. */
export interface Server {
  /** undefined where it listens on a port that can't be told. */
  port: Port | undefined;
  /** A plain GET that answers without a database or a login; undefined where none is certain. */
  route: string | undefined;
  /** The variable that holds the address that it listens on: 127.0.0.1 may not be among them. */
  host?: string;
}

/** What a program is as far as it can be told: a reason where it listens, or may, in a way that no check is sure to reach. */
export type Found =
  | { kind: 'server'; server: Server }
  /** It listens on several ports, of which EXPOSE may name one. */
  | { kind: 'several'; servers: Server[] }
  /** It surely listens on nothing, as a clause: "runs pytest". */
  | { kind: 'none'; reason: string }
  | { kind: 'unsure'; code: string; reason: string }
  /** A program of no family that is read here. */
  | { kind: 'unknown' };

/** A word of a command line as the program receives it, and as written where a shell puts something in. */
export interface Argument {
  literal: string | undefined;
  text: string;
}

/** A program with its arguments, and what is set where it starts. */
export interface Command {
  words: Argument[];
  /** Absolute folder in the image; undefined where it isn't known. */
  workdir: string | undefined;
  /** Variables set on the way by scripts; undefined for a value that isn't known. */
  environment: ReadonlyMap<string, string | undefined>;
}

/** The image that is looked at. */
export interface Subject {
  context: BuildContext | undefined;
  stage: Stage;
  scope: Scope;
  files: ImageFiles;
}

export function server(port: Port | undefined, route?: string): Found {
  return { kind: 'server', server: { port, route } };
}

export function unsure(code: string, reason: string): Found {
  return { kind: 'unsure', code, reason };
}

/** A port that is the same whoever starts the program. */
export function fixed(number: number): Port {
  return { variables: [], number };
}

/** A port of digits alone. */
export function portNumber(text: string | undefined): number | undefined {
  const number = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number > 0 && number <= 65_535 ? number : undefined;
}

/** A name that stands in a check's own source. */
export function isVariable(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** The first port where it is set, else the second. */
export function either(first: Port, second: Port | undefined): Port {
  if (first.number !== undefined || !second) return first;
  return { variables: [...first.variables, ...second.variables], number: second.number };
}
