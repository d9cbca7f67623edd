import { html, nothing, type TemplateResult } from 'lit';
import {
  PREVIEW_CHANGES,
  PREVIEW_DENIED,
  PREVIEW_PAIRS,
  PREVIEW_UNKNOWN,
  type PreviewCause,
  type PreviewChanges,
  type PreviewGroup,
  type PreviewPairs,
  type PreviewPlace,
  type PreviewRow,
} from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { LineList, type Line } from '../lineList.ts';
import { filterOf, type Panel } from '../panel.ts';
import { changeLines, DENIED_KEY, type ChangeLine, type LoadedChanges } from './changeLines.ts';
import { changeCells } from './changeCells.ts';
import { lineDetails } from './lineDetails.ts';

/** Rows asked for at once. */
const PAGE = 200;

/** The list of what an edit changes: asked for page by page, drawn line by line. */
export class ChangesView {
  readonly #panel: Panel;
  readonly #list: LineList;
  #loaded: LoadedChanges | undefined;
  #lines: readonly ChangeLine[] = [];
  #asking = false;

  constructor(panel: Panel) {
    this.#panel = panel;
    this.#list = new LineList({
      label: () => l10n.t('What changes'),
      height: 22,
      redraw: () => panel.redraw(),
      fold: (key) => this.#fold(key),
      enter: (key) => this.#enter(key),
      atEnd: () => void this.#more(),
    });
  }

  /** The summary of the newest answer, whatever the filter lets through. */
  get changes(): PreviewChanges | undefined {
    return this.#loaded?.changes;
  }

  /** Asks again for as much as was shown. */
  async load(): Promise<void> {
    const { host, view } = this.#panel;
    const filter = filterOf(view.filter);
    const limit = Math.max(PAGE, Math.min(500, this.#loaded?.rows.length ?? 0));
    const before = this.#loaded;
    const changes = await host.ask(PREVIEW_CHANGES, { filter, offset: 0, limit });
    const folds = new Set(view.folds);
    const unfolded = changes.rows.filter(({ id, pairs }) => pairs > 1 && folds.has(`row ${id}`));
    const [denied, unknown, ...pairs] = await Promise.all([
      host.ask(PREVIEW_DENIED, { filter, offset: 0, limit: folds.has(DENIED_KEY) ? PAGE : 1 }),
      changes.summary.undecided.length === 0
        ? undefined
        : host.ask(PREVIEW_UNKNOWN, { filter, offset: 0, limit: PAGE }),
      ...unfolded.map((row) => this.#askPairs(row, before?.pairs.get(row.id)?.pairs.length ?? PAGE)),
    ]);
    this.#loaded = {
      changes,
      rows: changes.rows,
      groups: groupsOf(changes.groups),
      pairs: new Map(pairs.map(({ row, pairs: loaded, total }) => [row, { pairs: loaded, total }])),
      denied,
      unknown: unknown?.rows,
    };
    this.#panel.redraw();
  }

  render(): TemplateResult {
    const loaded = this.#loaded;
    if (loaded === undefined) return html`<p class="empty quiet">${l10n.t('Reading …')}</p>`;
    const { nothing: why } = loaded.changes;
    this.#lines = changeLines(loaded, new Set(this.#panel.view.folds));
    const isFiltered = Object.keys(filterOf(this.#panel.view.filter)).length > 0;
    return html`
      ${
        why === undefined
          ? nothing
          : html`<p class="empty"><strong>${l10n.t('Nothing changes.')}</strong> ${why.text}</p>`
      }
      ${
        why === undefined && loaded.rows.length === 0 && isFiltered
          ? html`<p class="empty quiet">${l10n.t('Something changes, and nothing of it passes the filter.')}</p>`
          : nothing
      }
      ${this.#list.render(this.#lines.map((line) => this.#line(line)))} ${this.#details()}
    `;
  }

  drawn(): void {
    this.#list.drawn();
  }

  /** The line that a person is on in full: names may be longer than a line. */
  #details(): TemplateResult | typeof nothing {
    const line = this.#lines.find(({ key }) => key === this.#list.active);
    const details = line && lineDetails(line);
    return details === undefined ? nothing : html`<div class="details" aria-hidden="true">${details}</div>`;
  }

  #line(line: ChangeLine): Line {
    const level = line.kind === 'row' ? 2 : line.kind === 'more' ? line.level : LEVELS[line.kind];
    return {
      key: line.key,
      level,
      ...('unfolded' in line && line.unfolded !== undefined && { unfolded: line.unfolded }),
      look: `${line.kind} level-${level}`,
      cells: changeCells(line, this.#panel),
    };
  }

  #fold(key: string): void {
    const folds = new Set(this.#panel.view.folds);
    if (!folds.delete(key)) folds.add(key);
    this.#panel.setView({ folds: [...folds] });
    const row = this.#loaded?.rows.find(({ id }) => `row ${id}` === key);
    if (row !== undefined && folds.has(key)) void this.#loadPairs(row, PAGE);
    else if (key === DENIED_KEY) void this.#loadDenied(PAGE);
    this.#panel.redraw();
  }

  /** Enter goes where the change is written; where it is written nowhere, it unfolds. */
  #enter(key: string): void {
    const line = this.#lines.find((each) => each.key === key);
    if (line === undefined) return;
    const place = placeOf(line);
    if (place !== undefined) this.#panel.host.act({ kind: 'reveal', uri: place.uri, line: place.range.start.line });
    else if (line.kind === 'more') void this.#more(line.key);
    else if ('unfolded' in line && line.unfolded !== undefined) this.#fold(key);
  }

  /** The next page of what is cut off, where it has come into view. */
  async #more(key?: string): Promise<void> {
    const loaded = this.#loaded;
    if (loaded === undefined || this.#asking) return;
    const cut = key === undefined ? undefined : loaded.rows.find(({ id }) => `more ${id}` === key);
    if (cut !== undefined) return this.#loadPairs(cut, (loaded.pairs.get(cut.id)?.pairs.length ?? 0) + PAGE);
    if (key === `more ${DENIED_KEY}`) return this.#loadDenied((loaded.denied?.rows.length ?? 0) + PAGE);
    if (loaded.rows.length >= loaded.changes.total) return;
    this.#asking = true;
    try {
      const filter = filterOf(this.#panel.view.filter);
      const next = await this.#panel.host.ask(
        PREVIEW_CHANGES,
        { filter, offset: loaded.rows.length, limit: PAGE },
        'next changes',
      );
      // Pages of two states do not fit together: the change that is announced brings all of them anew.
      if (next.revision !== loaded.changes.revision || this.#loaded !== loaded) return;
      this.#loaded = {
        ...loaded,
        rows: [...loaded.rows, ...next.rows],
        groups: new Map([...loaded.groups, ...groupsOf(next.groups)]),
        changes: { ...loaded.changes, breaks: [...loaded.changes.breaks, ...next.breaks] },
      };
      this.#panel.redraw();
    } catch (error) {
      this.#panel.failed(error);
    } finally {
      this.#asking = false;
    }
  }

  #askPairs({ id }: PreviewRow, limit: number): Promise<PreviewPairs> {
    const filter = filterOf(this.#panel.view.filter);
    return this.#panel.host.ask(
      PREVIEW_PAIRS,
      { row: id, filter, offset: 0, limit: Math.min(500, limit) },
      `pairs ${id}`,
    );
  }

  async #loadPairs(row: PreviewRow, limit: number): Promise<void> {
    try {
      const { pairs, total } = await this.#askPairs(row, limit);
      if (this.#loaded === undefined) return;
      this.#loaded = { ...this.#loaded, pairs: new Map([...this.#loaded.pairs, [row.id, { pairs, total }]]) };
      this.#panel.redraw();
    } catch (error) {
      this.#panel.failed(error);
    }
  }

  async #loadDenied(limit: number): Promise<void> {
    try {
      const filter = filterOf(this.#panel.view.filter);
      const denied = await this.#panel.host.ask(PREVIEW_DENIED, { filter, offset: 0, limit: Math.min(500, limit) });
      if (this.#loaded !== undefined) this.#loaded = { ...this.#loaded, denied };
      this.#panel.redraw();
    } catch (error) {
      this.#panel.failed(error);
    }
  }
}

/** Where a line's cause is written: what broke a need, before where the need is written. */
function placeOf(line: ChangeLine): PreviewPlace | undefined {
  switch (line.kind) {
    case 'row':
    case 'deniedRow':
      return placeOfCause(line.row.causes);
    case 'pair':
      return placeOfCause(line.pair.causes);
    case 'break':
      return placeOfCause(line.row?.causes ?? []) ?? line.breaks.evidence;
    case 'breaks':
    case 'group':
    case 'more':
    case 'denied':
    case 'reason':
    case 'unknownRow':
      return undefined;
  }
}

function placeOfCause(causes: readonly PreviewCause[]): PreviewPlace | undefined {
  return causes.find(({ place }) => place !== undefined)?.place;
}

const LEVELS = { breaks: 1, break: 2, group: 1, pair: 3, denied: 1, deniedRow: 2, reason: 1, unknownRow: 2 } as const;

function groupsOf(groups: readonly PreviewGroup[]): ReadonlyMap<string, PreviewGroup> {
  return new Map(groups.map((group) => [group.id, group]));
}
