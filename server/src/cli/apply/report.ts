import { count } from '../../analysis/wording.ts';
import type { ClusterChange } from '../../engine/diffClusters.ts';
import type { UnknownEntry } from '../../engine/unknownEntries.ts';
import type { BrokenIntent } from '../../intent/brokenIntents.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import type { ApplyDocument, ApplySelection, RefusedDocument } from '../../workspace/apply/applyDocuments.ts';
import type {
  ApplyTarget,
  Identity,
  Moved,
  Owner,
  Preview,
  Refusal,
  SelfHeal,
  TakenOver,
} from '../../workspace/apply/clusterApply.ts';
import { faultRange } from '../../workspace/apply/faultPlaces.ts';
import { lineDiff, shownLines } from '../../workspace/apply/lineDiff.ts';
import type { PreviewedItem, TransactionPreview } from '../../workspace/apply/previewAll.ts';
import type { ItemOutcome } from '../../workspace/apply/sendAll.ts';
import { shownChange } from '../../workspace/apply/shownObject.ts';
import type { LeftOut } from '../inputs.ts';
import type { Breaks } from '../../workspace/report/diffReport.ts';

/** What `bulkhead apply` says, in a form of its own: reporters write it, scripts read it. */
export interface ApplyReport {
  readonly context: string;
  readonly server: string;
  readonly user: Identity;
  readonly objects: readonly ReportedObject[];
  readonly changes: readonly ClusterChange[];
  readonly unknown: readonly UnknownEntry[];
  /** Tests of the inputs that pass now and would not any more. */
  readonly brokenTests: readonly BrokenIntent[];
  /** What somebody is known to need and would lose. */
  readonly breaks: Breaks;
  readonly order: TransactionPreview['order'];
  readonly leftAlone: ApplySelection['leftAlone'];
  readonly notEvaluated: readonly LeftOut[];
}

export type Outcome =
  | 'previewed'
  | 'refused'
  | 'conflict'
  | 'applied'
  | 'altered'
  | 'unchanged'
  | 'uncertain'
  | 'notSent'
  | 'rolledBack'
  | 'kept';

export interface ReportedObject {
  /** Absent where not even the name can be told. */
  readonly target?: ApplyTarget;
  readonly file: string;
  readonly line: number;
  readonly change: 'create' | 'replace' | 'delete' | 'none' | 'notKnown';
  /** How it is sent: `update` replaces the object, `apply` is a server-side apply. Absent where nothing would be. */
  readonly verb?: 'create' | 'update' | 'apply' | 'delete';
  readonly outcome: Outcome;
  /** One sentence: why it is not as it was asked for. */
  readonly why?: string;
  readonly faults: readonly ReportedFault[];
  readonly warnings: readonly string[];
  /** Fields that admission changes. */
  readonly mutated: readonly string[];
  readonly takesOver: readonly TakenOver[];
  readonly owners: readonly (Owner & { readonly selfHeal: SelfHeal })[];
  readonly notSent: readonly string[];
  /** The namespace was filled in. */
  readonly namespaceAssumed: boolean;
  /** Lines of the difference, with their signs. */
  readonly diff: readonly string[];
}

export interface ReportedFault {
  readonly path: string;
  readonly message: string;
  /** 0-based; absent where the path leads nowhere. */
  readonly line?: number;
  readonly character?: number;
}

/** A document that was refused before anything was asked. */
export function reportRefused({ file, placed, manifest, why }: RefusedDocument): ReportedObject {
  const start = placed === undefined ? 0 : placed.start + placed.document.sourceMap.nearest(manifest?.path ?? []).start;
  return {
    ...NOTHING,
    file: file.uri,
    line: lineIndex(file.text).position(start).line,
    change: 'notKnown',
    outcome: 'refused',
    why,
  };
}

/** An object as the server has tried it. */
export function reportItem(
  item: PreviewedItem,
  document: ApplyDocument,
  selfHeals: ReadonlyMap<Owner, SelfHeal>,
): ReportedObject {
  const { origin, target, namesNamespace } = document;
  const { file, placed, manifest } = origin;
  const start = placed.start + placed.document.sourceMap.nearest(manifest.path).start;
  const common = {
    ...NOTHING,
    target,
    file: file.uri,
    line: lineIndex(file.text).position(start).line,
    namespaceAssumed: !namesNamespace,
  };
  switch (item.state) {
    case 'ready':
    case 'unchanged':
      return { ...common, ...previewParts(item.preview, selfHeals) };
    case 'deferred':
      return { ...common, change: 'create', outcome: 'previewed', why: 'Tried once its Namespace is there.' };
    case 'moved':
      return { ...common, change: 'notKnown', outcome: 'conflict', why: movedText(item.moved) };
    case 'refused':
      return { ...common, change: 'notKnown', outcome: 'refused', ...refusalParts(item.refusal, document) };
    case 'absent':
      return { ...common, change: 'none', outcome: 'unchanged' };
  }
}

