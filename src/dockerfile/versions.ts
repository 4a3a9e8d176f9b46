// narrow, for memory: each change copies one node per level
const BITS = 3;
const WIDTH = 1 << BITS;

type Node<T> = readonly (Node<T> | T | undefined)[];

/**
 * A map from numbers to values that never changes: `with` answers a new one that shares all but a path with the old. So that each of 50,000
 * instructions can have an environment of its own, and a question about any of them costs the same.
 */
export class Versions<T> {
  private readonly root: Node<T> | undefined;
  private readonly levels: number;

  /** `size`: all keys are below it. */
  constructor(size: number, root?: Node<T>) {
    this.levels = Math.max(1, Math.ceil(Math.log2(Math.max(2, size)) / BITS));
    this.root = root;
  }

  get(key: number): T | undefined {
    let node: Node<T> | T | undefined = this.root;
    for (let level = this.levels - 1; level >= 0 && node !== undefined; level--) {
      node = (node as Node<T>)[(key >> (level * BITS)) & (WIDTH - 1)];
    }
    return node as T | undefined;
  }

  with(key: number, value: T): Versions<T> {
    return new Versions(2 ** (this.levels * BITS), changed(this.root, this.levels - 1, key, value));
  }
}

function changed<T>(node: Node<T> | undefined, level: number, key: number, value: T): Node<T> {
  const copy = node ? node.slice() : new Array<Node<T> | T | undefined>(WIDTH);
  const index = (key >> (level * BITS)) & (WIDTH - 1);
  copy[index] = level === 0 ? value : changed(copy[index] as Node<T> | undefined, level - 1, key, value);
  return copy;
}
