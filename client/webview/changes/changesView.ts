import { html, nothing, type TemplateResult } from 'lit';
import {
  PREVIEW_CHANGES,
  PREVIEW_DENIED,
  PREVIEW_PAIRS,
  PREVIEW_UNKNOWN,
  type PreviewCause,
  type PreviewChanges,
  type PreviewGroup,
  type PreviewPageParams,
  type PreviewPlace,
} from '../../../server/src/protocol/preview.ts';
import { Superseded } from '../host.ts';
import { l10n } from '../l10n.ts';
import { LineList, type Line } from '../lineList.ts';
import { filterOf, type Panel } from '../panel.ts';
import { changeLines, DENIED_KEY, rowKey, type ChangeLine, type CutOff, type LoadedChanges } from './changeLines.ts';
import { changeCells } from './changeCells.ts';
import { lineDetails } from './lineDetails.ts';

/** Rows asked for at once, and how many the server gives at most. */
const PAGE = 200;
const MOST = 500;

/** The list of what an edit changes: asked for page by page, drawn line by line. */
export class ChangesView {
  readonly #panel: Panel;
  readonly #list: LineList;
  #loaded: LoadedChanges | undefined;
  #lines: readonly ChangeLine[] = [];
  #listed: readonly Line[] = [];
  /** What the lines were made of. */
  #arranged: { readonly loaded: LoadedChanges; readonly folds: readonly string[] } | undefined;
  /** What is cut off is being asked for, or could not be had. */
  #more: 'idle' | 'asked' | 'failed' = 'idle';

