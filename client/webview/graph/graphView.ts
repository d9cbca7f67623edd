import { html, nothing, type SVGTemplateResult, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { ref } from 'lit/directives/ref.js';
import '@vscode-elements/elements/dist/vscode-checkbox/index.js';
import { PREVIEW_GRAPH, type PreviewGraph, type PreviewNode } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { filterOf, type Panel } from '../panel.ts';
import { arrowHeads, drawing } from './drawing.ts';
import { drawnParts } from './drawnParts.ts';
import { edgeWords } from './edgeLooks.ts';
import { EdgeTable } from './edgeTable.ts';
import { FocusPicker } from './focusPicker.ts';
import { legend } from './legend.ts';
import { PictureMover } from './pictureMover.ts';
import { spread, type DrawnEdge } from './spread.ts';
import { TextMeasure } from './textMeasure.ts';
import { animate } from './movement.ts';
import { neighbours, nodeFacts, nodeName } from './nodeWords.ts';
import { extentOf, shiftOf } from './viewport.ts';
import { centreOf, readingOrder, stepFrom, type Direction } from './walk.ts';

/** Nodes and edges: more cannot be read, takes seconds to lay out, and would come near the 5,000 elements of a page. */
const MOST = 600;
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/**
 * A neighbourhood as a picture: the server lays it out, the page draws it, moves it and walks along its edges. What is
 * drawn keeps its place while one types, and the same is there as a table.
 */
export class GraphView {
  readonly #panel: Panel;
  readonly #picker: FocusPicker;
  readonly #table: EdgeTable;
  readonly #measure = new TextMeasure();
  readonly #mover: PictureMover;
  #graph: PreviewGraph | undefined;
  #nodes: ReadonlyMap<string, PreviewNode> = new Map();
  #edges: readonly DrawnEdge[] = [];
  /** What the picture was about that the viewport was made for. */
  #about: string | undefined;
  #moving: (() => void) | undefined;
  #active: string | undefined;
  /** A node or an edge below the pointer. */
  #hovered: string | undefined;
  #focusing = false;
  /** A node has the focus of the keyboard. */
  #isFocused = false;

  constructor(panel: Panel) {
    this.#panel = panel;
    this.#picker = new FocusPicker(panel);
    this.#table = new EdgeTable(() => panel.redraw());
    this.#mover = new PictureMover({
      picture: () => {
        if (this.#graph === undefined) return undefined;
        const focus = focusOf(this.#graph);
        return { size: extentOf(this.#graph), focus: focus && centreOf(focus) };
      },
      click: (event) => {
        const id = dataOf(event, 'id');
        if (id !== undefined) this.#goTo(id);
      },
    });
  }

  async load(): Promise<void> {
    const { host, view } = this.#panel;
    const focus = view.focus ?? { kind: 'changes' as const };
    const graph = await host.ask(
      PREVIEW_GRAPH,
      { focus, filter: filterOf(view.filter), onlyChanged: view.onlyChanged, most: MOST },
      'graph',
    );
    const before = this.#graph && { nodes: this.#graph.nodes, edges: this.#edges };
    this.#graph = graph;
    this.#edges = spread(graph.edges);
    this.#nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    if (this.#active === undefined || !this.#nodes.has(this.#active)) {
      this.#active = focusOf(graph)?.id ?? readingOrder(graph.nodes)[0];
    }
    const about = JSON.stringify(focus);
    if (about !== this.#about || before === undefined || before.nodes.length === 0) this.#mover.fit();
    else {
      const shift = shiftOf(before.nodes, graph.nodes, this.#mover.viewport, this.#mover.window);
      this.#mover.follow(shift);
      const after = { nodes: graph.nodes, edges: this.#edges };
      this.#moving = () => this.#mover.svg && animate(this.#mover.svg, before, after, shift);
    }
    this.#about = about;
    this.#panel.redraw();
  }

  render(): TemplateResult {
    const graph = this.#graph;
    const { onlyChanged, asTable = false } = this.#panel.view;
    const { svg } = this.#mover;
    if (svg?.contains(document.activeElement) === true && document.activeElement !== svg) this.#focusing = true;
    return html`
      <div class="tools">
        ${this.#picker.render()}
        <vscode-checkbox
          label=${l10n.t('Only what changes')}
          .checked=${onlyChanged}
          @change=${({ target }: Event) => this.#panel.setView({ onlyChanged: (target as HTMLInputElement).checked })}
        ></vscode-checkbox>
        <span class="grow"></span>
        ${asTable ? nothing : this.#mover.buttons()}
        <button
          type="button"
          class="tool"
          aria-pressed=${asTable}
          @click=${() => this.#panel.setView({ asTable: !asTable })}
        >
          ${l10n.t('As a table')}
        </button>
      </div>
      ${graph === undefined ? html`<p class="empty quiet">${l10n.t('Reading …')}</p>` : this.#content(graph, asTable)}
    `;
  }

  /** To be called when the page has been drawn. */
  drawn(): void {
    this.#mover.place();
    this.#moving?.();
    this.#moving = undefined;
    if (!this.#focusing) return;
    this.#focusing = false;
    const element = this.#elementOf(this.#active);
    if (element !== undefined && element !== document.activeElement) element.focus({ preventScroll: true });
  }

  #content(graph: PreviewGraph, asTable: boolean): TemplateResult {
    const notes = [graph.aggregated, graph.layoutProblem].filter((note) => note !== undefined);
    return html`
      ${notes.map((note) => html`<p class="note">${note}</p>`)}
      ${
        graph.nodes.length === 0
          ? html`<p class="empty quiet">${this.#emptyText()}</p>`
          : asTable
            ? this.#table.render(graph, this.#nodes)
            : html`${this.#picture(graph)}
                <div class="details" tabindex="0">${this.#details(graph)}</div>
                ${legend(graph)}`
      }
    `;
  }

  #picture(graph: PreviewGraph): TemplateResult {
    const { focus = { kind: 'changes' as const } } = this.#panel.view;
    return html`<svg
      class="graph ${this.#about === JSON.stringify(focus) ? '' : 'stale'}"
      role="group"
      tabindex="0"
      aria-label=${l10n.t('Who reaches whom. Tab leads into it, arrow keys along the connections, Enter goes to what has the focus; plus, minus and 0 zoom, Shift and arrow keys move the picture. The same is there as a table.')}
      ${ref(this.#mover.connect)}
      @wheel=${this.#mover.onWheel}
      @keydown=${this.#onKey}
      @focusin=${this.#onFocus}
      @focusout=${this.#onFocus}
      @pointerdown=${this.#mover.onPointerDown}
      @pointermove=${this.#mover.onPointerMove}
      @pointerup=${this.#mover.onPointerUp}
      @pointercancel=${this.#mover.onPointerUp}
      @pointerover=${this.#onHover}
      @pointerleave=${this.#onHover}
    >
      ${arrowHeads()}
      <g class="drawing">${guard([graph, this.#active, this.#near()], () => this.#drawing(graph))}</g>
    </svg>`;
  }

  #drawing(graph: PreviewGraph): SVGTemplateResult {
    this.#measure.refresh();
    return drawing({
      graph,
      edges: this.#edges,
      nodes: this.#nodes,
      parts: drawnParts(graph),
      active: this.#active,
      near: this.#near(),
      measure: this.#measure.width,
    });
  }

  /** Lines of it stand out: of what is pointed at, or else of what has the focus. */
  #near(): string | undefined {
    return this.#hovered ?? (this.#isFocused ? this.#active : undefined);
  }

  #details(graph: PreviewGraph): TemplateResult {
    const id = this.#hovered ?? this.#active;
    const node = id === undefined ? undefined : this.#nodes.get(id);
    if (node !== undefined) {
      const around = neighbours(node, graph, this.#nodes);
      return html`<strong class="name">${nodeName(node, this.#nodes)}</strong>
        <span class="quiet">${nodeFacts(node, graph).join(' · ')}</span>
        ${around.length === 0 ? nothing : html`<span>${around.join(' · ')}</span>`}`;
    }
    const edge = graph.edges.find((each) => each.id === id);
    if (edge === undefined) return html``;
    const [from, to] = [this.#nodes.get(edge.from), this.#nodes.get(edge.to)];
    if (from === undefined || to === undefined) return html``;
    return html`<strong class="name">${nodeName(from, this.#nodes)}</strong> →
      <strong class="name">${nodeName(to, this.#nodes)}</strong> <span>${edgeWords(edge)}</span>`;
  }

  #emptyText(): string {
    const { focus, onlyChanged, filter } = this.#panel.view;
    if (Object.keys(filterOf(filter)).length > 0) return l10n.t('Nothing passes the filter.');
    return focus === undefined || focus.kind === 'changes' || onlyChanged
      ? l10n.t('Nothing changes. Choose a workload, a policy or a namespace to see who reaches whom.')
      : l10n.t('Nothing is known of this. Choose something else.');
  }

  readonly #onHover = (event: PointerEvent): void => {
    if (this.#mover.isDragging) return;
    const hovered = event.type === 'pointerleave' ? undefined : (dataOf(event, 'id') ?? dataOf(event, 'edge'));
    if (hovered === this.#hovered) return;
    this.#hovered = hovered;
    this.#panel.redraw();
  };

  readonly #onFocus = (event: Event): void => {
    const id = dataOf(event, 'id');
    const isFocused = event.type === 'focusin' && id !== undefined;
    if (isFocused === this.#isFocused && (id ?? this.#active) === this.#active) return;
    this.#isFocused = isFocused;
    this.#active = id ?? this.#active;
    this.#panel.redraw();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const graph = this.#graph;
    if (graph === undefined) return;
    const id = dataOf(event, 'id');
    const direction = ARROWS[event.key];
    if (direction !== undefined && (event.shiftKey || id === undefined)) this.#mover.pan(direction);
    else if (direction !== undefined && id !== undefined) {
      this.#walk(stepFrom(id, direction, graph.nodes, graph.edges));
    } else if (event.key === '+' || event.key === '=') this.#mover.zoom('in');
    else if (event.key === '-') this.#mover.zoom('out');
    else if (event.key === '0') this.#mover.fit();
    else if (id !== undefined && (event.key === 'Enter' || event.key === ' ')) this.#goTo(id);
    else if (!this.#read(event.key, id, graph)) return;
    event.preventDefault();
  };

  /** Through everything, in reading order. */
  #read(key: string, id: string | undefined, { nodes }: PreviewGraph): boolean {
    const order = readingOrder(nodes);
    const index = id === undefined ? -1 : order.indexOf(id);
    const next = { Home: 0, End: order.length - 1, PageDown: index + 1, PageUp: Math.max(0, index - 1) }[key];
    if (next === undefined) return false;
    this.#walk(order[next]);
    return true;
  }

  #walk(id: string | undefined): void {
    const node = id === undefined ? undefined : this.#nodes.get(id);
    if (node === undefined) return;
    this.#active = node.id;
    this.#hovered = undefined;
    this.#focusing = true;
    this.#mover.show(node);
    this.#panel.redraw();
  }

  #goTo(id: string): void {
    const focus = this.#nodes.get(id)?.leadsTo;
    this.#active = id;
    if (focus === undefined || focus === null) this.#panel.redraw();
    else this.#panel.setView({ focus });
  }

  #elementOf(id: string | undefined): SVGElement | undefined {
    const elements = this.#mover.svg?.querySelectorAll<SVGElement>('[data-id]') ?? [];
    return [...elements].find((element) => element.dataset['id'] === id);
  }
}

/** What the picture is about: a node rather than the box around it. */
function focusOf({ nodes }: PreviewGraph): PreviewNode | undefined {
  const about = nodes.filter(({ focus }) => focus);
  return about.find(({ kind }) => kind !== 'namespace') ?? about[0];
}

function dataOf({ target }: Event, name: 'id' | 'edge'): string | undefined {
  return target instanceof Element ? target.closest<SVGElement>(`[data-${name}]`)?.dataset[name] : undefined;
}
