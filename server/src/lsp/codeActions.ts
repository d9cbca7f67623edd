import type { CodeAction, Diagnostic, Range } from 'vscode-languageserver-types';
import { CodeActionKind } from 'vscode-languageserver-types';
import type { Finding, Fix } from '../analysis/finding.ts';
import { editsOf, rightFixes, together } from '../analysis/fixAll.ts';
import { effectText, takenText } from '../workspace/effectText.ts';
import { lineIndex } from '../syntax/lineIndex.ts';
import type { FixEffect } from '../workspace/fixEffect.ts';
import { toDiagnostics, toWorkspaceEdit, type EditOptions, type ProtocolOptions } from './toProtocol.ts';

/** Run on save: it holds nothing that changes what passes. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.bulkhead`;

export interface CodeActionParts {
  readonly uri: string;
  readonly text: string;
  readonly range: Range;
  /** The kinds that the client wants; absent: whatever belongs to the range. */
  readonly only: readonly string[] | undefined;
  readonly findings: readonly Finding[];
  /** What can be done at the range without a finding. */
  readonly refactorings: () => readonly Fix[];
  /** What a fix does to reachability; undefined where that cannot be known. */
  readonly effectOf: (fix: Fix) => FixEffect | undefined;
  /** What an effect takes that somebody is known to need; undefined where nothing is. */
  readonly breaksOf: (effect: FixEffect) => string | undefined;
  /** Whether the request has taken so long that what is still missing is left out. */
  readonly isLate: () => boolean;
  readonly protocol: ProtocolOptions;
  readonly edits: EditOptions;
}

/** Whoever selects a whole file is not shown a list of thousands. */
const MOST_FINDINGS = 50;

/** The fixes of the findings that a range touches, what else can be done there, and what can be mended on save. */
export function codeActions(parts: CodeActionParts): CodeAction[] {
  const { only } = parts;
  const wants = (kind: string): boolean => only === undefined || only.some((wanted) => isKind(kind, wanted));
  const actions = wants(CodeActionKind.QuickFix) ? quickFixes(parts) : [];
  if (wants(CodeActionKind.Refactor)) {
    const offered = new Set(actions.map(({ title }) => title));
    const more = parts.refactorings().flatMap((fix) => action(parts, fix, CodeActionKind.Refactor));
    actions.push(...more.filter(({ title }) => !offered.has(title)));
  }
  // Only on request: it is for the whole file, not for the place of the cursor.
  if (only !== undefined && wants(FIX_ALL)) actions.push(...fixAll(parts));
  return actions;
}

function quickFixes(parts: CodeActionParts): CodeAction[] {
  const { findings, text, range, protocol, isLate } = parts;
  const lines = lineIndex(text);
  const [start, end] = [lines.offset(range.start), lines.offset(range.end)];
  const near = findings.filter((finding) => finding.range.start <= end && start <= finding.range.end);
  const touched = near.slice(0, MOST_FINDINGS);
  const diagnostics = toDiagnostics(touched, protocol);
  const codes = new Map<string, Diagnostic>();
  const actions: CodeAction[] = [];
  for (const [index, { fixes = [], code }] of touched.entries()) {
    const diagnostic = diagnostics[index];
    if (diagnostic === undefined) continue;
    if (fixes.length > 0 && !codes.has(code)) codes.set(code, diagnostic);
    actions.push(...fixes.flatMap((fix) => action(parts, fix, CodeActionKind.QuickFix, diagnostic)));
    if (isLate()) return actions;
  }
  return [...actions, ...[...codes].flatMap(([code, diagnostic]) => fixAllOf(parts, code, diagnostic))];
}

/** Every finding of one check at once, whatever it does to traffic: a person chooses it. */
function fixAllOf(parts: CodeActionParts, code: string, diagnostic: Diagnostic): CodeAction[] {
  const { findings, uri, text, isLate } = parts;
  const right = rightFixes(
    findings.filter((finding) => finding.code === code),
    isLate,
  );
  const chosen = isLate() ? undefined : together(uri, text, right);
  if (chosen === undefined || chosen.length < 2) return [];
  const fix: Fix = { title: `Fix all ${chosen.length} of ${code} in this file`, edits: editsOf(chosen) };
  return action(parts, fix, CodeActionKind.QuickFix, diagnostic);
}

/** The right fixes of the file that leave reachability as it is, each on its own and all together. */
function fixAll(parts: CodeActionParts): CodeAction[] {
  const { findings, uri, text } = parts;
  const safe = rightFixes(findings, parts.isLate).filter((fix) => changesNothing(parts, fix));
  const chosen = together(uri, text, safe);
  if (chosen === undefined) return [];
  const fix: Fix = { title: 'Fix all that changes no traffic', edits: editsOf(chosen) };
  if (!changesNothing(parts, fix)) return [];
  const edit = toWorkspaceEdit(fix, parts.edits);
  return edit === undefined ? [] : [{ title: fix.title, kind: FIX_ALL, edit }];
}

/** Both proofs: no connection between known pods changes, and none could between any others. */
function changesNothing({ effectOf }: CodeActionParts, fix: Fix): boolean {
  const effect = effectOf(fix);
  return effect !== undefined && effect.meansTheSame && effect.delta.rectangles.length === 0;
}

function action(parts: CodeActionParts, fix: Fix, kind: string, diagnostic?: Diagnostic): CodeAction[] {
  const effect = fix.quiet === true ? undefined : parts.effectOf(fix);
  const text = effect && effectText(effect);
  const taken = fix.confirm === true ? takenBy(parts, effect, text) : undefined;
  const edit = toWorkspaceEdit(fix, parts.edits, taken);
  if (edit === undefined) return [];
  return [
    {
      title: text === undefined || SAYS_IT.test(fix.title) ? fix.title : `${fix.title} (${text})`,
      kind,
      ...(diagnostic === undefined ? {} : { isPreferred: fix.preferred === true, diagnostics: [diagnostic] }),
      edit,
    },
  ];
}

/** What a person agrees to: the traffic that is taken, and what would miss it. */
function takenBy({ breaksOf }: CodeActionParts, effect: FixEffect | undefined, text: string | undefined): string {
  if (effect === undefined) return text ?? NOT_KNOWN;
  return [takenText(effect) ?? text ?? NOT_KNOWN, breaksOf(effect)].filter((part) => part !== undefined).join('; ');
}

/** The check has said already what its edit does. */
const SAYS_IT = /: (?:nothing changes|isolates|lets|opens|closes|cuts|takes)\b/;
const NOT_KNOWN = 'which traffic it takes is not known here';

/** A kind is wanted by its own name or by a part of it from the left. */
function isKind(kind: string, wanted: string): boolean {
  return wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
}
