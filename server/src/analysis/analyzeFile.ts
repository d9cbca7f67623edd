import type { Layer, Problem } from '../model/finding.ts';
import type { ManifestDocument, ManifestObject, ParsedText } from '../syntax/manifestDocument.ts';
import type { CheckContext } from './check.ts';
import { withFixes, type Finding } from './finding.ts';
import { serverFaultFixes } from './fixes/serverFaultFixes.ts';
import { CHECK_CODES } from './registry.ts';
import { SemanticFindings, type CheckedFile, type SettingOf } from './semanticFindings.ts';
import { suppress } from './suppress.ts';

export interface AnalyzedText {
  readonly file: string;
  readonly parsed: ParsedText;
  /** What the API server says of an object; asked for every object of a kind that it validates here. */
  readonly problemsOf: (document: ManifestDocument, object: ManifestObject) => readonly Problem[];
  /** The namespace of objects that name none. */
  readonly namespace: string;
}

/** What was found in an earlier state of the file, and the namespaces whose policies alone have changed since. */
export interface KeptFindings {
  readonly semantic: SemanticFindings;
  /** Undefined: everything may be new. */
  readonly changed: ReadonlySet<string> | undefined;
}

/**
 * Everything there is to say of one file, in the order of its text: YAML's faults, the API server's, and what our
 * checks find. The server's faults cannot be switched off. Without a context (a fragment, a file that is not of the
 * universe) the semantic checks do not run.
 */
export function analyzeFile(
  { file, parsed, problemsOf, namespace }: AnalyzedText,
  context: CheckContext | undefined,
  settingOf: SettingOf,
  kept: KeptFindings = { semantic: new SemanticFindings(), changed: undefined },
): readonly Finding[] {
  const findings: Finding[] = [];
  const head = parsed.documents[0]?.document.text ?? '';
  for (const placed of parsed.documents) {
    const { start, document } = placed;
    const add = (problem: Problem, manifest?: ManifestObject): void => {
      const { code, severity, layer, message, path, range, behind } = problem;
      const finding: Finding = {
        code,
        severity,
        layer,
        message,
        path,
        file,
        range: { start: start + range.start, end: start + range.end },
        ...(manifest === undefined ? {} : { policy: fullName(manifest, namespace) }),
        ...(behind === undefined ? {} : { behind }),
      };
      findings.push(
        manifest === undefined
          ? finding
          : withFixes(finding, () => serverFaultFixes({ file, placed, manifest }, head, problem, problemsOf)),
      );
    };
    for (const problem of document.problems) add(problem);
    for (const object of document.objects) {
      for (const problem of problemsOf(document, object)) add(problem, object);
    }
  }
  if (context !== undefined) findings.push(...semanticFindings({ context, parsed, namespace, settingOf }, kept));
  return findings.sort((a, b) => a.range.start - b.range.start || ORDER.indexOf(a.layer) - ORDER.indexOf(b.layer));
}

const ORDER: readonly Layer[] = ['syntax', 'decode', 'strict', 'validation', 'semantic'];

function semanticFindings(file: CheckedFile, { semantic, changed }: KeptFindings): readonly Finding[] {
  const { context, parsed, namespace, settingOf } = file;
  let known: boolean | undefined;
  const podsKnown = (): boolean =>
    (known ??= namespacesOf(parsed, namespace).every((each) => context.knowledge.podsKnown(each)));
  return suppress(semantic.of(file, changed), {
    file: context.file,
    text: context.text,
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

function fullName({ namespace, name }: ManifestObject, fallback: string): string {
  return `${namespace === '' ? fallback : namespace}/${name}`;
}
