import { count } from '../analysis/wording.ts';
import type { NetworkPlugins } from '../model/networkPlugin.ts';

/** `Network plug-in: Cilium v1.18.1. NetworkPolicies are enforced` in one line, with what was not known or is left out. */
export function pluginText({ plugins, enforces, why, exceptions }: NetworkPlugins): string {
  const names = plugins.map(({ name, version }) => (version === undefined ? name : `${name} ${version}`));
  const found = names.length === 0 ? 'none that is known' : names.join(', ');
  const left = exceptions.map(({ nodes, why: clause }) => `${count(nodes.length, 'node')} ${clause}`);
  const except = left.length === 0 ? '' : `, but usually not on some nodes: ${left.join(', ')}`;
  return `Network plug-in: ${found}. ${enforcementText(enforces, why)}${except}`;
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
