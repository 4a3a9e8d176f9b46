import type { Elf } from './elf.ts';

/** What stands at a path of an image. */
export interface Entry {
  type: 'file' | 'folder' | 'link' | 'character' | 'block' | 'fifo';
  /** Permission bits, with setuid, setgid and the sticky bit. */
  mode: number;
  uid: number;
  gid: number;
  /** Of a file, in bytes. */
  size: number;
  /** Of a file's content: SHA-256 in hex. */
  digest?: string;
  /** Where a symbolic link points, as written. */
  target?: string;
  /** Of a device: "major:minor". */
  device?: string;
  /** Extended attributes by name, in hex. */
  attributes?: Record<string, string>;
  /** Of a program or library: what it is linked to. */
  elf?: Elf;
  /** Of a script: the line after `#!`. */
  interpreter?: string;
  /** The content of the few files that say how others are found. */
  text?: string;
}

/** A root file system: absolute paths, without `/` itself. Hard links are entries of their own with the same content. */
export type RootFs = Map<string, Entry>;

/** An image's configuration, as the OCI image specification names its fields. */
export interface ImageConfig {
  User?: string;
  WorkingDir?: string;
  Env?: string[];
  Entrypoint?: string[];
  Cmd?: string[];
  StopSignal?: string;
  Shell?: string[];
  OnBuild?: string[];
  ExposedPorts?: Record<string, unknown>;
  Volumes?: Record<string, unknown>;
  Labels?: Record<string, string>;
  Healthcheck?: Healthcheck;
}

/** Durations are nanoseconds. */
export interface Healthcheck {
  Test?: string[];
  Interval?: number;
  Timeout?: number;
  StartPeriod?: number;
  StartInterval?: number;
  Retries?: number;
}

/** One layer, or a step without one. */
export interface Layer {
  /** The instruction that made it, as BuildKit records it. */
  instruction: string;
  /** In bytes, uncompressed. */
  size: number;
}

/** Everything that an image shows. */
export interface Snapshot {
  config: ImageConfig;
  files: RootFs;
  layers: Layer[];
}
