import { html, nothing, type TemplateResult } from 'lit';
import type {
  PreviewBreak,
  PreviewCause,
  PreviewEnd,
  PreviewGroup,
  PreviewPair,
  PreviewPlace,
  PreviewPolicy,
  PreviewRow,
} from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { legible } from '../legible.ts';
import type { Panel } from '../panel.ts';
import { endPods, endText, fileName, podsText, SIGNS, typeWord, workloadText } from '../words.ts';
import type { ChangeLine } from './changeLines.ts';
import { keptTraffic, stillDenied, type Traffic } from './keptTraffic.ts';

/** What one line says: sign, ends, ports, cause, and what can be done with it. */
export function changeCells(line: ChangeLine, panel: Panel): TemplateResult {
  switch (line.kind) {
    case 'group':
      return groupCells(line.group);
    case 'row':
      return rowCells(line.row, line.breaks, line.within, panel);
    case 'pair':
      return pairCells(line.pair, line.row, panel);
    case 'breaks':
      return text(
        line.count === 1 ? l10n.t('Would break: 1 need') : l10n.t('Would break: {0} needs', line.count),
        'break',
      );
    case 'break': {
      const { breaks, row } = line;
      return html`
        ${sign('lost')}
        <span role="gridcell" class="ends"
          ><span class="break">${sureness(breaks)}</span> <span class="name">${legible(breaks.text)}</span></span
        >
        <span role="gridcell" class="ports">${row === undefined ? nothing : ports(row)}</span>
        <span role="gridcell" class="cause">
          ${breaks.evidence === undefined ? nothing : placeLink(breaks.evidence, '', panel)}
          ${row === undefined ? nothing : html`<span class="quiet">${l10n.t('lost by')}</span> ${causeLinks(row.causes, panel)}`}
        </span>
        ${row === undefined ? nothing : actions(row.from, row.to, row, panel)}
      `;
    }
    case 'more':
      return text(l10n.t('Reading …'), 'quiet');
    case 'denied': {
      const pairs = line.pairs === 1 ? l10n.t('1 pair') : l10n.t('{0} pairs', line.pairs);
      return text(l10n.t('Opened on one side, still denied on the other: {0}', pairs));
    }
    case 'deniedRow':
      return html`
        ${sign('none')}
        <span role="gridcell" class="ends">${ends(line.row.from, line.row.to)}</span>
        <span role="gridcell" class="ports">${line.row.ports.text}</span>
        <span role="gridcell" class="cause">
          ${l10n.t('still denied by')} ${line.row.deniedBy.map((policy) => policyLink(policy, panel))}
          ${line.row.morePolicies > 0 ? l10n.t('and {0} more', line.row.morePolicies) : nothing}
          <span class="quiet">(${directionOf(line.row.deniedIn, line.row.from, line.row.to)})</span>
        </span>
        ${actions(line.row.from, line.row.to, stillDenied(line.row.ports), panel)}
      `;
    case 'reason':
      return html`
        ${sign('unknown')}
        <span role="gridcell" class="wide">
          ${
            line.reason.pairs === 0
              ? l10n.t('Not known: {0}', legible(line.reason.why))
              : line.reason.pairs === 1
                ? l10n.t('Not decidable: 1 pair, {0}', legible(line.reason.why))
                : l10n.t('Not decidable: {0} pairs, {1}', line.reason.pairs, legible(line.reason.why))
          }
          ${line.reason.right === undefined ? nothing : rightCell(line.reason.right, panel)}
        </span>
      `;
    case 'unknownRow': {
      const { from, to, subject, direction, why } = line.row;
      return html`
        ${sign('unknown')}
        <span role="gridcell" class="ends"
          >${from !== undefined && to !== undefined ? ends(from, to) : html`<span class="name">${legible(subject)}</span>`}</span
        >
        <span role="gridcell" class="ports">${direction ?? nothing}</span>
        <span role="gridcell" class="cause quiet">${legible(why)}</span>
      `;
    }
  }
}

function groupCells({ subject, isolation, lost, gained, changed }: PreviewGroup): TemplateResult {
  const counts = [
    lost > 0 ? l10n.t('{0} lost', lost) : '',
    gained > 0 ? l10n.t('{0} gained', gained) : '',
    changed > 0 ? l10n.t('{0} changed', changed) : '',
  ].filter((part) => part !== '');
  const isolated = (['ingress', 'egress'] as const).flatMap((direction) => {
    const { before, after } = isolation[direction];
    if (before === after) return [];
    if (after === true)
      return direction === 'ingress' ? [l10n.t('ingress isolated now')] : [l10n.t('egress isolated now')];
    if (after === false && before === true) {
      return direction === 'ingress' ? [l10n.t('ingress no longer isolated')] : [l10n.t('egress no longer isolated')];
    }
    return [];
  });
  return html`
    <span role="gridcell" class="wide">
      <strong class="name">${workloadText(subject)}</strong>
      <span class="quiet"
        >${subject.workloadKind} · ${podsText(subject.pods, subject.podsUnknown)} · ${counts.join(' · ')}</span
      >
      ${isolated.length === 0 ? nothing : html`<span class="altered">${isolated.join(' · ')}</span>`}
    </span>
  `;
}

function rowCells(row: PreviewRow, breaks: readonly PreviewBreak[], within: string, panel: Panel): TemplateResult {
  const other = row.direction === 'ingress' ? row.from : row.to;
  const pods = endPods(other);
  return html`
    ${sign(row.type)}
    <span role="gridcell" class="ends">
      ${ends(row.from, row.to, within)} ${pods === undefined ? nothing : html`<span class="quiet">${pods}</span>`}
    </span>
    <span role="gridcell" class="ports">${ports(row)}</span>
    <span role="gridcell" class="cause">
      ${causeLinks(row.causes, panel)} ${breaks.length === 0 ? nothing : breakCell(breaks)}
    </span>
    ${actions(row.from, row.to, row, panel)}
  `;
}

