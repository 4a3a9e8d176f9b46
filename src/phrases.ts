/** A text as it is quoted in a reason: on one line, cut where it has more than 60 characters. */
export function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** Things as a sentence names them: `a, b and c`. */
export function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** The words of a text, which white space separates. */
export function words(text: string): string[] {
  return text.split(/\s+/).filter(Boolean);
}
