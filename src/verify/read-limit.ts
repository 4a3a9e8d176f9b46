import { EngineError } from './engine.ts';

const LARGEST_IMAGE = 10e9;
const MOST_FILES = 1_000_000;

/** Counts what is read of images, and throws an EngineError where it is too much. */
export interface ReadLimit {
  bytes(count: number): void;
  file(): void;
}

/** The limit for so many images: 10 GB and a million files each. */
export function readLimit(images: number): ReadLimit {
  let bytes = 0;
  let files = 0;
  return {
    bytes(count) {
      bytes += count;
      if (bytes > images * LARGEST_IMAGE)
        throw new EngineError(`the image takes over ${gigabytes(LARGEST_IMAGE)}, and dfmod reads up to that`);
    },
    file() {
      files += 1;
      if (files > images * MOST_FILES) throw new EngineError(`the image has over ${MOST_FILES} files, and dfmod reads up to that`);
    },
  };
}

/** Throws an EngineError for an image of so many bytes, where that is too much. */
export function checkSize(bytes: number): void {
  if (bytes > LARGEST_IMAGE)
    throw new EngineError(`the image takes ${gigabytes(bytes)}, and dfmod reads up to ${gigabytes(LARGEST_IMAGE)}`);
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toFixed(1))} GB`;
}

/** Bytes that are counted as they come. */
export async function* counted(content: AsyncIterable<Buffer>, limit: ReadLimit): AsyncGenerator<Buffer> {
  for await (const chunk of content) {
    limit.bytes(chunk.length);
    yield chunk;
  }
}
