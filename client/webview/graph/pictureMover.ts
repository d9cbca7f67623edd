import { html, type TemplateResult } from 'lit';
import type { PreviewNode } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import type { Point } from './edgeLooks.ts';
import { fitted, panned, showing, transformOf, zoomed, type Size, type Viewport } from './viewport.ts';
import type { Direction } from './walk.ts';

const ZOOM = 1.25;
/** CSS pixels for one key. */
const PAN = 60;
/** A pointer that moves less than this clicks. */
const CLICK = 4;

export interface PictureMoverParts {
  /** What is drawn: how large it is, and what it is about. */
  readonly picture: () => { readonly size: Size; readonly focus: Point | undefined } | undefined;
  readonly click: (event: PointerEvent) => void;
}

/** Moves and scales the picture with pointer, wheel, buttons and keys. A picture that only moves is not drawn again. */
export class PictureMover {
  readonly #parts: PictureMoverParts;
  #svg: SVGSVGElement | undefined;
  #window: Size = { width: 0, height: 0 };
  #viewport: Viewport = { x: 0, y: 0, scale: 1 };
  #isFitting = false;
  #drag: { readonly x: number; readonly y: number; readonly from: Viewport; moved: boolean } | undefined;
  readonly #observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    this.#window = { width: entry.contentRect.width, height: entry.contentRect.height };
    this.place();
  });

  constructor(parts: PictureMoverParts) {
    this.#parts = parts;
  }

  get svg(): SVGSVGElement | undefined {
    return this.#svg;
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  get window(): Size {
    return this.#window;
  }

  get isDragging(): boolean {
    return this.#drag?.moved === true;
  }

  readonly connect = (element: Element | undefined): void => {
    this.#observer.disconnect();
    this.#svg = element instanceof SVGSVGElement ? element : undefined;
    if (this.#svg !== undefined) this.#observer.observe(this.#svg);
  };

  /** Sets what the template leaves open; to be called when the page has been drawn. */
  place(): void {
    const picture = this.#parts.picture();
    if (this.#svg === undefined || picture === undefined) return;
    if (this.#isFitting && this.#window.width > 0) {
      this.#isFitting = false;
      this.#viewport = fitted(picture.size, this.#window, picture.focus);
    }
    this.#svg.querySelector('.drawing')?.setAttribute('transform', transformOf(this.#viewport));
  }

  /** As soon as it is known how much room there is. */
  fit(): void {
    this.#isFitting = true;
    this.place();
  }

  zoom(direction: 'in' | 'out'): void {
    const middle = { x: this.#window.width / 2, y: this.#window.height / 2 };
    this.#move(zoomed(this.#viewport, direction === 'in' ? ZOOM : 1 / ZOOM, middle));
  }

  pan(direction: Direction): void {
    const by = { left: [PAN, 0], right: [-PAN, 0], up: [0, PAN], down: [0, -PAN] } as const;
    const [dx, dy] = by[direction];
    this.#move(panned(this.#viewport, dx, dy));
  }

  /** Follows a picture that lies elsewhere than before. */
  follow({ x, y }: Point): void {
    const { scale } = this.#viewport;
    this.#viewport = panned(this.#viewport, -x * scale, -y * scale);
  }

  show(node: PreviewNode): void {
    this.#move(showing(this.#viewport, node, this.#window));
  }

  buttons(): TemplateResult {
    const [out, into] = [l10n.t('Zoom out'), l10n.t('Zoom in')];
    return html`<span role="group" aria-label=${l10n.t('Zoom')} class="zoom">
      <button type="button" class="tool" aria-label=${out} title=${out} @click=${() => this.zoom('out')}>−</button>
      <button type="button" class="tool" aria-label=${into} title=${into} @click=${() => this.zoom('in')}>+</button>
      <button type="button" class="tool" @click=${() => this.fit()}>${l10n.t('Fit')}</button>
    </span>`;
  }

  readonly onWheel = (event: WheelEvent): void => {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 20 : 1;
    const factor = Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) / 300);
    const { left = 0, top = 0 } = this.#svg?.getBoundingClientRect() ?? {};
    this.#move(zoomed(this.#viewport, factor, { x: event.clientX - left, y: event.clientY - top }));
  };

  readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#drag = { x: event.clientX, y: event.clientY, from: this.#viewport, moved: false };
  };

  readonly onPointerMove = (event: PointerEvent): void => {
    const drag = this.#drag;
    if (drag === undefined) return;
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.moved && Math.hypot(dx, dy) < CLICK) return;
    if (!drag.moved) this.#svg?.setPointerCapture(event.pointerId);
    drag.moved = true;
    this.#move(panned(drag.from, dx, dy));
  };

  readonly onPointerUp = (event: PointerEvent): void => {
    const drag = this.#drag;
    this.#drag = undefined;
    if (drag !== undefined && !drag.moved && event.type !== 'pointercancel') this.#parts.click(event);
  };

  #move(viewport: Viewport): void {
    this.#viewport = viewport;
    this.place();
  }
}
