import { effectivePolicyTypes } from '../engine/defaulting.ts';
import { NO, YES } from '../engine/match.ts';
import type { FieldPath } from '../model/manifest.ts';
import type { FileView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import { DIRECTIONS, portPlaces } from './policyPlaces.ts';
import { policyViews, type PolicyView } from './policyViews.ts';
import { writtenObjects } from './writtenObjects.ts';

/** A field that a manifest leaves out, with what stands for it. */
export interface DefaultHint {
  /** Offset in the file behind which the field could be written. */
  readonly at: number;
  /** At the end of the line rather than at the offset. */
  readonly line: boolean;
  readonly text: string;
  readonly tooltip: string;
}

/**
 * What is filled in where a manifest says nothing: `policyTypes` and `protocol` by the API server, the namespace by
 * whatever gives the file one.
 */
export function defaultHints(snapshot: WorkspaceSnapshot, uri: string): readonly DefaultHint[] {
  const policies = policyViews(snapshot, uri).filter(({ held, file }) => !held && !file.file.fragment);
  const objects = writtenObjects(snapshot, uri).filter(({ sort, held }) => !held && sort !== 'namespace');
  return [
    ...policies.flatMap((view) => [...policyTypesHint(view), ...protocolHints(view)]),
    ...[...policies, ...objects].flatMap((object) => namespaceHint(snapshot, object)),
  ].sort((a, b) => a.at - b.at);
}

function policyTypesHint(view: PolicyView): readonly DefaultHint[] {
  const { written } = view;
  if (written === undefined || (written.policyTypes ?? []).length > 0 || written.policyTypesIncomplete === true)
    return [];
  const at = keyEnd(view, ['spec']);
  const types = effectivePolicyTypes(written);
  const names = DIRECTIONS.filter((direction) => types[direction] === YES).map((name) =>
    name === 'ingress' ? 'Ingress' : 'Egress',
  );
  const tooltip =
    types.egress === NO
      ? 'Left out, it is Ingress where no egress rule is written'
      : 'Left out, it is Ingress, and Egress because an egress rule is written';
  return at === undefined ? [] : [{ at, line: true, text: `policyTypes: ${names.join(', ')}`, tooltip }];
}

function protocolHints(view: PolicyView): readonly DefaultHint[] {
  return portPlaces(view).flatMap(({ path, entry }) => {
    if (entry === undefined || entry.incomplete === true || entry.protocol !== undefined) return [];
    const at = valueEnd(view, [...path, 'endPort']) ?? valueEnd(view, [...path, 'port']);
    return at === undefined
      ? []
      : [{ at, line: false, text: 'protocol: TCP', tooltip: 'TCP where no protocol is written' }];
  });
}

function namespaceHint(
  { source }: WorkspaceSnapshot,
  object: Pick<PolicyView, 'file' | 'placed' | 'manifest' | 'namespace'>,
): readonly DefaultHint[] {
  const { file, manifest, namespace } = object;
  if (manifest.namespace !== '') return [];
  const at = valueEnd(object, ['metadata', 'name']);
  const { from } = file.namespace;
  const who =
    from === 'default'
      ? 'by default'
      : from === 'context' && source.kind === 'live'
        ? `context ${plain(source.label)}`
        : from;
  const tooltip = TOOLTIPS[from];
  return at === undefined ? [] : [{ at, line: false, text: `namespace: ${plain(namespace)} (${who})`, tooltip }];
}

const TOOLTIPS: Readonly<Record<FileView['namespace']['from'], string>> = {
  setting: 'The setting bulkhead.namespace says so',
  'bulkhead.yaml': 'bulkhead.yaml says so',
  kustomization: 'The kustomization says so',
  context: 'It is the namespace of the kubeconfig context',
  default: 'No namespace is written, and nothing says another',
};

type Placed = Pick<PolicyView, 'placed' | 'manifest'>;

function keyEnd({ placed, manifest }: Placed, path: FieldPath): number | undefined {
  const range = placed.document.sourceMap.key([...manifest.path, ...path]);
  return range && placed.start + range.end;
}

function valueEnd({ placed, manifest }: Placed, path: FieldPath): number | undefined {
  const range = placed.document.sourceMap.value([...manifest.path, ...path]);
  return range && placed.start + range.end;
}
