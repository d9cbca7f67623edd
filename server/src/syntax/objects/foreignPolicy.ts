import type { ForeignPolicy } from '../../model/manifest.ts';
import type { Identity } from './metadata.ts';

/**
 * A policy of another API that can change verdicts (cli-contract, Inputs); told by its group, never by kind alone.
 * Undefined for the other kinds of these groups: endpoints, address pools, tiers, and the policies that steer or
 * announce traffic without admitting or refusing it.
 */
export function decodeForeignPolicy({ group, kind, name, namespace }: Identity): ForeignPolicy | undefined {
  const known = GROUPS.get(group);
  if (known === undefined || !kind.endsWith('Policy') || known.harmless.includes(kind)) return undefined;
  const clusterWide =
    known.clusterWide.includes(kind) || (!known.namespaced.includes(kind) && looksClusterWide(kind, namespace));
  return clusterWide ? { group, kind, name } : { group, kind, name, namespace };
}

interface PolicyGroup {
  readonly clusterWide: readonly string[];
  readonly namespaced: readonly string[];
  readonly harmless: readonly string[];
}

const CALICO: PolicyGroup = {
  clusterWide: ['GlobalNetworkPolicy'],
  namespaced: ['NetworkPolicy'],
  // Staged policies are previews: they are never enforced.
  harmless: ['StagedNetworkPolicy', 'StagedGlobalNetworkPolicy', 'StagedKubernetesNetworkPolicy'],
};

const GROUPS: ReadonlyMap<string, PolicyGroup> = new Map([
  [
    'policy.networking.k8s.io',
    {
      clusterWide: ['ClusterNetworkPolicy', 'AdminNetworkPolicy', 'BaselineAdminNetworkPolicy'],
      namespaced: [],
      harmless: [],
    },
  ],
  [
    'cilium.io',
    {
      clusterWide: ['CiliumClusterwideNetworkPolicy'],
      namespaced: ['CiliumNetworkPolicy'],
      harmless: [
        'CiliumEgressGatewayPolicy',
        'CiliumLocalRedirectPolicy',
        'CiliumBGPPeeringPolicy',
        'CiliumL2AnnouncementPolicy',
      ],
    },
  ],
  ['projectcalico.org', CALICO],
  ['crd.projectcalico.org', CALICO],
  ['crd.antrea.io', { clusterWide: ['ClusterNetworkPolicy'], namespaced: ['NetworkPolicy'], harmless: [] }],
  [
    'networking.k8s.aws',
    { clusterWide: ['ClusterNetworkPolicy'], namespaced: ['ApplicationNetworkPolicy'], harmless: [] },
  ],
  ['k8s.cni.cncf.io', { clusterWide: [], namespaced: ['MultiNetworkPolicy'], harmless: [] }],
]);

/** The API groups in which such policies are. */
export const POLICY_GROUPS: readonly string[] = [...GROUPS.keys()];

/** API groups of the authorization of service meshes, with the kinds that can refuse traffic. */
const MESHES: ReadonlyMap<string, readonly string[]> = new Map([
  ['security.istio.io', ['AuthorizationPolicy']],
  // A Server refuses everything that no authorization allows.
  ['policy.linkerd.io', ['AuthorizationPolicy', 'Server']],
]);

export const MESH_GROUPS: readonly string[] = [...MESHES.keys()];

/**
 * What of a mesh's authorization a cluster holds: it stands behind NetworkPolicies and may refuse what they allow. It
 * counts in clusters alone, since a folder seldom shows whether its pods are in the mesh.
 */
export function decodeMeshPolicy({ group, kind, name, namespace }: Identity): ForeignPolicy | undefined {
  return MESHES.get(group)?.includes(kind) === true ? { group, kind, name, namespace } : undefined;
}

/** For kinds that came after this list. */
function looksClusterWide(kind: string, namespace: string): boolean {
  return namespace === '' && /Cluster|Global|Admin/.test(kind);
}
