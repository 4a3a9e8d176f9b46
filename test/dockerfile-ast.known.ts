/** Files of the corpus in which dockerfile-ast 0.7.1 sees other instruction boundaries than BuildKit, and the bug of its own that is why. */
export const knownMismatches: Record<string, string> = {};
