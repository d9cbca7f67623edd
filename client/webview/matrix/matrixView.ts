import { html, type TemplateResult } from 'lit';
import type { Panel } from '../panel.ts';

export class MatrixView {
  readonly #panel: Panel;

  constructor(panel: Panel) {
    this.#panel = panel;
  }

  async load(): Promise<void> {
    this.#panel.redraw();
  }

  render(): TemplateResult {
    return html``;
  }

  drawn(): void {
    return;
  }
}
