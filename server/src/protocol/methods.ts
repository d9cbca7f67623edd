/**
 * The names of our own LSP methods with their parameter and result types. No dependency on an LSP package, so that
 * client, server and webview can share them whatever versions they run (the types are phantom: they only exist for
 * the compiler).
 */
import type {
  DecideParams,
  ExportText,
  GuardState,
  PreviewAnswer,
  PreviewParams,
  SendAnswer,
  SendParams,
} from './apply.ts';
import type { JournalCheck, JournalFormat, JournalText, PolicyChanges } from './changes.ts';
import type { ConnectOutcome, ContextChoice, ContextList, LoginPromptParams } from './contexts.ts';
import type {
  IntentFolder,
  IntentList,
  IntentRunAnswer,
  KeepIntentAnswer,
  KeepIntentParams,
  RunIntentsParams,
} from './intents.ts';
import type { LivePolicy, LivePolicyParams } from './livePolicy.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { CursorParams, MatchList, MatchesParams } from './matches.ts';
import type { ReadRole, ReadRoleParams } from './readRole.ts';
import type { RenderOutcome, RenderParams } from './render.ts';
import type { ScopeList } from './scopes.ts';
import type { ObjectName, ObjectText } from './objects.ts';
import type { NamespaceList } from './namespaces.ts';
import type { SourceChoice } from './sources.ts';
import type { ServerStatus } from './status.ts';

export interface RequestMethod<Params, Result> {
  readonly name: string;
  readonly params?: Params;
  readonly result?: Result;
}

export interface NotificationMethod<Params> {
  readonly name: string;
  readonly params?: Params;
}

