import type { Layer, Problem, Severity } from '../model/finding.ts';
import type { ManifestDocument, ManifestObject, ParsedText } from '../syntax/manifestDocument.ts';
import {
  pathText,
  placeOf,
  type CheckContext,
  type CheckResult,
  type WrittenManifest,
  type WrittenPolicy,
} from './check.ts';
import type { Finding, Fix } from './finding.ts';
import { CHECKS } from './registry.ts';

export interface AnalyzedText {
  readonly file: string;
  readonly parsed: ParsedText;
  /** What the API server says of an object; asked for every object of a kind that it validates here. */
  readonly problemsOf: (document: ManifestDocument, object: ManifestObject) => readonly Problem[];
  /** The namespace of objects that name none. */
  readonly namespace: string;
}

/**
 * Everything there is to say of one file, in the order of its text: YAML's faults, the API server's, and what our
 * checks find. The server's faults cannot be switched off. Without a context (a fragment, a file that is not of the
 * universe) the semantic checks do not run.
 */
export function analyzeFile(
  { file, parsed, problemsOf, namespace }: AnalyzedText,
  context: CheckContext | undefined,
  settingOf: (code: string) => Severity | 'off' | undefined,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const { start, document } of parsed.documents) {
    const add = (problem: Problem, policy?: string): void => {
      const { code, severity, layer, message, path, range, behind } = problem;
      const placed = { start: start + range.start, end: start + range.end };
      findings.push({
        code,
        severity,
        layer,
        message,
        path,
        file,
        range: placed,
        ...(policy === undefined ? {} : { policy }),
        ...(behind === undefined ? {} : { behind }),
      });
    };
    for (const problem of document.problems) add(problem);
    for (const object of document.objects) {
      const name = `${object.namespace === '' ? namespace : object.namespace}/${object.name}`;
      for (const problem of problemsOf(document, object)) add(problem, name);
    }
  }
  if (context !== undefined) findings.push(...semanticFindings(context, settingOf));
  return findings.sort((a, b) => a.range.start - b.range.start || ORDER.indexOf(a.layer) - ORDER.indexOf(b.layer));
}

const ORDER: readonly Layer[] = ['syntax', 'decode', 'strict', 'validation', 'semantic'];

function semanticFindings(
  context: CheckContext,
  settingOf: (code: string) => Severity | 'off' | undefined,
): readonly Finding[] {
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    const setting = settingOf(check.code);
    if (setting === 'off') continue;
    for (const { policy, path, part, message, severity, related, fixes } of check.run(context)) {
      const finding: Finding = {
        code: check.code,
        severity: setting ?? severity ?? check.severity,
        layer: 'semantic',
        message,
        path: pathText(path),
        file: policy.file,
        range: placeOf(policy, path, part),
        ...(policy.manifest.kind === 'NetworkPolicy' && { policy: nameOf(policy) }),
        ...(related === undefined || related.length === 0 ? {} : { related }),
      };
      findings.push(withFixes(finding, fixes));
    }
  }
  return findings;
}

/** Fixes that are a function are worked out once, when they are first read. */
function withFixes(finding: Finding, fixes: CheckResult['fixes']): Finding {
  if (fixes === undefined || (typeof fixes !== 'function' && fixes.length === 0)) return finding;
  if (typeof fixes !== 'function') return { ...finding, fixes };
  let known: readonly Fix[] | undefined;
  return Object.defineProperty({ ...finding }, 'fixes', { enumerable: true, get: () => (known ??= fixes()) });
}

function nameOf(written: WrittenManifest | WrittenPolicy): string {
  const { namespace, name } = 'policy' in written ? written.policy : written.manifest;
  return namespace === '' ? name : `${namespace}/${name}`;
}
