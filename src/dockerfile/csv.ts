/** The fields of a line of CSV, as tonistiigi/go-csvvalue reads a `--mount`; undefined for a stray quote or an empty line. */
export function csvFields(line: string): string[] | undefined {
  const text = line.replace(/\r?\n$/, '');
  if (text === '') return undefined;
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    const field = text[at] === '"' ? quotedField(text, at) : plainField(text, at);
    if (!field) return undefined;
    fields.push(field.text);
    if (field.end === text.length) return fields;
    if (text[field.end] !== ',') return undefined;
    at = field.end + 1;
  }
}

interface Field {
  text: string;
  end: number;
}

function plainField(text: string, from: number): Field | undefined {
  const comma = text.indexOf(',', from);
  const end = comma < 0 ? text.length : comma;
  const field = text.slice(from, end);
  return field.includes('"') ? undefined : { text: field, end };
}

function quotedField(text: string, from: number): Field | undefined {
  const parts: string[] = [];
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) return undefined;
    parts.push(text.slice(at, quote));
    if (text[quote + 1] !== '"') return { text: parts.join(''), end: quote + 1 };
    parts.push('"');
    at = quote + 2;
  }
}
