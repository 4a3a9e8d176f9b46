const SPACE = /\s/u;

/** Words as they are found. The characters gathered so far are the lexer's, shared with nested words as BuildKit's buffer is. */
export class Words {
  readonly found: string[] = [];
  private readonly lexer: { gathered: string };
  private inWord = false;

  constructor(lexer: { gathered: string }) {
    this.lexer = lexer;
    lexer.gathered = '';
  }

  private add(character: string): void {
    // BuildKit's unicode.IsSpace knows U+0085 and not U+FEFF
    const isSpace = character === '\u0085' || (character !== '\uFEFF' && SPACE.test(character));
    if (!isSpace) this.addRaw(character);
    else if (this.inWord && this.lexer.gathered !== '') this.finish();
  }

  private addRaw(text: string): void {
    this.lexer.gathered += text;
    this.inWord = true;
  }

  addAll(text: string, raw: boolean): void {
    if (raw) this.addRaw(text);
    else for (const character of text) this.add(character);
  }

  finish(): void {
    if (this.lexer.gathered === '') return;
    this.found.push(this.lexer.gathered);
    this.lexer.gathered = '';
    this.inWord = false;
  }
}
