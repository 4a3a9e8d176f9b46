/** First bytes of what ADD unpacks: gzip, bzip2, xz, zstd (moby/go-archive, compression detection). */
const MAGIC: readonly (readonly number[])[] = [
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  [0x28, 0xb5, 0x2f, 0xfd],
];

/** How much of a file tells. */
export const ARCHIVE_HEAD = 512;

/** Whether ADD may unpack a file that begins so: a compressed one, or a tar by its header's checksum. */
export function isArchive(head: Uint8Array): boolean {
  return MAGIC.some(magic => magic.every((byte, index) => head[index] === byte)) || isTarHeader(head);
}

function isTarHeader(head: Uint8Array): boolean {
  if (head.length < ARCHIVE_HEAD) return false;
  const octal = /^[0 ]*([0-7]+)/.exec(String.fromCharCode(...head.subarray(148, 156)));
  if (!octal) return false;
  let sum = 0;
  for (let index = 0; index < ARCHIVE_HEAD; index++) sum += index >= 148 && index < 156 ? 0x20 : (head[index] as number);
  return sum === Number.parseInt(octal[1] as string, 8);
}

/** Names of files that are tar archives or compressed, whatever they hold: among them packages that are tars within. */
const ARCHIVE_NAME = /\.(?:tar|tgz|taz|tbz2?|tb2|t2|txz|tlz|tzst|gz|bz2?|xz|lzma|lz4?|zst|z|apk|apkg|box|crate|gem|ova|pax|unitypackage)$/i;

/** Whether a file's name says that it is an archive. */
export function isArchiveName(name: string): boolean {
  return ARCHIVE_NAME.test(name) || /\.tar\./i.test(name);
}