/** Client to server: the pods behind a lens or a count, for a picker that leads to their manifests. */
export const MATCHES: RequestMethod<MatchesParams, MatchList> = { name: 'bulkhead/matches' };
/** Client to server: the contexts of the kubeconfig; reads files only, contacts nothing and runs nothing. */
export const CONTEXTS: RequestMethod<{ readonly folder: string; readonly uri?: string }, ContextList> = {
  name: 'bulkhead/contexts',
};
/** Client to server: a person has chosen a context for a folder. */
export const CONNECT: RequestMethod<ContextChoice, ConnectOutcome> = { name: 'bulkhead/connect' };
/** Client to server: a context that was connected for a comparison is not needed any more. */
export const DISCONNECT: RequestMethod<{ readonly folder: string; readonly context: string }, null> = {
  name: 'bulkhead/disconnect',
};
/** Client to server: try the connection to the context that a person has chosen, step by step. */
export const DIAGNOSE: RequestMethod<ContextChoice, Diagnosis> = { name: 'bulkhead/diagnose' };
/** Client to server: where the pods of a folder come from from now on. */
export const USE_SOURCE: RequestMethod<SourceChoice, { readonly problem?: string }> = { name: 'bulkhead/useSource' };
/** Client to server: the scopes that a document takes part in. */
export const SCOPES: RequestMethod<{ readonly uri: string }, ScopeList> = { name: 'bulkhead/scopes' };
/** Client to server: answer a folder's documents in a scope where they take part in it; absent: each in its own. */
export const USE_SCOPE: RequestMethod<{ readonly folder: string; readonly scope?: string }, null> = {
  name: 'bulkhead/useScope',
};
/** Client to server: the namespaces that a folder's answers know of. */
export const NAMESPACES: RequestMethod<{ readonly folder: string }, NamespaceList> = { name: 'bulkhead/namespaces' };
/** Client to server: the least role to read with, as YAML. */
export const READ_ROLE: RequestMethod<ReadRoleParams, ReadRole> = { name: 'bulkhead/readRole' };
/** Client to server: render a chart or an overlay, which runs a program; only on a person's click. */
export const RENDER: RequestMethod<RenderParams, RenderOutcome> = { name: 'bulkhead/render' };
/** Client to server: the intent tests of a folder. */
export const INTENTS: RequestMethod<IntentFolder, IntentList> = { name: 'bulkhead/intents' };
/** Client to server: run intent tests against what everything else is answered from. */
export const RUN_INTENTS: RequestMethod<RunIntentsParams, IntentRunAnswer> = { name: 'bulkhead/runIntents' };
/** Server to client: tests, or what they may say, have changed; only once somebody has asked for tests. */
export const INTENTS_CHANGED: NotificationMethod<Record<string, never>> = { name: 'bulkhead/intentsChanged' };
/** Client to server: the edit that keeps an answer as a test. Changes nothing. */
export const KEEP_INTENT: RequestMethod<KeepIntentParams, KeepIntentAnswer> = { name: 'bulkhead/keepIntent' };
/** Client to server: read the chosen sources again. */
export const REFRESH: RequestMethod<Record<string, never>, null> = { name: 'bulkhead/refresh' };
/** Client to server: the text of a check's page, Markdown. */
export const CHECK_PAGE: RequestMethod<{ readonly code: string }, { readonly markdown?: string }> = {
  name: 'bulkhead/checkPage',
};
/** Client to server: an object as its source knows it, as YAML, for a read-only document. */
export const OBJECT: RequestMethod<ObjectName, ObjectText> = { name: 'bulkhead/object' };
/** Client to server: a document's policy as the chosen cluster or snapshot has it. */
export const LIVE_POLICY: RequestMethod<LivePolicyParams, LivePolicy> = { name: 'bulkhead/livePolicy' };
/** Client to server: have the chosen cluster try what a person means to change. Changes nothing. */
export const PREVIEW_APPLY: RequestMethod<PreviewParams, PreviewAnswer> = { name: 'bulkhead/previewApply' };
/** Client to server: a person has confirmed a preview; it is sent once. */
export const SEND_APPLY: RequestMethod<SendParams, SendAnswer> = { name: 'bulkhead/sendApply' };
/** Client to server: what can be taken elsewhere where it cannot, or should not, be sent from here. */
export const EXPORT_APPLY: RequestMethod<{ readonly id: string }, ExportText> = { name: 'bulkhead/exportApply' };
/** Client to server: the text behind an address of a step, for a diff. */
export const APPLY_TEXT: RequestMethod<{ readonly address: string }, { readonly text: string }> = {
  name: 'bulkhead/applyText',
};
/** Client to server: guarded changes of this machine that nobody holds any more. */
export const PENDING_GUARDS: RequestMethod<Record<string, never>, { readonly guards: readonly GuardState[] }> = {
  name: 'bulkhead/pendingGuards',
};
/** Client to server: keep a guarded change, or roll it back now. */
export const DECIDE_GUARD: RequestMethod<DecideParams, { readonly text: string; readonly done?: true }> = {
  name: 'bulkhead/decideGuard',
};
/** Client to server: policies of the connected clusters that somebody else has changed. */
export const POLICY_CHANGES: RequestMethod<Record<string, never>, PolicyChanges> = { name: 'bulkhead/policyChanges' };
/** Client to server: the text behind an address of a change; undefined where it is not kept any more. */
export const CHANGE_TEXT: RequestMethod<{ readonly address: string }, { readonly text?: string }> = {
  name: 'bulkhead/changeText',
};
/** Client to server: compare every line of the journal with the hash that the next one names. */
export const VERIFY_JOURNAL: RequestMethod<Record<string, never>, JournalCheck> = { name: 'bulkhead/verifyJournal' };
/** Client to server: the journal for another program or for a report. */
export const EXPORT_JOURNAL: RequestMethod<{ readonly format: JournalFormat }, JournalText> = {
  name: 'bulkhead/exportJournal',
};
/** Client to server: where the cursor stands; half-typed keys under it keep the last decodable state. */
export const CURSOR: NotificationMethod<CursorParams> = { name: 'bulkhead/cursor' };
/** Server to client: where a guarded change stands. */
export const GUARD: NotificationMethod<GuardState> = { name: 'bulkhead/guard' };
/** Server to client: the list of changes is another one. */
export const POLICIES_CHANGED: NotificationMethod<PolicyChanges> = { name: 'bulkhead/policiesChanged' };
/** Server to client: a login program asks something of a person, or has ended. */
export const LOGIN_PROMPT: NotificationMethod<LoginPromptParams> = { name: 'bulkhead/loginPrompt' };
/** Server to client: sources, connection and problems for the status item. */
export const STATUS: NotificationMethod<ServerStatus> = { name: 'bulkhead/status' };
