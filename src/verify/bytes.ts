import { EngineError } from './engine.ts';

/** An image that can't be read because its archive isn't one. */
export function brokenArchive(reason: string): EngineError {
  return new EngineError(`the image can't be read: its archive ${reason}`);
}

const MOST_AT_ONCE = 2 ** 20;

/** Bytes of a stream, taken in order and only when asked for. */
export class Bytes {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #ready: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** The next bytes, at most so many; undefined at the end. */
  async some(most: number): Promise<Buffer | undefined> {
    while (this.#ready.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return undefined;
      this.#ready = Buffer.from(value.buffer, value.byteOffset, value.length);
    }
    const bytes = this.#ready.subarray(0, most);
    this.#ready = this.#ready.subarray(bytes.length);
    return bytes;
  }

  /** The next `size` bytes, which are held at once: fewer where the stream ends before. */
  async take(size: number): Promise<Buffer> {
    if (this.#ready.length >= size) return (await this.some(size)) ?? Buffer.alloc(0);
    const chunks: Buffer[] = [];
    for (let left = size; left > 0; ) {
      const chunk = await this.some(left);
      if (!chunk) break;
      chunks.push(chunk);
      left -= chunk.length;
    }
    return Buffer.concat(chunks);
  }

  /** The next `size` bytes without taking them. */
  async peek(size: number): Promise<Buffer> {
    const bytes = await this.take(size);
    this.#ready = this.#ready.length === 0 ? bytes : Buffer.concat([bytes, this.#ready]);
    return bytes;
  }

  /** The next `size` bytes as bytes of their own. Reading throws where the stream ends before. */
  part(size: number): Part {
    return new Part(this, size);
  }

  /** All that is left, as it comes. */
  async *rest(): AsyncGenerator<Buffer> {
    for (let chunk = await this.some(MOST_AT_ONCE); chunk; chunk = await this.some(MOST_AT_ONCE)) yield chunk;
  }

  /** Ends the stream where it is: a program that writes into it is told so. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}

/** A number of bytes of others, which are to be read or passed over before what follows them. */
export class Part implements AsyncIterable<Buffer> {
  readonly #bytes: Bytes;
  #left: number;

  constructor(bytes: Bytes, size: number) {
    this.#bytes = bytes;
    this.#left = size;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    yield* this.next(this.#left);
  }

  /** The next `size` bytes, as they come. */
  async *next(size: number): AsyncGenerator<Buffer> {
    if (size > this.#left) throw brokenArchive('ends too early');
    for (let left = size; left > 0; ) {
      const chunk = await this.#some(left);
      left -= chunk.length;
      yield chunk;
    }
  }

  /** The next `size` bytes, which are held at once: fewer where the part ends before. */
  async take(size: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.next(Math.min(size, this.#left))) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** Passes over what is left. */
  async skip(): Promise<void> {
    while (this.#left > 0) await this.#some(this.#left);
  }

  async #some(most: number): Promise<Buffer> {
    const chunk = await this.#bytes.some(most);
    if (!chunk) throw brokenArchive('ends too early');
    this.#left -= chunk.length;
    return chunk;
  }
}
