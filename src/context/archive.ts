/** First bytes of what ADD unpacks: gzip, bzip2, xz, zstd (moby/go-archive, compression/compression_detect.go). */
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
  return MAGIC.some(magic => magic.every((byte, index) => head[index] === byte)) || isSkippableFrame(head) || isTarHeader(head);
}

/** zstd may begin with a frame that holds no data: its first byte is one of sixteen. */
function isSkippableFrame([first = 0, ...rest]: Uint8Array): boolean {
  return first >> 4 === 0x5 && rest[0] === 0x2a && rest[1] === 0x4d && rest[2] === 0x18;
}

/** Go's archive/tar takes a checksum of the bytes with and without their sign, padded with spaces or NULs. */
function isTarHeader(head: Uint8Array): boolean {
  if (head.length < ARCHIVE_HEAD) return false;
  const octal = /^[ \0]*([0-7]+)/.exec(String.fromCharCode(...head.subarray(148, 156)));
  if (!octal) return false;
  let unsigned = 0;
  let signed = 0;
  for (let index = 0; index < ARCHIVE_HEAD; index++) {
    const byte = index >= 148 && index < 156 ? 0x20 : (head[index] as number);
    unsigned += byte;
    signed += byte > 0x7f ? byte - 0x100 : byte;
  }
  const sum = Number.parseInt(octal[1] as string, 8);
  return sum === unsigned || sum === signed;
}

/** Names of files that are tar archives or compressed, whatever they hold: among them packages that are tars within. */
const ARCHIVE_NAME =
  /\.(?:tar|tgz|taz|tbz2?|tb2|t2|txz|tlz|tzst|gz|bz2?|xz|lzma|lz4?|zst|z|apk|apkg|box|crate|gem|ipk|opk|ova|pax|phar|targz|tarball|unitypackage|xbps)$/i;

/** Whether a file's name says that it is an archive. */
export function isArchiveName(name: string): boolean {
  return ARCHIVE_NAME.test(name) || /\.tar[._-]/i.test(name);
}
