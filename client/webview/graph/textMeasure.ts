/** The size of names in the style sheet. */
const SIZE = 12;
const MOST_KEPT = 20_000;

/** Widths of texts in the picture's font, without a look at what is drawn. */
export class TextMeasure {
  readonly #context = document.createElement('canvas').getContext('2d');
  readonly #widths = new Map<string, number>();
  #family = '';

  /** Before each drawing: a person may choose another font at any time. */
  refresh(): void {
    const { fontFamily } = getComputedStyle(document.body);
    if (fontFamily === this.#family && this.#widths.size < MOST_KEPT) return;
    this.#family = fontFamily;
    this.#widths.clear();
  }

  readonly width = (text: string, bold: boolean): number => {
    const font = `${bold ? '600 ' : ''}${SIZE}px ${this.#family}`;
    const key = `${font} ${text}`;
    const known = this.#widths.get(key);
    if (known !== undefined) return known;
    if (this.#context !== null) this.#context.font = font;
    const width = this.#context?.measureText(text).width ?? text.length * 7;
    this.#widths.set(key, width);
    return width;
  };
}
