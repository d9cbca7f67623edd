import { qualifiedName } from '../analysis/wording.ts';
import { policyKey } from '../engine/compilePolicy.ts';
import type { LivePolicy } from '../protocol/livePolicy.ts';
import { objectUri, type ObjectName, type ObjectText } from '../protocol/objects.ts';
import { livePolicy } from '../workspace/liveObjects.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { liveInDocument } from './liveInDocument.ts';
import { plain } from './markdown.ts';
import { goneText, objectView } from './objectView.ts';
import { findPolicyView, policyViews, type PolicyView } from './policyViews.ts';
import { clusterState, policyComparison } from './sourceComparison.ts';

/**
 * Where the policy of a document can be seen as the chosen cluster or snapshot has it.
 *
 * @param at the key of the policy, or the offset of a character in its document
 */
export function livePolicyOf(snapshot: WorkspaceSnapshot, uri: string, at: string | number): LivePolicy {
  const { source } = snapshot;
  const view = typeof at === 'string' ? findPolicyView(snapshot, uri, at) : policyAt(snapshot, uri, at);
  if (view === undefined) return { problem: 'There is no NetworkPolicy at the cursor.' };
  const { namespace, name } = view;
  const shown = plain(qualifiedName({ namespace, name }));
  if (name === '') return { problem: 'This NetworkPolicy has no name, so that no cluster can have it.' };
  if (source.kind === 'files') return { problem: 'No cluster is chosen: pods come from these files.' };
  if (source.kind === 'none') return { problem: `${plain(source.label)}: ${plain(source.problem)}` };
  const label = plain(source.label);
  if (view.state.kind === 'notEvaluated' && livePolicy(source.state, namespace, name) === undefined) {
    return { problem: `${shown} is not evaluated: ${plain(view.state.why)}.` };
  }
  const comparison = policyComparison(snapshot, view);
  if (comparison?.kind === 'absent') {
    return { problem: `${shown} is not in ${label}${source.kind === 'live' ? ': it is not applied yet' : ''}.` };
  }
  if (livePolicy(source.state, namespace, name) === undefined) {
    const why = comparison?.kind === 'unknown' ? `: ${plain(comparison.why).replace(/\.$/, '')}` : '';
    return { problem: `Whether ${shown} is in ${label} is not known${why}.` };
  }
  const object = { document: uri, kind: 'NetworkPolicy', namespace, name };
  return {
    name: shown,
    source: label,
    view: objectUri(object),
    inDocument: objectUri({ ...object, inDocument: true }),
    same: comparison?.kind === 'same',
  };
}

/** What a read-only view of an object shows. */
export function objectText(snapshot: WorkspaceSnapshot, object: ObjectName): ObjectText {
  const { document, namespace, name, inDocument } = object;
  if (inDocument === true) {
    const state = clusterState(snapshot);
    const view = findPolicyView(snapshot, document, policyKey({ namespace, name }));
    const live = state && livePolicy(state, namespace, name);
    if (view?.held === true) return { text: '', held: true };
    const text = view && live && liveInDocument(view, live);
    if (text !== undefined) return { text };
  }
  return { text: objectView(snapshot, object)?.text ?? goneText(snapshot, object) };
}

/** Of several objects in one document the one that holds the offset; elsewhere in a document its only policy. */
function policyAt(snapshot: WorkspaceSnapshot, uri: string, offset: number): PolicyView | undefined {
  const near = policyViews(snapshot, uri).filter(
    ({ placed }) => placed.start <= offset && offset <= placed.start + placed.document.text.length,
  );
  const within = near.findLast(({ placed, manifest }) => {
    const range = placed.document.sourceMap.value(manifest.path);
    return range !== undefined && placed.start + range.start <= offset && offset <= placed.start + range.end;
  });
  return within ?? (near.length === 1 ? near[0] : undefined);
}
