import type { Severity } from '../model/finding.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { ManifestDocument, ParsedText, PlacedDocument } from '../syntax/manifestDocument.ts';
import { documentAt } from '../syntax/documentAt.ts';
import {
  pathText,
  placeOf,
  type Check,
  type CheckContext,
  type CheckResult,
  type WrittenManifest,
  type WrittenPolicy,
} from './check.ts';
import type { Finding, Fix, RelatedPlace } from './finding.ts';
import { withFixes } from './finding.ts';
import { isGenerated } from './generated.ts';
import { namespaceOf, partsOfFile } from './partOfFile.ts';
import { CHECKS } from './registry.ts';
import { disableFix } from './suppress.ts';

export type SettingOf = (code: string) => Severity | 'off' | undefined;

/** The state of a file that checks are run for. */
export interface CheckedFile {
  readonly context: CheckContext;
  readonly parsed: ParsedText;
  /** The namespace of objects that name none. */
  readonly namespace: string;
  readonly settingOf: SettingOf;
}

/** One finding with the document that it stands in, by which it is found again when the text around it moves. */
interface Found {
  readonly finding: Omit<Finding, 'fixes'>;
  readonly placed: PlacedDocument;
  readonly namespace: string;
  /** Documents of the same file that related places stand in, in their order. */
  readonly related: readonly (PlacedDocument | undefined)[];
  /** Undefined where another program writes the object: nothing is offered there. */
  readonly fixes: CheckResult['fixes'];
}

/**
 * What the checks find in one file, kept from one state to the next: after an edit that changed nothing but policies,
 * checks look again at the namespaces of these and at whoever may depend on them.
 */
export class SemanticFindings {
  #known: ReadonlyMap<string, readonly Found[]> | undefined;

  /**
   * The findings of all checks, in the order of the registry.
   *
   * @param changed the namespaces whose policies have changed since the last call, where nothing else has; undefined:
   *   everything may be new
   */
  of(file: CheckedFile, changed: ReadonlySet<string> | undefined): readonly Finding[] {
    const known = changed === undefined ? undefined : this.#known;
    const next = known === undefined || changed === undefined ? runAll(file) : runAgain(file, changed, known);
    this.#known = next;
    const findings: Finding[] = [];
    for (const check of CHECKS) {
      const again = known === undefined ? undefined : fixesAnew(file, check);
      for (const found of next.get(check.code) ?? []) findings.push(offered(file, found, again));
    }
    return findings;
  }
}

function runAll(file: CheckedFile): Map<string, readonly Found[]> {
  const all = new Map<string, readonly Found[]>();
  for (const check of CHECKS) all.set(check.code, run(file, check, file.context));
  return all;
}

function runAgain(
  file: CheckedFile,
  changed: ReadonlySet<string>,
  known: ReadonlyMap<string, readonly Found[]>,
): ReadonlyMap<string, readonly Found[]> {
  const places = new Map(file.parsed.documents.map((placed) => [placed.document, placed]));
  const partOf = partsOfFile(file.context, file.namespace, changed);
  const all = new Map<string, readonly Found[]>();
  for (const check of CHECKS) {
    const { context, holds } = partOf(check);
    const kept: Found[] = [];
    for (const found of known.get(check.code) ?? []) {
      if (holds(found.namespace, found.placed.document)) continue;
      const moved = movedTo(places, found);
      // What another document is said to have to do with it is gone, although it can have no part in it.
      if (moved === undefined) return runAll(file);
      kept.push(moved);
    }
    all.set(check.code, [...kept, ...run(file, check, context)]);
  }
  return all;
}

function movedTo(places: ReadonlyMap<ManifestDocument, PlacedDocument>, found: Found): Found | undefined {
  const { finding, placed } = found;
  const now = places.get(placed.document);
  if (now === undefined) return undefined;
  if (found.related.length === 0) {
    if (now.start === placed.start) return found;
    return { ...found, placed: now, finding: { ...finding, range: shifted(finding.range, now.start - placed.start) } };
  }
  const documents = found.related.map((document) => document && places.get(document.document));
  if (documents.some((document, index) => document === undefined && found.related[index] !== undefined))
    return undefined;
  return {
    ...found,
    placed: now,
    related: documents,
    finding: {
      ...finding,
      range: shifted(finding.range, now.start - placed.start),
      related: (finding.related ?? []).map((place, index): RelatedPlace => {
        const by = (documents[index]?.start ?? 0) - (found.related[index]?.start ?? 0);
        return { ...place, range: shifted(place.range, by) };
      }),
    },
  };
}

function shifted({ start, end }: OffsetRange, by: number): OffsetRange {
  return { start: start + by, end: end + by };
}

function run({ settingOf, parsed, namespace }: CheckedFile, check: Check, context: CheckContext): readonly Found[] {
  const setting = settingOf(check.code);
  if (setting === 'off') return [];
  const all: Found[] = [];
  for (const { policy, path, part, message, severity, related = [], fixes = [] } of check.run(context)) {
    const generated = isGenerated(policy, context.text);
    all.push({
      placed: policy.placed,
      namespace: namespaceOf(policy, namespace),
      related: related.map(({ file, range }) => (file === context.file ? documentAt(parsed, range.start) : undefined)),
      fixes: generated ? undefined : fixes,
      finding: {
        code: check.code,
        severity: generated ? 'hint' : (setting ?? severity ?? check.severity),
        layer: 'semantic',
        message,
        path: pathText(path),
        file: policy.file,
        range: placeOf(policy, path, part),
        ...(policy.manifest.kind === 'NetworkPolicy' && { policy: nameOf(policy) }),
        ...(related.length === 0 ? {} : { related }),
      },
    });
  }
  return all;
}

type FixesOf = (found: Found) => readonly Fix[];

function offered({ context, parsed }: CheckedFile, found: Found, anew: FixesOf | undefined): Finding {
  const { finding, fixes } = found;
  if (fixes === undefined) return finding;
  return withFixes(finding, () => {
    const own = anew?.(found) ?? (typeof fixes === 'function' ? fixes() : fixes);
    const others = [disableFix(finding, context.text, parsed), context.turnOff(finding.code)];
    return [...own, ...others.filter((fix) => fix !== undefined)];
  });
}

/** The fixes of a finding that was kept stand in an earlier text: the check is asked again, once somebody wants them. */
function fixesAnew(file: CheckedFile, check: Check): FixesOf {
  let all: readonly Found[] | undefined;
  return ({ finding: { range, path, message } }) => {
    all ??= run(file, check, file.context);
    const same = all.find(
      ({ finding }) => finding.range.start === range.start && finding.path === path && finding.message === message,
    );
    return typeof same?.fixes === 'function' ? same.fixes() : (same?.fixes ?? []);
  };
}

function nameOf(written: WrittenManifest | WrittenPolicy): string {
  const { namespace, name } = 'policy' in written ? written.policy : written.manifest;
  return namespace === '' ? name : `${namespace}/${name}`;
}
