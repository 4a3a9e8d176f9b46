import type { BuildContext } from './context.ts';

/** A fact of a context and a path in it, found once for each. */
export function remembered<Fact>(find: (context: BuildContext, path: string) => Fact): (context: BuildContext, path: string) => Fact {
  const known = new WeakMap<BuildContext, Map<string, { fact: Fact }>>();
  return (context, path) => {
    const facts = known.get(context) ?? new Map<string, { fact: Fact }>();
    known.set(context, facts);
    const entry = facts.get(path) ?? { fact: find(context, path) };
    facts.set(path, entry);
    return entry.fact;
  };
}
