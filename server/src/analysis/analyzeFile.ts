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
import { serverFaultFixes } from './fixes/serverFaultFixes.ts';
import { isGenerated } from './generated.ts';
import { CHECK_CODES, CHECKS } from './registry.ts';
import { disableFix, suppress } from './suppress.ts';

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
  const head = parsed.documents[0]?.document.text ?? '';
  for (const placed of parsed.documents) {
    const { start, document } = placed;
    const add = (problem: Problem, manifest?: ManifestObject): void => {
      const { code, severity, layer, message, path, range, behind } = problem;
      findings.push(
        withFixes(
          {
            code,
            severity,
            layer,
            message,
            path,
            file,
            range: { start: start + range.start, end: start + range.end },
            ...(manifest === undefined ? {} : { policy: fullName(manifest, namespace) }),
            ...(behind === undefined ? {} : { behind }),
          },
          manifest && (() => serverFaultFixes({ file, placed, manifest }, head, problem, problemsOf)),
        ),
      );
    };
    for (const problem of document.problems) add(problem);
    for (const object of document.objects) {
      for (const problem of problemsOf(document, object)) add(problem, object);
    }
  }
  if (context !== undefined) findings.push(...semanticFindings(context, parsed, namespace, settingOf));
  return findings.sort((a, b) => a.range.start - b.range.start || ORDER.indexOf(a.layer) - ORDER.indexOf(b.layer));
}

const ORDER: readonly Layer[] = ['syntax', 'decode', 'strict', 'validation', 'semantic'];

function semanticFindings(
  context: CheckContext,
  parsed: ParsedText,
  namespace: string,
  settingOf: (code: string) => Severity | 'off' | undefined,
): readonly Finding[] {
  const { file, text } = context;
  const findings: Finding[] = [];
  for (const check of CHECKS) {
    const setting = settingOf(check.code);
    if (setting === 'off') continue;
    for (const { policy, path, part, message, severity, related, fixes = [] } of check.run(context)) {
      const generated = isGenerated(policy, text);
      const finding: Finding = {
        code: check.code,
        severity: generated ? 'hint' : (setting ?? severity ?? check.severity),
        layer: 'semantic',
        message,
        path: pathText(path),
        file: policy.file,
        range: placeOf(policy, path, part),
        ...(policy.manifest.kind === 'NetworkPolicy' && { policy: nameOf(policy) }),
        ...(related === undefined || related.length === 0 ? {} : { related }),
      };
      const all = (): readonly Fix[] => [
        ...(typeof fixes === 'function' ? fixes() : fixes),
        ...[disableFix(finding, text, parsed), context.turnOff(check.code)].filter((fix) => fix !== undefined),
      ];
      findings.push(generated ? finding : withFixes(finding, all));
    }
  }
  let known: boolean | undefined;
  const podsKnown = (): boolean =>
    (known ??= namespacesOf(parsed, namespace).every((each) => context.knowledge.podsKnown(each)));
  return suppress(findings, {
    file,
    text,
    parsed,
    codes: CHECK_CODES,
    hasRun: (code) => settingOf(code) !== 'off' && podsKnown(),
  });
}

/** The namespaces that a file's objects are in, or are. */
function namespacesOf({ documents }: ParsedText, fallback: string): readonly string[] {
  const objects = documents.flatMap(({ document }) => document.objects);
  return [
    ...new Set(
      objects.map(({ kind, name, namespace }) => {
        if (kind === 'Namespace') return name;
        return namespace === '' ? fallback : namespace;
      }),
    ),
  ];
}

/** A finding whose fixes are worked out when they are first asked for. */
function withFixes(finding: Finding, fixes: CheckResult['fixes']): Finding {
  if (fixes === undefined) return finding;
  if (typeof fixes !== 'function') return fixes.length === 0 ? finding : { ...finding, fixes };
  let known: readonly Fix[] | undefined;
  return {
    ...finding,
    get fixes() {
      return (known ??= fixes());
    },
  };
}

function fullName({ namespace, name }: ManifestObject, fallback: string): string {
  return `${namespace === '' ? fallback : namespace}/${name}`;
}

function nameOf(written: WrittenManifest | WrittenPolicy): string {
  const { namespace, name } = 'policy' in written ? written.policy : written.manifest;
  return namespace === '' ? name : `${namespace}/${name}`;
}