function pairCells(pair: PreviewPair, row: PreviewRow, panel: Panel): TemplateResult {
  return html`
    ${sign(pair.type)}
    <span role="gridcell" class="ends">${ends(pair.from, pair.to)}</span>
    <span role="gridcell" class="ports">${ports({ type: pair.type, before: pair.before, after: pair.after })}</span>
    <span role="gridcell" class="cause">${causeLinks(pair.causes, panel)}</span>
    ${actions(pair.from, pair.to, { ...row, type: pair.type }, panel)}
  `;
}

function text(content: string, look = ''): TemplateResult {
  return html`<span role="gridcell" class="wide ${look}">${content}</span>`;
}

function sign(type: 'lost' | 'gained' | 'changed' | 'unknown' | 'none'): TemplateResult {
  const looks = { lost: 'lost', gained: 'gained', changed: 'altered', unknown: 'unknown', none: 'quiet' };
  const word = type === 'unknown' ? l10n.t('not known') : type === 'none' ? '' : typeWord(type);
  return html`<span role="gridcell" class="sign ${looks[type]}"
    ><span aria-hidden="true">${SIGNS[type]}</span><span class="hidden">${word}</span></span
  >`;
}

function ends(from: PreviewEnd, to: PreviewEnd, within?: string): TemplateResult {
  const [source, target] = [endText(from, within), endText(to, within)];
  return html`<span class="name" title=${source}>${source}</span><span class="arrow" aria-hidden="true"> → </span
    ><span class="hidden"> ${l10n.t('to')} </span><span class="name" title=${target}>${target}</span>`;
}

function ports({ type, before, after }: Pick<PreviewRow, 'type' | 'before' | 'after'>): string {
  if (type === 'lost') return before.text;
  if (type === 'gained') return after.text;
  return l10n.t('{0} → {1}', before.text, after.text);
}

function causeLinks(causes: readonly PreviewCause[], panel: Panel): readonly TemplateResult[] {
  const shown = causes.slice(0, 2);
  const more = causes.length - shown.length;
  const links = shown.map(
    (cause, index) =>
      html`${placeLink(cause.place, cause.policy, panel)}
        <span class="quiet">${cause.text}${index < shown.length - 1 ? ', ' : nothing}</span>`,
  );
  return more === 0 ? links : [...links, html`<span class="quiet">${l10n.t('and {0} more', more)}</span>`];
}

function policyLink({ policy, place }: PreviewPolicy, panel: Panel): TemplateResult {
  return html`<span class="name">${legible(policy)}</span>
    ${place === undefined ? nothing : placeLink(place, '', panel)}`;
}

/** The file and the line, counted from 1 as editors do; the policy's name where no file holds it. */
function placeLink(place: PreviewPlace | undefined, policy: string, panel: Panel): TemplateResult {
  if (place === undefined) return html`<span class="name">${legible(policy)}</span>`;
  const { line } = place.range.start;
  return html`<button
    type="button"
    class="link name"
    title=${legible(policy)}
    @click=${() => panel.host.act({ kind: 'reveal', uri: place.uri, line })}
  >
    ${fileName(place.uri)}:${line + 1}
  </button>`;
}

function breakCell(breaks: readonly PreviewBreak[]): TemplateResult {
  const [first] = breaks;
  return first === undefined ? html`` : html`<span class="break">${sureness(first)}</span>`;
}

function sureness({ sureness: sure }: PreviewBreak): string {
  switch (sure) {
    case 'certain':
      return l10n.t('would break');
    case 'likely':
      return l10n.t('would likely break');
    case 'possible':
      return l10n.t('may break');
  }
}

function rightCell(right: string, panel: Panel): TemplateResult {
  return html`<span class="quiet">${legible(right)}</span>
    <button type="button" class="link" @click=${() => panel.host.act({ kind: 'command', command: 'copyReadRole' })}>
      ${l10n.t('Copy the read role')}
    </button>`;
}

/** What can be asked or kept of a line whose ends are one workload each. */
function actions(from: PreviewEnd, to: PreviewEnd, row: Traffic, panel: Panel): TemplateResult {
  const [source, target] = [endName(from), endName(to)];
  const port = portName(row);
  if (source === undefined || target === undefined || port === undefined) {
    return html`<span role="gridcell" class="actions"></span>`;
  }
  return html`<span role="gridcell" class="actions">
    <button
      type="button"
      class="link"
      @click=${() => panel.set({ tab: 'path', view: { ...panel.view, question: { from: source, to: target, port, error: '' } } })}
    >
      ${l10n.t('Why')}
    </button>
    <button
      type="button"
      class="link"
      @click=${() => panel.host.act({ kind: 'keep', params: { from: source, to: target, ...keptTraffic(row) } })}
    >
      ${l10n.t('Keep as test')}
    </button>
  </span>`;
}

function endName(end: PreviewEnd): string | undefined {
  return end.kind === 'workload' ? end.id : end.kind === 'external' ? end.cidrs[0] : undefined;
}

/** One port of what has changed, for a question: the first. */
function portName({ type, before, after }: Traffic): string | undefined {
  const [first] = (type === 'lost' ? before : after).connections;
  const port = first?.ports.split(/[,-]/)[0];
  return first === undefined || port === undefined ? undefined : `${port}/${first.protocol}`;
}

function directionOf(direction: 'ingress' | 'egress', from: PreviewEnd, to: PreviewEnd): string {
  return direction === 'ingress' ? l10n.t('ingress of {0}', endText(to)) : l10n.t('egress of {0}', endText(from));
}
