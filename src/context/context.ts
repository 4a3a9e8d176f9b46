/**
 * The build context: what `docker build` would send, after `.dockerignore`. Read-only. Paths are relative to its root, with `/`, without a
 * leading or trailing one; '' is the root. Nothing outside the root is ever read: a link that leads out, or nowhere, or is absolute is 'other' and has no content.
 */
export interface BuildContext {
  /** Why Docker would refuse to send it, or it can't be read: then nothing is in it, and a caller takes it as unknown. */
  readonly problem?: string;
  /** What is at a path and is sent; undefined for nothing, or hidden by `.dockerignore`. Links inside the root are followed. */
  kind(path: string): 'file' | 'folder' | 'other' | undefined;
  /** Names in a folder that are sent, sorted; empty for what is no folder. */
  list(folder: string): string[];
  /** A file's text; undefined where there is none, or it is over 4 MiB or not UTF-8. */
  text(path: string): string | undefined;
  /** The first bytes of a file, at most `length`. */
  head(path: string, length: number): Uint8Array | undefined;
  /** There on disk, but kept out by `.dockerignore`. */
  hidden(path: string): boolean;
  /** Every file that is sent below a folder, in order, as full paths; stops at `limit` (then `complete` is false). */
  files(folder: string, limit?: number): { paths: string[]; complete: boolean };
  /** Paths that a COPY or ADD source matches: Go's filepath.Match on each path segment, or the path itself where it has no wildcard. */
  match(source: string): string[];
}
