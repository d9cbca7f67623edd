import { count } from '../analysis/wording.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';
import { pluginBehaviour } from '../workspace/cni/pluginBehaviour.ts';

/** `Network plug-in: Cilium v1.18.1. NetworkPolicies are enforced` in one line, with what was not known or is left out. */
export function pluginText(listed: NetworkPlugins): string {
  const { plugins, enforces, why, exceptions } = listed;
  const names = plugins.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`));
  const found = names.length === 0 ? 'none that is known' : names.join(', ');
  const left = exceptions.map(({ nodes, why: clause }) => `${count(nodes.length, 'node')} ${clause}`);
  const except = left.length === 0 ? '' : `, but usually not on some nodes: ${left.join(', ')}`;
  return `Network plug-in: ${found}. ${enforcementText(enforces, why)}${except}${behaviourText(listed)}`;
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
