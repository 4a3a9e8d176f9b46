import { UNKNOWN } from '../../src/dockerfile/lex.ts';
import type { Dockerfile, Word } from '../../src/dockerfile/nodes.ts';
import { expandAt, lineage, type Stage } from '../../src/dockerfile/stages.ts';
import { exposedPort } from '../../src/dockerfile/views.ts';
import type { Facts } from '../../src/transform.ts';

/** What the EXPOSEs of a stage, and of those that it stands on, say. */
export interface Exposed {
  /** TCP ports, in order. */
  ports: number[];
  /** A word whose port can't be known, or that a build argument may change. */
  open: Word | undefined;
  /** The first word of all. */
  first: Word | undefined;
}

/** More ports than this are a range that says nothing of any one. */
const MOST_PORTS = 50;

export function exposedPorts(file: Dockerfile, facts: Facts, stage: Stage): Exposed {
  const ports = new Set<number>();
  let open: Word | undefined;
  let first: Word | undefined;
  const exposes = lineage(stage)
    .reverse()
    .flatMap(({ instructions }) => instructions.filter(({ name }) => name === 'EXPOSE'));
  for (const instruction of exposes) {
    for (const word of instruction.words) {
      first ??= word;
      const { text, settable } = expandAt(file, facts.images, instruction, word);
      const port = text === UNKNOWN ? undefined : exposedPort(text);
      if (!port || settable) open ??= word;
      if (port?.protocol === 'tcp') for (let at = port.start; at <= port.end && ports.size < MOST_PORTS; at++) ports.add(at);
    }
  }
  return { ports: [...ports], open, first };
}
