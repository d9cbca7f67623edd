/**
 * What a preview panel and its host in the extension say to each other. The panel is a page without rights: it asks the
 * language server through its host, which lets it ask what belongs to a panel and nothing else.
 */
import type { KeepIntentParams } from './intents.ts';
import type { PreviewAfter } from './preview.ts';

/** A page that was kept from an older version of the extension is not spoken to: it is drawn anew. */
export const PANEL_VERSION = 1;

/** In the order in which they stand. */
export const PANEL_TABS = ['changes', 'matrix', 'graph', 'path'] as const;

export type PanelTab = (typeof PANEL_TABS)[number];

/** The state with which the panel compares, as it can be kept: texts are read when they are needed. */
export type PanelBefore =
  | { readonly kind: 'source' }
  | { readonly kind: 'context'; readonly context: string }
  | { readonly kind: 'snapshot'; readonly path: string }
  | { readonly kind: 'revision'; readonly revision: string };

/** What a person has set in a panel; kept over reloads of the window. */
export interface PanelState {
  readonly version: number;
  /** The document whose policies are looked at. Empty: none, for questions that need no policy. */
  readonly uri: string;
  /** Whether the panel follows the active document. */
  readonly follows: boolean;
  readonly tab: PanelTab;
  readonly before: PanelBefore;
  readonly after: PreviewAfter;
  /** The page's own: filters, what is unfolded, the question. */
  readonly view: unknown;
}

/** Of a panel in which nobody has set anything. */
export const FRESH_PANEL: PanelState = {
  version: PANEL_VERSION,
  uri: '',
  follows: true,
  tab: 'changes',
  before: { kind: 'source' },
  after: { kind: 'document' },
  view: undefined,
};

export type HostMessage =
  /** The panel is ready, or another document or another comparison was chosen: everything is to be asked for. */
  | {
      readonly kind: 'state';
      readonly state: PanelState;
      /** The editor's translations, by the English text. */
      readonly words: Readonly<Record<string, string>>;
    }
  /** Something that answers are made from has changed: what is shown is to be asked for again. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly problem: string }
  /** There is nothing to answer from; one sentence. */
  | { readonly kind: 'problem'; readonly text: string };

export type PanelMessage =
  | { readonly kind: 'ready'; readonly version: number; readonly state: unknown }
  /** `params` without the session's id: the host knows it. */
  | { readonly kind: 'ask'; readonly id: number; readonly method: string; readonly params: object }
  /** Nobody waits for an answer any more. */
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'set'; readonly state: PanelState }
  | PanelAction;

/** What a person does in a panel that happens outside of it. */
export type PanelAction =
  | { readonly kind: 'reveal'; readonly uri: string; readonly line: number }
  /** A person chooses with what is compared. */
  | { readonly kind: 'choose' }
  /** Texts to take into documents. */
  | { readonly kind: 'edit'; readonly edits: readonly PanelEdit[] }
  /** A row or an answer is to be kept as an intent test. */
  | { readonly kind: 'keep'; readonly params: Omit<KeepIntentParams, 'uri'> }
  | { readonly kind: 'copy'; readonly text: string }
  /** What was exported: opened as a document, or saved where it is no text. */
  | { readonly kind: 'open'; readonly language: string; readonly text: string }
  | { readonly kind: 'save'; readonly name: string; readonly base64: string }
  | { readonly kind: 'apply' }
  | { readonly kind: 'command'; readonly command: 'chooseContext' | 'useSnapshot' | 'copyReadRole' };

/** 0-based, UTF-16, as in LSP. */
export interface PanelEdit {
  readonly uri: string;
  /** Of the open document that the edits are for; absent: it was not open. */
  readonly version?: number;
  readonly edits: readonly {
    readonly range: {
      readonly start: { readonly line: number; readonly character: number };
      readonly end: { readonly line: number; readonly character: number };
    };
    readonly newText: string;
  }[];
}
