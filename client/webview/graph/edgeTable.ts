import { html, type TemplateResult } from 'lit';
import { ref } from 'lit/directives/ref.js';
import { repeat } from 'lit/directives/repeat.js';
import type { PreviewEdge, PreviewGraph, PreviewNode } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { VirtualRows } from '../virtualRows.ts';
import { SIGNS } from '../words.ts';
import { EDGE_STATES, edgeStateWord, portsText } from './edgeLooks.ts';
import { nodeName } from './nodeWords.ts';

const ROW = 22;

/** The graph's twin in text: the same edges, what matters first. Only rows in view stand in the page. */
export class EdgeTable {
  readonly #redraw: () => void;
  #rows: VirtualRows | undefined;
  #graph: PreviewGraph | undefined;
  #edges: readonly PreviewEdge[] = [];

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  render(graph: PreviewGraph, nodes: ReadonlyMap<string, PreviewNode>): TemplateResult {
    if (graph !== this.#graph) {
      this.#graph = graph;
      this.#edges = sorted(graph.edges, nodes);
    }
    const edges = this.#edges;
    this.#rows?.setCount(edges.length);
    const { first, end, above, below } = this.#rows?.window() ?? { first: 0, end: 0, above: 0, below: 0 };
    const heads = [l10n.t('State'), l10n.t('From'), l10n.t('To'), l10n.t('Before'), l10n.t('After'), l10n.t('Pairs')];
    return html`<div
      class="edge-table"
      role="table"
      aria-label=${l10n.t('Connections')}
      aria-rowcount=${edges.length + 1}
    >
      <div role="row" class="edge-row heads" aria-rowindex="1">
        ${heads.map((head) => html`<span role="columnheader">${head}</span>`)}
      </div>
      <div class="edge-rows" role="rowgroup" tabindex="0" aria-label=${l10n.t('Connections')} ${ref(this.#connect)}>
        <div role="presentation" .style=${`height: ${above}px`}></div>
        ${repeat(
          edges.slice(first, end),
          ({ id }) => id,
          (edge, index) => row(edge, first + index, nodes),
        )}
        <div role="presentation" .style=${`height: ${below}px`}></div>
      </div>
    </div>`;
  }

  readonly #connect = (element: Element | undefined): void => {
    if (!(element instanceof HTMLElement)) return;
    this.#rows = new VirtualRows(element, ROW, this.#redraw);
    this.#rows.setCount(this.#edges.length);
    this.#redraw();
  };
}

function row(edge: PreviewEdge, index: number, nodes: ReadonlyMap<string, PreviewNode>): TemplateResult {
  const [from, to] = [nameOf(edge.from, nodes), nameOf(edge.to, nodes)];
  return html`<div role="row" class="edge-row ${edge.state}" aria-rowindex=${index + 2}>
    <span role="cell" class="state">${`${SIGNS[edge.state]} ${edgeStateWord(edge.state)}`.trim()}</span>
    <span role="cell" class="name" title=${from}>${from}</span>
    <span role="cell" class="name" title=${to}>${to}</span>
    <span role="cell" title=${edge.before}>${portsText(edge.before)}</span>
    <span role="cell" title=${edge.after}>${portsText(edge.after)}</span>
    <span role="cell">${edge.pairs.toLocaleString('en-US')}</span>
  </div>`;
}

function sorted(edges: readonly PreviewEdge[], nodes: ReadonlyMap<string, PreviewNode>): readonly PreviewEdge[] {
  const keys = new Map(edges.map((edge) => [edge, `${nameOf(edge.from, nodes)} ${nameOf(edge.to, nodes)}`] as const));
  return [...edges].sort(
    (a, b) =>
      EDGE_STATES.indexOf(a.state) - EDGE_STATES.indexOf(b.state) ||
      ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1),
  );
}

function nameOf(id: string, nodes: ReadonlyMap<string, PreviewNode>): string {
  const node = nodes.get(id);
  return node === undefined ? '' : nodeName(node, nodes);
}
