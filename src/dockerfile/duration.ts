const NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  '\u00B5s': 1e3,
  '\u03BCs': 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
/** 2^63: the longest duration that Go can hold. */
const LONGEST = 2 ** 63;
const PART = /(\d*)(\.\d*)?([^\d.]+)/y;

/** A duration in nanoseconds as Go's time.ParseDuration reads it (`1m30s`, `-5s`, `0`); undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  const sign = /^[+-]/.exec(text)?.[0] ?? '';
  const parts = text.slice(sign.length);
  if (parts === '0') return 0;
  if (parts === '') return undefined;
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < parts.length) {
    const [, whole = '', fraction = '', unit = ''] = PART.exec(parts) ?? [];
    const factor = Object.hasOwn(NANOSECONDS, unit) ? NANOSECONDS[unit] : undefined;
    if (factor === undefined || (whole === '' && fraction.length < 2)) return undefined;
    total += Math.trunc(Number(`${whole || '0'}${fraction}`) * factor);
  }
  if (total >= LONGEST) return undefined;
  return sign === '-' ? -total : total;
}
