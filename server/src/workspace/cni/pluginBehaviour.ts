import type { EngineOptions } from '../../model/cluster.ts';
import type { NetworkPlugin, NetworkPlugins } from '../../model/networkPlugin.ts';

/** In what a cluster's plug-in deviates from the API, as the engine takes it. `ipBlockWhy` is there for `never`, too. */
export type PluginBehaviour = Pick<EngineOptions, 'ipBlockPods' | 'ipBlockWhy' | 'endPort'>;

/**
 * How policies are read where these plug-ins enforce them; undefined: as the API says, as far as is known. Where several
 * enforce them and differ it is left open.
 */
export function pluginBehaviour(plugins: NetworkPlugins | undefined): PluginBehaviour | undefined {
  const enforcing = plugins === undefined ? [] : enforcingOf(plugins.plugins);
  const ways = enforcing.map(ipBlocksOf);
  const [first] = ways;
  if (first === undefined) return undefined;
  const isOld = enforcing.every(ignoresEndPort);
  const differ = ways.find(({ ipBlockPods }) => ipBlockPods !== first.ipBlockPods);
  if (first.ipBlockPods === 'always' && differ === undefined && !isOld) return undefined;
  const names = enforcing.map(({ name }) => name).join(' and ');
  const agreed: PluginBehaviour =
    differ === undefined
      ? first
      : { ipBlockPods: 'unknown', ipBlockWhy: `${names} differ in whether an ipBlock matches pods and nodes` };
  return { ...agreed, ...(isOld && { endPort: 'ignored' as const }) };
}

export function sameBehaviour(a: PluginBehaviour | undefined, b: PluginBehaviour | undefined): boolean {
  return a === b || (a?.ipBlockPods === b?.ipBlockPods && a?.ipBlockWhy === b?.ipBlockWhy && a?.endPort === b?.endPort);
}

/** Beside one that enforces policies, one that perhaps does counts only where its agent runs or may run. */
function enforcingOf(plugins: readonly NetworkPlugin[]): readonly NetworkPlugin[] {
  const isSure = plugins.some(({ enforces }) => enforces === 'yes');
  return plugins.filter(
    ({ enforces, ipBlockPods }) =>
      enforces === 'yes' || (enforces === 'unknown' && (!isSure || ipBlockPods === 'unknown')),
  );
}

/** Identity, not addresses, decides about pods and nodes there (cilium/cilium#9209; Microsoft's and Google's docs). */
const BY_IDENTITY: ReadonlySet<string> = new Set(['cilium', 'azure-cni-cilium', 'gke-dpv2']);

function ipBlocksOf({ id, name, ipBlockPods }: NetworkPlugin): Pick<PluginBehaviour, 'ipBlockPods' | 'ipBlockWhy'> {
  const way = ipBlockPods ?? (id === 'cilium' ? 'unknown' : BY_IDENTITY.has(id) ? 'never' : 'always');
  switch (way) {
    case 'always':
      return { ipBlockPods: way };
    case 'never':
      return { ipBlockPods: way, ipBlockWhy: `an ipBlock matches no pods and no nodes in ${name}` };
    case 'unknown':
      return {
        ipBlockPods: way,
        ipBlockWhy: `an ipBlock matches no pods and no nodes in ${name} unless its policy-cidr-match-mode says so, which is not known`,
      };
  }
}

/** Cilium before 1.16 opens only the first port of a range (cilium/cilium#28684, mended by #32807). */
function ignoresEndPort({ id, version = '' }: NetworkPlugin): boolean {
  const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(version) ?? [];
  return id === 'cilium' && major === '1' && Number(minor) < 16;
}
