import type { ApplyStep } from '../../protocol/apply.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import type { ApplyDocument } from '../../workspace/apply/applyDocuments.ts';
import type { ObjectChange } from '../../workspace/apply/applyEffect.ts';
import type { ApplyTarget } from '../../workspace/apply/clusterApply.ts';
import type { PreviewedItem, TransactionPreview } from '../../workspace/apply/previewAll.ts';
import type { LiveCluster } from '../liveSource.ts';
import { ownerText, stepNotes, targetName } from './stepTexts.ts';
import { textAddress } from './storedPreview.ts';
import type { Unchecked } from './uncheckedSteps.ts';

/** A step as it is shown, with the objects of its diff. */
export interface ShownStep {
  readonly step: ApplyStep;
  readonly change: ObjectChange;
}

/** What would be sent, in its order; then what is so already, and what could only be exported. */
export function shownSteps(
  live: LiveCluster,
  id: string,
  { sequence, items }: TransactionPreview,
  unchecked: readonly Unchecked[],
  documentOf: (target: ApplyTarget) => ApplyDocument | undefined,
): Promise<readonly ShownStep[]> {
  const tried: readonly PreviewedItem[] = [...sequence, ...items.filter(({ state }) => state === 'unchanged')];
  const steps = [
    ...tried.map((item) => ({ target: item.target, ...said(item) })),
    ...unchecked.map(({ change }) => ({
      target: change.target,
      change,
      kind: kindOf(change),
      notes: ['Not checked by the server'],
      owners: [],
      unchecked: true as const,
    })),
  ];
  return Promise.all(
    steps.map(async ({ target, change, kind, notes, owners, ...flags }, index): Promise<ShownStep> => {
      const name = targetName(target);
      const document = documentOf(target);
      const kept = await Promise.all(
        owners.map(async (owner) => ownerText(owner, await live.connection.apply.selfHeal(owner))),
      );
      const step: ApplyStep = {
        key: name,
        ...target,
        change: kind,
        ...placeOf(document),
        namespaceAssumed: document?.namesNamespace === false,
        owners: kept,
        notes,
        ...flags,
        before: textAddress(id, index, 'before', name),
        after: textAddress(id, index, 'after', name),
      };
      return { step, change };
    }),
  );
}

function said(item: PreviewedItem) {
  if (item.state !== 'ready' && item.state !== 'unchanged') {
    const after = item.state === 'deferred' && item.intent.action === 'apply' ? item.intent.document : undefined;
    const change: ObjectChange = { target: item.target, after };
    return { change, kind: 'create' as const, notes: ['The server tries it once its Namespace is there'], owners: [] };
  }
  const { step, result } = item.preview;
  return {
    change: { target: item.target, before: step.live, after: result } satisfies ObjectChange,
    kind: item.state === 'unchanged' ? ('nothing' as const) : step.change,
    notes: stepNotes(item.preview),
    owners: step.owners,
  };
}

function kindOf({ before, after }: ObjectChange): ApplyStep['change'] {
  return after === undefined ? 'delete' : before === undefined ? 'create' : 'replace';
}

function placeOf(document: ApplyDocument | undefined): Pick<ApplyStep, 'uri' | 'line'> {
  if (document === undefined) return {};
  const { file } = document.origin;
  return { uri: file.uri, line: lineIndex(file.text).position(kindRange(document.origin).start).line };
}

/** Where an object says what it is. */
export function kindRange({ placed, manifest }: Pick<ApplyDocument['origin'], 'placed' | 'manifest'>): {
  start: number;
  end: number;
} {
  const { start, end } = placed.document.sourceMap.nearest([...manifest.path, 'kind']);
  return { start: placed.start + start, end: placed.start + end };
}
