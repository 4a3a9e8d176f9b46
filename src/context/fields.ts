/** A manifest that can't be taken at its word. `problem` starts with its path: "package.json: line 3: …". */
export interface Broken {
  problem: string;
}

/** What a reader of fields throws and `reading` catches: a field that isn't what the format says. */
class WrongField extends Error {}

/** The result of a reader of one manifest, or the field that isn't as it should be. */
export function reading<Result>(path: string, read: (root: Fields) => Result, value: unknown): Result | Broken {
  try {
    return read(new Fields('', value));
  } catch (error) {
    if (error instanceof WrongField) return { problem: `${path}: ${error.message}` };
    throw error;
  }
}

/** A table of a manifest with its fields by type. A field that is absent is undefined or empty; null counts as absent. */
export class Fields {
  readonly name: string;
  readonly #table: object;

  constructor(name: string, value: unknown) {
    this.name = name;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new WrongField(name === '' ? 'no object' : `${name} is no object`);
    this.#table = value;
  }

  keys(): string[] {
    return Object.keys(this.#table);
  }

  value(key: string): unknown {
    return Object.hasOwn(this.#table, key) ? ((this.#table as Record<string, unknown>)[key] ?? undefined) : undefined;
  }

  string(key: string): string | undefined {
    const value = this.value(key);
    if (value !== undefined && typeof value !== 'string') throw this.wrong(key, 'no string');
    return value as string | undefined;
  }

  boolean(key: string): boolean | undefined {
    const value = this.value(key);
    if (value !== undefined && typeof value !== 'boolean') throw this.wrong(key, 'neither true nor false');
    return value as boolean | undefined;
  }

  strings(key: string): string[] {
    const value = this.value(key) ?? [];
    if (!Array.isArray(value) || !value.every(item => typeof item === 'string')) throw this.wrong(key, 'no list of strings');
    return value as string[];
  }

  /** A table of strings. */
  map(key: string): Map<string, string> {
    const table = this.table(key);
    return new Map((table?.keys() ?? []).flatMap(name => (table?.value(name) === undefined ? [] : [[name, table.string(name) as string]])));
  }

  table(key: string): Fields | undefined {
    const value = this.value(key);
    return value === undefined ? undefined : new Fields(this.path(key), value);
  }

  /** One table or a list of them. */
  tables(key: string): Fields[] {
    const value = this.value(key) ?? [];
    return (Array.isArray(value) ? value : [value]).map(item => new Fields(this.path(key), item));
  }

  wrong(key: string, what: string): Error {
    return new WrongField(`${this.path(key)} is ${what}`);
  }

  private path(key: string): string {
    return this.name === '' ? key : `${this.name}.${key}`;
  }
}
