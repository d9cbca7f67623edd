import { count, listSome } from '../analysis/wording.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import type { UnenforcedPods } from '../workspace/cni/unenforcedPods.ts';
import { pluginBehaviour } from '../workspace/cni/pluginBehaviour.ts';

/** `Network plug-in: Cilium v1.18.1. NetworkPolicies are enforced` in one line, with what was not known or is left out. */
/** @param unenforced the pods on nodes that are left out */
export function pluginText(listed: NetworkPlugins, unenforced: readonly UnenforcedPods[] = []): string {
  const { plugins, enforces, why, exceptions } = listed;
  const names = plugins.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`));
  const found = names.length === 0 ? 'none that is known' : names.join(', ');
  const left = exceptions.map(({ nodes, why: clause }) => {
    const pods = unenforced.find((each) => each.why === clause)?.workloads;
    return `${count(nodes.length, 'node')} ${nodes.length === 1 ? ofOne(clause) : clause}${podsOn(pods)}`;
  });
  const except = left.length === 0 ? '' : `, but usually not on some nodes: ${left.join(', ')}`;
  return `Network plug-in: ${found}. ${enforcementText(enforces, why)}${except}${behaviourText(listed)}`;
}

/** `run Windows` of one node. */
function ofOne(clause: string): string {
  return clause.replace(/^run\b/, 'runs').replace(/^are\b/, 'is');
}

/** ` (with 3 pods of shop/web[Deployment])`. */
function podsOn(workloads: ReadonlyMap<string, number> = new Map()): string {
  const pods = [...workloads.values()].reduce((sum, number) => sum + number, 0);
  return pods === 0 ? '' : ` (with ${count(pods, 'pod')} of ${listSome([...workloads.keys()], 3)})`;
}

/** In what answers follow the plug-in and not the API. */
function behaviourText(plugins: NetworkPlugins): string {
  const { ipBlockWhy, endPort } = pluginBehaviour(plugins) ?? {};
  const ipBlocks = ipBlockWhy === undefined ? '' : `. ${ipBlockWhy.charAt(0).toUpperCase()}${ipBlockWhy.slice(1)}`;
  return `${ipBlocks}${endPort === undefined ? '' : '. endPort is ignored: the first port alone is open'}`;
}

function enforcementText(enforces: NetworkPlugins['enforces'], why: string): string {
  switch (enforces) {
    case 'yes':
      return 'NetworkPolicies are enforced';
    case 'no':
      return `NetworkPolicies are not enforced: ${why}`;
    case 'unknown':
      return `Whether NetworkPolicies are enforced is not known: ${why}`;
  }
}
