import type { PanelState } from '../../server/src/protocol/panel.ts';
import type { PreviewCompared, PreviewFilter } from '../../server/src/protocol/preview.ts';
import type { Host } from './host.ts';

/** What the page itself keeps over reloads. */
export interface ViewState {
  /** As it is typed. */
  readonly filter: FilterText;
  /** Keys of lines that are folded other than by default. */
  readonly folds: readonly string[];
  /** Namespaces of the matrix that are unfolded. */
  readonly expanded: readonly string[];
  readonly onlyChanged: boolean;
  /** What the graph is about; undefined: everything that changes. */
  readonly focus?: GraphFocus;
  /** The graph's edges are shown as a table. */
  readonly asTable?: boolean;
  readonly question?: PathQuestionText;
}

export interface FilterText {
  readonly workload: string;
  readonly namespace: string;
  readonly direction: '' | 'ingress' | 'egress';
  readonly port: string;
  readonly onlyLost: boolean;
}

export type GraphFocus =
  | { readonly kind: 'workload'; readonly workload: string }
  | { readonly kind: 'policy'; readonly policy: string }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | { readonly kind: 'changes' };

export interface PathQuestionText {
  readonly from: string;
  readonly to: string;
  readonly port: string;
  /** A line of a program whose connection failed, pasted. */
  readonly error: string;
}

export const NO_QUESTION: PathQuestionText = { from: '', to: '', port: '', error: '' };

export const FRESH_VIEW: ViewState = {
  filter: { workload: '', namespace: '', direction: '', port: '', onlyLost: false },
  folds: [],
  expanded: [],
  onlyChanged: false,
};

/** What the parts of the page share. */
export interface Panel {
  readonly host: Host;
  readonly state: PanelState;
  readonly view: ViewState;
  /** What was compared in the newest answer. */
  readonly compared: PreviewCompared | undefined;
  /** Something a person has set. What it changes is asked for again. */
  set(state: Partial<PanelState>): void;
  setView(view: Partial<ViewState>): void;
  /** Draws the page again, once for everything that asks for it at the same time. */
  redraw(): void;
  /** What a person is told once, and hears if they cannot see. */
  announce(text: string): void;
  /** A question could not be answered. */
  failed(error: unknown): void;
}

/** A filter as the server takes it. Undefined conditions are left out. */
export function filterOf({ workload, namespace, direction, port, onlyLost }: FilterText): PreviewFilter {
  const namespaces = namespace.split(/[\s,]+/).filter((name) => name !== '');
  const wanted = portOf(port);
  return {
    ...(namespaces.length > 0 && { namespaces }),
    ...(workload.trim() !== '' && { workload: workload.trim() }),
    ...(direction !== '' && { direction }),
    ...(wanted !== undefined && { port: wanted }),
    ...(onlyLost && { onlyLost }),
  };
}

/** `5432` or `53/UDP`; undefined where it is neither (yet). */
export function portOf(text: string): NonNullable<PreviewFilter['port']> | undefined {
  const [, number = '', protocol] = /^\s*(\d{1,5})(?:\s*\/\s*(tcp|udp|sctp))?\s*$/i.exec(text) ?? [];
  const port = Number(number);
  if (number === '' || port < 1 || port > 65_535) return undefined;
  return protocol === undefined ? { port } : { port, protocol: protocol.toUpperCase() as 'TCP' };
}

/** A page's state of another version, or of another shape, is forgotten. */
export function viewOf(stored: unknown): ViewState {
  if (typeof stored !== 'object' || stored === null) return FRESH_VIEW;
  const { filter, folds, expanded, onlyChanged, question, ...rest } = stored as Partial<ViewState>;
  return {
    ...FRESH_VIEW,
    ...rest,
    filter: { ...FRESH_VIEW.filter, ...filter },
    folds: Array.isArray(folds) ? folds : FRESH_VIEW.folds,
    expanded: Array.isArray(expanded) ? expanded : [],
    onlyChanged: onlyChanged === true,
    ...(typeof question === 'object' && { question: { ...NO_QUESTION, ...(question as Partial<PathQuestionText>) } }),
  };
}
