/** What the first document of a text decodes to. */
import type { ClusterObject } from '../../server/src/model/manifest.ts';
import type { NetworkPolicy } from '../../server/src/model/networkPolicy.ts';
import type { Pod } from '../../server/src/model/workload.ts';
import type { ManifestDocument } from '../../server/src/syntax/manifestDocument.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';

export function documentOf(text: string): ManifestDocument {
  const placed = parseManifests(text).documents[0];
  if (placed === undefined) throw new Error('no document');
  return placed.document;
}

export const objectsOf = (text: string): (ClusterObject | undefined)[] =>
  documentOf(text).objects.map(({ object }) => object);

export function podOf(text: string): Pod | undefined {
  const [object] = objectsOf(text);
  if (object?.type !== 'workload') throw new Error(`no workload: ${JSON.stringify(object)}`);
  return object.workload.pods[0];
}

export function policyOf(spec: string): NetworkPolicy {
  const [object] = objectsOf(
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web}\nspec: ${spec}\n`,
  );
  if (object?.type !== 'networkPolicy') throw new Error(`no policy: ${JSON.stringify(object)}`);
  return object.policy;
}
