/** Runs the semantic checks over texts as the workspace does, and applies their fixes. */
import { expect } from 'vitest';
import { analyzeFile } from '../../server/src/analysis/analyzeFile.ts';
import type { CheckContext } from '../../server/src/analysis/check.ts';
import type { Finding, Fix } from '../../server/src/analysis/finding.ts';
import { refactorings } from '../../server/src/analysis/fixes/refactorings.ts';
import type { Problem } from '../../server/src/model/finding.ts';
import { DEFAULT_TARGET_VERSION } from '../../server/src/syntax/apiServer/serverVersion.ts';
import { applyChanges } from '../../server/src/syntax/textChange.ts';
import { validateObject } from '../../server/src/syntax/apiServer/validateObject.ts';
import type { ManifestDocument, ManifestObject } from '../../server/src/syntax/manifestDocument.ts';
import { checkContext } from '../../server/src/workspace/checkContext.ts';
import type { FileView } from '../../server/src/workspace/snapshot.ts';
import { snapshotOf, uriOf, type SnapshotOptions } from './snapshotOf.ts';

/** Other files of the folder by name. */
export type Files = Readonly<Record<string, string>>;

const problemsOf = (document: ManifestDocument, object: ManifestObject): readonly Problem[] =>
  validateObject(document, object, { targetVersion: DEFAULT_TARGET_VERSION });

/**
 * Everything that is found in `policy.yaml` beside other files, which count as later ones.
 *
 * @param off - the codes of checks that are switched off
 */
export function allFindings(
  policy: string,
  others: Files = {},
  options: SnapshotOptions = {},
  off: readonly string[] = [],
): readonly Finding[] {
  const { file, context } = contextOf(policy, others, options);
  const asked = { file: file.uri, parsed: file.parsed, problemsOf, namespace: 'default' };
  return analyzeFile(asked, context, (code) => (off.includes(code) ? 'off' : undefined));
}

/** The titles and results of what is offered at a word of `policy.yaml` about its peers, findings apart. */
export function refactored(policy: string, cursor: string, others: Files = {}): [title: string, text: string][] {
  const { context } = contextOf(policy, others, {});
  return refactorings(context, policy.indexOf(cursor))
    .filter(({ title }) => /peer/.test(title))
    .map((fix) => [fix.title, applied(policy, fix)]);
}

function contextOf(
  policy: string,
  others: Files,
  options: SnapshotOptions,
): { readonly file: FileView['file']; readonly context: CheckContext } {
  const snapshot = snapshotOf(new Map(Object.entries({ 'policy.yaml': policy, ...others })), options);
  const { file } = snapshot.files.get(uriOf('policy.yaml')) as FileView;
  const context = checkContext(
    { ...snapshot, systemNamespaces: ['kube-*', 'openshift-*'], turnOff: () => undefined, problemsOf },
    file,
  );
  return { file, context };
}

/** What one check finds in `policy.yaml`: `line severity: message`. */
export function found(code: string, policy: string, others: Files = {}, options: SnapshotOptions = {}): string[] {
  return allFindings(policy, others, options)
    .filter((finding) => finding.code === code)
    .map(({ severity, message, range }) => `${lineAt(policy, range.start)} ${severity}: ${message}`);
}

/** The titles of the fixes of a check's only finding; the preferred one carries a star. */
export function fixTitles(code: string, policy: string, others: Files = {}): string[] {
  return onlyFinding(code, policy, others).map(({ title, preferred }) => `${preferred === true ? '* ' : ''}${title}`);
}

/**
 * The text after one fix of a check's only finding. It has no fault, and the finding is gone from it.
 *
 * @param title - how the fix's title begins; absent where it is the only one
 */
export function fixed(code: string, policy: string, others: Files = {}, title = ''): string {
  const fixes = onlyFinding(code, policy, others).filter((fix) => fix.title.startsWith(title));
  expect(fixes.map((fix) => fix.title)).toHaveLength(1);
  const text = applied(policy, fixes[0] as Fix);
  const after = allFindings(text, others);
  expect(after.filter((finding) => finding.severity === 'error' || finding.code === code)).toEqual([]);
  return text;
}

function onlyFinding(code: string, policy: string, others: Files): readonly Fix[] {
  const findings = allFindings(policy, others).filter((finding) => finding.code === code);
  expect(findings).toHaveLength(1);
  // What every finding offers, whatever its check, is tested by itself.
  return ((findings[0] as Finding).fixes ?? []).filter(({ title }) => !title.startsWith('Disable '));
}

function applied(text: string, { edits }: Fix): string {
  expect(new Set(edits.map(({ file }) => file))).toEqual(new Set([uriOf('policy.yaml')]));
  return applyChanges(text, edits);
}

/** As people number lines. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** A Deployment of one container that serves `http` on 8080; its pods have the label `app: NAME`. */
export function deployment(name: string, namespace = 'shop', replicas = 2): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: main, ports: [{ name: http, containerPort: 8080 }] }] }
`;
}

/** Several documents of one file. */
export function documents(...texts: readonly string[]): string {
  return texts.join('---\n');
}

/** A NetworkPolicy with the lines of its spec, indented by two. */
export function networkPolicy(spec: string, name = 'web', namespace = 'shop'): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec:
${spec}`;
}
