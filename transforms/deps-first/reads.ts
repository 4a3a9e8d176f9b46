import type { BuildContext } from '../../src/context/context.ts';
import type { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { ImageFacts } from '../../src/images/images.ts';
import type { ToolCall } from '../../src/tools/calls.ts';

/** What a command takes from the folders that copies fill, and what it leaves behind. */
export interface Reads {
  kind: 'reads';
  /** It installs something: worth going first. */
  installs: boolean;
  /** Files and folders of the context that it reads, by their paths in the image. */
  inputs: string[];
  /** Files and folders that it writes, by their paths in the image: a later COPY must not bring them. */
  outputs: string[];
  /** Files of the context that it may write again, and that the later COPY puts back. */
  restored: string[];
}

/** Why a command has to stay below the copies. */
export interface Doubt {
  kind: 'doubt';
  code: string;
  reason: string;
}

/** The folder of the context that an install works in, and where it stands in the image. */
export interface Place {
  context: BuildContext;
  /** Absolute, in the image. */
  folder: string;
  /** Of the context. */
  source: string;
  /** The context's file at a path of the image before the install; undefined for none. */
  fileAt(path: string): string | undefined;
  /** Whether a copy fills the folder of a path. */
  isCopied(path: string): boolean;
}

/** A variable's value for a call; undefined where it is unset, or where nobody knows the base image and the file doesn't set it. */
export type Setting = (call: ToolCall, name: string) => string | typeof UNKNOWN | undefined;

/** An install of a project's dependencies: the call, where, and what is in force. */
export interface ProjectInstall {
  call: ToolCall;
  place: Place;
  setting: Setting;
  image: ImageFacts | undefined;
  /** Earlier calls of the stage that it may depend on, as on `poetry config`. */
  earlier: readonly ToolCall[];
}

export function doubt(code: string, reason: string): Doubt {
  return { kind: 'doubt', code, reason };
}

/** What a command reads that takes nothing from the context. */
export function nothing(installs: boolean, outputs: string[] = []): Reads {
  return { kind: 'reads', installs, inputs: [], outputs, restored: [] };
}
