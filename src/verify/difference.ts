/** One thing that isn't as it was. Files differ in presence, type, content, mode and owner; `config` is a field of the image's configuration. */
export interface Difference {
  kind: 'removed' | 'added' | 'type' | 'changed' | 'mode' | 'owner' | 'config';
  /** The path, or the field: `User`, `Env.PATH`, `Labels.version`, `ExposedPorts.80/tcp`. */
  name: string;
  /** As shown to a person; undefined where there is none. */
  before: string | undefined;
  after: string | undefined;
}

/** A difference that no promise lets through, or a thing that worked and doesn't. */
export interface Broken {
  /** Where it was found. */
  by: 'build' | 'files' | 'config' | 'closure' | 'run' | 'smoke';
  /** One clause: "gunicorn is not in the image", "GET / on 8000 answers 200 → nothing". */
  message: string;
  /** What a failing build printed. */
  output?: string;
  /** The difference between the images that it is. */
  difference?: Difference;
  /** The transform whose change made it; undefined where a person did. */
  transform?: string;
}
