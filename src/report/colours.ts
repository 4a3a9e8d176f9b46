/** Paints a text, or returns it as it is: picocolors' functions, or none. */
export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const plain = (text: string) => text;
/** Leaves texts as they are. */
export const NO_COLOURS: Colours = { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain };
