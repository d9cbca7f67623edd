import type { Hover } from 'vscode-languageserver-types';
import { count } from '../analysis/wording.ts';
import { policyKey } from '../engine/compilePolicy.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { HELD } from './annotations.ts';
import { SHOW_MATCHES } from './codeLens.ts';
import type { HoverContext } from './hoverContext.ts';
import { fieldDoc } from './fieldDocs.ts';
import { hoverTarget } from './hoverTarget.ts';
import { blockLines } from './hoverBlock.ts';
import { configurationHover } from './hoverConfiguration.ts';
import { requirementLines } from './hoverLabels.ts';
import {
  directionLines,
  namespaceLines,
  ownLabelsLines,
  policyLines,
  policyTypeLines,
  policyTypesLines,
  ruleLines,
} from './hoverPolicy.ts';
import { objectDoc, objectLines } from './hoverObject.ts';
import { portLines } from './hoverPort.ts';
import { peerLines, targetLines } from './hoverSelector.ts';
import { intentHover } from './intents/intentHover.ts';
import { commandLink, escaped } from './markdown.ts';
import { objectTarget } from './objectTarget.ts';
import { readingText, sourceText } from './sourceText.ts';

export interface HoverOptions {
  /** Whether the client runs our commands from links. */
  readonly commandLinks: boolean;
  /** The link of a check's page; absent where the client could not open it. */
  readonly pageOf?: (code: string) => string | undefined;
}

/** What a policy, a rule, a selector, a peer or a port means in the universe of its file; Markdown. */
export function hover(
  snapshot: WorkspaceSnapshot,
  uri: string,
  offset: number,
  options: HoverOptions = { commandLinks: true },
): Hover | null {
  const target = hoverTarget(snapshot, uri, offset);
  if (target === undefined) {
    return objectHover(snapshot, uri, offset, options) ?? configuredHover(snapshot, uri, offset, options);
  }
  const { view } = target;
  const context: HoverContext = {
    snapshot,
    target,
    listLink: (words, path) =>
      options.commandLinks ? commandLink(words, SHOW_MATCHES, { uri, policy: policyKey(view), path }) : words,
    commandLink: (words, command, argument) => (options.commandLinks ? commandLink(words, command, argument) : ''),
  };
  const source = `<sub>${sourceLine(snapshot)}${view.held ? ` · ${HELD}` : ''}</sub>`;
  const value = `${lines(linesOf(context))}\n\n---\n\n${lines([fieldDoc(target.path), source])}`;
  return {
    contents: { kind: 'markdown', value },
    range: lineIndex(view.file.file.text).range(target.range),
  };
}

/** Of a workload, a Service or a Namespace. */
function objectHover(
  snapshot: WorkspaceSnapshot,
  uri: string,
  offset: number,
  { commandLinks }: HoverOptions,
): Hover | null {
  const target = objectTarget(snapshot, uri, offset);
  if (target === undefined) return null;
  const { key: object, held, file } = target.object;
  const link = (words: string): string =>
    commandLinks ? commandLink(words, SHOW_MATCHES, { uri, object, policy: '', path: '' }) : '';
  const source = `<sub>${sourceLine(snapshot)}${held ? ` · ${HELD}` : ''}</sub>`;
  const answer = lines(objectLines(snapshot, target, link).filter((line) => line !== ''));
  return {
    contents: { kind: 'markdown', value: `${answer}\n\n---\n\n${lines([objectDoc(target), source])}` },
    range: lineIndex(file.file.text).range(target.range),
  };
}

/** Of a key or a value of a bulkhead.yaml, or of a file of tests. */
function configuredHover(
  snapshot: WorkspaceSnapshot,
  uri: string,
  offset: number,
  { pageOf = () => undefined }: HoverOptions,
): Hover | null {
  const found = configurationHover(snapshot, uri, offset, pageOf) ?? intentHover(snapshot, uri, offset);
  const text = snapshot.files.get(uri)?.file.text;
  if (found === undefined || text === undefined) return null;
  const value = [lines(found.lines), found.doc ?? ''].filter((part) => part !== '').join('\n\n---\n\n');
  return { contents: { kind: 'markdown', value }, range: lineIndex(text).range(found.token.range) };
}

/** Lines of one paragraph. */
function lines(texts: readonly string[]): string {
  return texts.join('  \n');
}

function linesOf(context: HoverContext): readonly string[] {
  const { subject } = context.target;
  switch (subject.kind) {
    case 'policy':
      return policyLines(context);
    case 'namespace':
      return namespaceLines(context);
    case 'targets':
      return targetLines(context);
    case 'ownLabels':
      return ownLabelsLines(context);
    case 'policyTypes':
      return policyTypesLines(context);
    case 'policyType':
      return policyTypeLines(context, subject.index);
    case 'direction':
      return directionLines(context, subject.direction);
    case 'rule':
      return ruleLines(context, subject.direction, subject.rule);
    case 'peer':
      return peerLines(context, subject);
    case 'block':
      return blockLines(context, subject);
    case 'requirement':
      return requirementLines(context, subject);
    case 'port':
      return portLines(context, subject);
  }
}

/** `live: prod-eu, 4 s ago · 214 pods read`: every count names its source, its age and how much of it was read. */
function sourceLine(snapshot: WorkspaceSnapshot): string {
  const unenforced = snapshot.plugins?.enforces === 'no' ? ' · nothing there enforces policies' : '';
  return readLine(snapshot) + unenforced;
}

function readLine(snapshot: WorkspaceSnapshot): string {
  const { source, universe } = snapshot;
  const from = sourceText(snapshot, escaped);
  if (source.kind === 'none') return from;
  const reading = readingText(source, 'Pod');
  if (reading !== undefined) return `${from} · ${reading}`;
  const { pods, workloads } = universe.cluster.stats;
  if (source.kind === 'files') return `${from} · ${count(workloads, 'workload')}`;
  const status = source.state.coverage.filter(({ kind }) => kind === 'Pod').map(({ status }) => status);
  const refused = status.flatMap((one) => (one.state === 'forbidden' ? [one.mend] : []));
  if (refused.length > 0) return `${from} · ${count(pods, 'pod')} read, not all: needs ${escaped(refused.join('; '))}`;
  const whole = status.length > 0 && status.every(({ state }) => state === 'complete');
  return `${from} · ${whole ? `all ${count(pods, 'pod')}` : count(pods, 'pod')} read`;
}