/** What became of a previewed object. */
export function withOutcome(
  object: ReportedObject,
  outcome: ItemOutcome | undefined,
  document: ApplyDocument | undefined,
): ReportedObject {
  if (outcome === undefined) return object;
  switch (outcome.kind) {
    case 'applied':
      return { ...without(object), outcome: 'applied', warnings: outcome.applied.warnings };
    case 'altered': {
      const { mutated, warnings } = outcome.applied;
      const why = `The server took it, and admission changed ${mutated.join(', ')}.`;
      return { ...object, outcome: 'altered', why, mutated, warnings };
    }
    case 'unchanged':
      return { ...without(object), outcome: 'unchanged' };
    case 'moved':
      return { ...object, outcome: 'conflict', why: movedText(outcome.moved) };
    case 'refused':
      return { ...object, outcome: 'refused', ...refusalParts(outcome.refusal, document) };
    case 'uncertain':
      return { ...object, outcome: 'uncertain', why: outcome.why };
    case 'notSent':
      return { ...object, outcome: 'notSent', why: 'Not sent, because one before it failed.' };
  }
}

/** `web (3 lost, 1 gained)`: one line for the journal. */
export function effectLine({ changes, unknown }: Pick<ApplyReport, 'changes' | 'unknown'>): string {
  const number = (type: ClusterChange['type']): number => changes.filter((change) => change.type === type).length;
  const parts = [
    [number('removed'), 'lost'],
    [number('added'), 'gained'],
    [number('changed'), 'changed'],
  ] as const;
  const told = parts.flatMap(([of, word]) => (of === 0 ? [] : [`${count(of, 'pair')} ${word}`]));
  const open = unknown.length === 0 ? '' : '; not all is known';
  return `${told.length === 0 ? 'nothing changes for known pods' : told.join(', ')}${open}`;
}

type PreviewParts = Pick<
  ReportedObject,
  'change' | 'verb' | 'outcome' | 'takesOver' | 'mutated' | 'warnings' | 'notSent' | 'owners' | 'diff'
>;

function previewParts(preview: Preview, selfHeals: ReadonlyMap<Owner, SelfHeal>): PreviewParts {
  const { step, result, unchanged, takesOver, mutated, warnings } = preview;
  const { before, after } = shownChange(step.live, result);
  return {
    change: unchanged ? 'none' : step.change,
    ...(!unchanged && { verb: step.verb }),
    outcome: unchanged ? 'unchanged' : 'previewed',
    takesOver,
    mutated,
    warnings,
    notSent: step.notSent,
    owners: unchanged
      ? []
      : step.owners.map((owner) => ({ ...owner, selfHeal: selfHeals.get(owner) ?? { state: 'unknown', why: '' } })),
    diff: unchanged ? [] : shownLines(lineDiff(before, after), 2),
  };
}

function refusalParts(
  refusal: Refusal,
  document: ApplyDocument | undefined,
): { readonly why: string; readonly faults: readonly ReportedFault[] } {
  return {
    why: refusal.why,
    faults: refusal.faults.map(({ path, message }) => {
      const range = document && faultRange(document.origin, path);
      if (document === undefined || range === undefined) return { path, message };
      return { path, message, ...lineIndex(document.origin.file.text).position(range.start) };
    }),
  };
}

export function movedText({ how, by }: Moved): string {
  const who = by.length === 0 ? 'Somebody else' : by.join(' and ');
  switch (how) {
    case 'made':
      return `${who} has made it meanwhile.`;
    case 'changed':
      return `${who} has changed it meanwhile.`;
    case 'replaced':
      return `${who} has deleted it and made it anew meanwhile.`;
    case 'gone':
      return 'It has been deleted meanwhile.';
  }
}

const NOTHING = {
  faults: [],
  warnings: [],
  mutated: [],
  takesOver: [],
  owners: [],
  notSent: [],
  namespaceAssumed: false,
  diff: [],
} as const;

function without({ why: _why, ...object }: ReportedObject): ReportedObject {
  return object;
}