  constructor(panel: Panel) {
    this.#panel = panel;
    this.#list = new LineList({
      label: () => l10n.t('What changes'),
      height: 22,
      redraw: () => panel.redraw(),
      fold: (key) => this.#fold(key),
      enter: (key) => this.#enter(key),
      shown: (lines) => this.#continue(lines),
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
    const before = this.#loaded;
    const folds = new Set(view.folds);
    // Asked for together: a keystroke is seen after one way to the server and back where nothing is unfolded.
    const [changes, denied] = await Promise.all([
      host.ask(PREVIEW_CHANGES, { filter, offset: 0, limit: asMany(before?.rows) }),
      host.ask(PREVIEW_DENIED, { filter, offset: 0, limit: folds.has(DENIED_KEY) ? asMany(before?.denied?.rows) : 1 }),
    ]);
    const unfolded = changes.rows.filter(({ id, pairs }) => pairs > 1 && folds.has(rowKey(id)));
    const [unknown, ...pairs] = await Promise.all([
      changes.summary.undecided.length === 0
        ? undefined
        : host.ask(PREVIEW_UNKNOWN, { filter, offset: 0, limit: asMany(before?.unknown?.rows) }),
      ...unfolded.map(({ id: row }) =>
        host.ask(
          PREVIEW_PAIRS,
          { row, filter, offset: 0, limit: asMany(before?.pairs.get(row)?.pairs) },
          `pairs ${row}`,
        ),
      ),
    ]);
    this.#loaded = {
      changes,
      rows: changes.rows,
      groups: groupsOf(changes.groups),
      pairs: new Map(pairs.map(({ row, pairs: loaded, total }) => [row, { pairs: loaded, total }])),
      denied,
      unknown,
    };
    this.#more = 'idle';
    this.#panel.redraw();
  }

  render(): TemplateResult {
    const loaded = this.#loaded;
    if (loaded === undefined) return html`<p class="empty quiet">${l10n.t('Reading …')}</p>`;
    const { nothing: why } = loaded.changes;
    this.#arrange(loaded);
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
      ${this.#list.render(this.#listed)} ${this.#details()}
    `;
  }

  drawn(): void {
    this.#list.drawn();
  }

  /** Every line there is: some thousand, of which only those in view are drawn; a scroll makes none anew. */
  #arrange(loaded: LoadedChanges): void {
    const { folds } = this.#panel.view;
    const of = this.#arranged;
    if (of?.loaded === loaded && of.folds === folds) return;
    this.#arranged = { loaded, folds };
    this.#lines = changeLines(loaded, new Set(folds));
    this.#listed = this.#lines.map((line) => this.#line(line));
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
      cells: () => changeCells(line, this.#panel),
    };
  }

  /** What is unfolded for the first time is asked for by the line that says that it is missing. */
  #fold(key: string): void {
    const folds = new Set(this.#panel.view.folds);
    if (!folds.delete(key)) folds.add(key);
    this.#panel.setView({ folds: [...folds] });
    this.#panel.redraw();
  }

  /** Enter goes where the change is written; where it is written nowhere, it unfolds. */
  #enter(key: string): void {
    const line = this.#lines.find((each) => each.key === key);
    if (line === undefined) return;
    const place = placeOf(line);
    if (place !== undefined) this.#panel.host.act({ kind: 'reveal', uri: place.uri, line: place.range.start.line });
    else if ('unfolded' in line && line.unfolded !== undefined) this.#fold(key);
  }

  /** Asks for the next page of what is cut off where somebody looks; one question at a time. */
  #continue(shown: readonly Line[]): void {
    if (this.#more !== 'idle') return;
    const keys = new Set(shown.map(({ key }) => key));
    const cut = this.#lines.find((line) => line.kind === 'more' && keys.has(line.key));
    if (cut?.kind === 'more') void this.#ask(cut.of);
  }

  async #ask(of: CutOff): Promise<void> {
    const { revision } = this.#loaded?.changes ?? {};
    this.#more = 'asked';
    try {
      const take = await this.#next(of);
      const loaded = this.#loaded;
      // Pages of two states do not fit together: the change that is announced brings all of them anew.
      if (loaded !== undefined && loaded.changes.revision === revision) this.#loaded = take(loaded);
      this.#more = 'idle';
      this.#panel.redraw();
    } catch (error) {
      if (this.#more === 'asked') this.#more = error instanceof Superseded ? 'idle' : 'failed';
      this.#panel.failed(error);
    }
  }

  /** The next page; what comes back puts it behind those that are there, if those are still the same ones. */
  async #next(of: CutOff): Promise<(loaded: LoadedChanges) => LoadedChanges> {
    const { host, view } = this.#panel;
    const filter = filterOf(view.filter);
    const before = this.#loaded;
    if (before === undefined) return (loaded) => loaded;
    const page = (known: readonly unknown[] | undefined): Omit<PreviewPageParams, 'id'> => ({
      filter,
      offset: known?.length ?? 0,
      limit: PAGE,
    });
    switch (of.kind) {
      case 'rows': {
        const next = await host.ask(PREVIEW_CHANGES, page(before.rows), 'next changes');
        return (loaded) =>
          loaded.rows !== before.rows || next.revision !== loaded.changes.revision
            ? loaded
            : {
                ...loaded,
                rows: [...loaded.rows, ...next.rows],
                groups: new Map([...loaded.groups, ...groupsOf(next.groups)]),
                changes: { ...loaded.changes, breaks: [...loaded.changes.breaks, ...next.breaks] },
              };
      }
      case 'pairs': {
        const { id } = of.row;
        const known = before.pairs.get(id);
        const next = await host.ask(PREVIEW_PAIRS, { row: id, ...page(known?.pairs) }, 'next pairs');
        const pairs = { pairs: [...(known?.pairs ?? []), ...next.pairs], total: next.total };
        return (loaded) =>
          loaded.pairs.get(id) !== known || next.revision !== loaded.changes.revision
            ? loaded
            : { ...loaded, pairs: new Map([...loaded.pairs, [id, pairs]]) };
      }
      case 'denied': {
        const known = before.denied;
        const next = await host.ask(PREVIEW_DENIED, page(known?.rows), 'next denied');
        return (loaded) =>
          loaded.denied !== known || next.revision !== loaded.changes.revision
            ? loaded
            : { ...loaded, denied: { ...next, rows: [...(known?.rows ?? []), ...next.rows] } };
      }
      case 'unknown': {
        const known = before.unknown;
        const next = await host.ask(PREVIEW_UNKNOWN, page(known?.rows), 'next unknown');
        return (loaded) =>
          loaded.unknown !== known || next.revision !== loaded.changes.revision
            ? loaded
            : { ...loaded, unknown: { ...next, rows: [...(known?.rows ?? []), ...next.rows] } };
      }
    }
  }
}

/** As many as are there, within what is given at once. */
function asMany(known: readonly unknown[] | undefined): number {
  return Math.max(PAGE, Math.min(MOST, known?.length ?? 0));
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
