import type { Enforcement, NetworkPlugins } from '../../model/networkPlugin.ts';
import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, asString, isJsonMap } from '../../syntax/objects/jsonAccess.ts';

/** What a snapshot says of the network plug-in; undefined where it says nothing. */
export function statedPlugins(value: JsonValue | undefined): NetworkPlugins | undefined {
  if (!isJsonMap(value)) return undefined;
  return {
    plugins: asList(value['plugins']).map((item) => {
      const { id, name, enforces, why, seen, version, ipBlockPods } = asMap(item);
      return {
        id: asString(id),
        name: asString(name),
        enforces: enforcement(enforces),
        seen: asString(seen),
        ...(typeof why === 'string' && { why }),
        ...(typeof version === 'string' && { version }),
        ...(isWay(ipBlockPods) && { ipBlockPods }),
      };
    }),
    enforces: enforcement(value['enforces']),
    why: asString(value['why']),
    exceptions: asList(value['exceptions']).map((item) => ({
      why: asString(asMap(item)['why']),
      nodes: asList(asMap(item)['nodes']).map((node) => asString(node)),
    })),
  };
}

function isWay(value: JsonValue | undefined): value is 'always' | 'never' | 'unknown' {
  return value === 'always' || value === 'never' || value === 'unknown';
}

function enforcement(value: JsonValue | undefined): Enforcement {
  return value === 'yes' || value === 'no' ? value : 'unknown';
}
