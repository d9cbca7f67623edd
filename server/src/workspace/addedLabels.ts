import { isLasting, isVersionLabel } from '../analysis/volatileLabels.ts';

/**
 * Labels that something adds to every pod or namespace by itself. That they are in the cluster and in no manifest says
 * nothing of the manifest.
 */

/** Written by the API server and by the controllers of workloads: never a difference, whatever a manifest says. */
export function isControllersLabel(key: string): boolean {
  return key.startsWith('batch.kubernetes.io/') || (!isLasting(key) && !isVersionLabel(key));
}

/** Put on pods while they are admitted: by the API server (KEP-4742, topology) and by the meshes' injectors. */
export function isAddedToPods(key: string): boolean {
  return isControllersLabel(key) || ADDED_TO_PODS.has(key) || isOf(MESHES, key);
}

/** Put on namespaces: by the API server, by platforms and by what delivers manifests. */
export function isAddedToNamespaces(key: string): boolean {
  return ADDED_TO_NAMESPACES.has(key) || isOf(PLATFORMS, key) || key.endsWith('.tree.hnc.x-k8s.io/depth');
}

/** A mesh runs a container of its own in these pods, whose ports no manifest has. */
export function hasSidecar(labels: Readonly<Record<string, string>>): boolean {
  return Object.keys(labels).some((key) => isOf(MESHES, key));
}

const ADDED_TO_PODS: ReadonlySet<string> = new Set(['topology.kubernetes.io/zone', 'topology.kubernetes.io/region']);
const MESHES: ReadonlySet<string> = new Set(['security.istio.io', 'service.istio.io', 'linkerd.io', 'kuma.io']);

const ADDED_TO_NAMESPACES: ReadonlySet<string> = new Set([
  'kubernetes.io/metadata.name',
  'app.kubernetes.io/managed-by',
]);
const PLATFORMS: ReadonlySet<string> = new Set([
  'pod-security.kubernetes.io',
  'security.openshift.io',
  'openshift.io',
  'olm.operatorgroup.uid',
  'field.cattle.io',
  'argocd.argoproj.io',
  'kustomize.toolkit.fluxcd.io',
  'helm.toolkit.fluxcd.io',
]);

function isOf(domains: ReadonlySet<string>, key: string): boolean {
  const slash = key.indexOf('/');
  return slash > 0 && domains.has(key.slice(0, slash));
}
