/** What the matrix says of a cell: short in the cell, in words for those who hear it, in full below the matrix. */
import type { PreviewCellPorts, PreviewMatrixCell, PreviewMatrixHead } from '../../../server/src/protocol/preview.ts';
import { l10n } from '../l10n.ts';
import { isolated, legible } from '../legible.ts';
import { podsText, SIGNS, workloadsText } from '../words.ts';

/** Characters for ports in a cell, beside the sign; what is longer is cut off when it is drawn. */
const ROOM = 7;

export interface CellText {
  readonly sign: string;
  readonly ports: string;
  /** Ports that do not fit, or not the same for all pairs. */
  readonly more: boolean;
}

/** Sign and ports: `− 5432`, `all`, `53/UDP …`. */
export function cellText(cell: PreviewMatrixCell): CellText {
  if (cell.pairs === 0) return { sign: '', ports: '', more: false };
  const shown = portsShown(cell);
  const ports = shortPorts(shown.text);
  return { sign: SIGNS[cell.state], ...ports, more: ports.more || (shown.text !== '' && !shown.uniform) };
}

/** How a cell looks. `void`: no pair of workloads is meant, as from outside to outside. */
export type CellLook = PreviewMatrixCell['state'] | 'void';

/** Nothing that passes as before is nothing. */
export function cellLook({ state, before, after, pairs }: PreviewMatrixCell): CellLook {
  if (pairs === 0) return 'void';
  return state === 'same' && before.text === '' && after.text === '' ? 'none' : state;
}

/** The state in a word. */
export function stateWord(state: PreviewMatrixCell['state']): string {
  switch (state) {
    case 'same':
      return l10n.t('unchanged');
    case 'lost':
      return l10n.t('lost');
    case 'gained':
      return l10n.t('gained');
    case 'changed':
      return l10n.t('changed');
    case 'unknown':
      return l10n.t('not known');
    case 'none':
      return l10n.t('nothing passes');
  }
}

/** `lost: 5432/TCP → nothing`. */
export function cellLabel(cell: PreviewMatrixCell): string {
  if (cell.pairs === 0) return l10n.t('no pairs');
  if (cellLook(cell) === 'none') return stateWord('none');
  const [before, after] = [portsText(cell.before), portsText(cell.after)];
  const ports = before === after ? before : l10n.t('{0} → {1}', before, after);
  return l10n.t('{0}: {1}', stateWord(cell.state), ports);
}

/** Everything that is known of a cell, one sentence after the other. */
export function cellDetails(cell: PreviewMatrixCell): readonly string[] {
  if (cell.pairs === 0) return [l10n.t('No pair of workloads is meant here.')];
  if (cellLook(cell) === 'none') return [stateWord('none')];
  const { before, after, pairs } = cell;
  const counts = [
    cell.lost > 0 ? l10n.t('{0} lost', cell.lost) : '',
    cell.gained > 0 ? l10n.t('{0} gained', cell.gained) : '',
    cell.changed > 0 ? l10n.t('{0} changed', cell.changed) : '',
    cell.unknown > 0 ? l10n.t('{0} not decidable', cell.unknown) : '',
  ].filter((text) => text !== '');
  return [
    l10n.t('before {0}, after {1}', portsText(before), portsText(after)),
    ...(pairs === 1 ? [] : [l10n.t('{0} of {1} pairs open before, {2} after', before.open, pairs, after.open)]),
    counts.length === 0 ? stateWord(cell.state) : counts.join(', '),
  ];
}

/** The name of a row or column: hostile text made legible. */
export function headText({ kind, label }: PreviewMatrixHead): string {
  return kind === 'outside' ? l10n.t('Outside') : legible(label);
}

/** The end in full: a workload with its namespace. */
export function headName(head: PreviewMatrixHead): string {
  switch (head.kind) {
    case 'namespace':
      return l10n.t('namespace {0}', legible(head.label));
    case 'workload':
      return legible(head.namespace === undefined ? head.label : `${head.namespace}/${head.label}`);
    case 'outside':
      return l10n.t('everywhere outside');
  }
}

/** `namespace shop, 4 workloads, 12 pods`. */
export function headDetails(head: PreviewMatrixHead): string {
  if (head.kind === 'outside') return headName(head);
  const pods = podsText(head.pods);
  const name = isolated(headName(head));
  if (head.kind === 'workload') return l10n.t('{0}, {1}', name, pods);
  return l10n.t('{0}, {1}, {2}', name, workloadsText(head.workloads), pods);
}

/** What `workload shop/web[Deployment]` is called in a question; undefined of everything that is no workload. */
export function workloadOf({ kind, id }: PreviewMatrixHead): string | undefined {
  const prefix = 'workload ';
  return kind === 'workload' && id.startsWith(prefix) ? id.slice(prefix.length) : undefined;
}

/** One port to ask about: the first that is gone or there. Empty where it may be any. */
export function questionPort({ state, before, after }: PreviewMatrixCell): string {
  const text = state === 'lost' || after.text === '' ? before.text : after.text;
  const [, port, protocol] = /^(\d+)[\d,-]*\/(TCP|UDP|SCTP)/.exec(text) ?? [];
  return port === undefined || protocol === undefined ? '' : `${port}/${protocol}`;
}

/** What is gone, or what passes. */
function portsShown({ state, before, after }: PreviewMatrixCell): PreviewCellPorts {
  return state === 'lost' || (state === 'unknown' && after.text === '') ? before : after;
}

/** Ports of TCP without saying so: always a part of the whole text, so that what is seen is among what is heard. */
function shortPorts(text: string): { readonly ports: string; readonly more: boolean } {
  const short = text
    .replaceAll('/TCP', '')
    .replace(/^all ports$/, 'all')
    .replaceAll(/^all (TCP|UDP|SCTP) ports/g, 'all $1');
  if (short.length <= ROOM) return { ports: short, more: false };
  const [first = ''] = short.split(',');
  return { ports: first, more: first !== short };
}

function portsText({ text }: PreviewCellPorts): string {
  return text === '' ? l10n.t('nothing') : text;
}
