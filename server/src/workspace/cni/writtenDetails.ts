import type { JsonValue } from '../../model/manifest.ts';
import { asList, asMap, asString } from '../../syntax/objects/jsonAccess.ts';
import type { AwsAgent, PluginDetails } from './pluginEvidence.ts';
import { awsAgentOf } from './pluginEvidence.ts';

/** ConfigMap cilium-config. */
export function ciliumConfigOf(configMap: JsonValue): ReadonlyMap<string, string> {
  return new Map(Object.entries(asMap(asMap(configMap)['data'])).map(([key, value]) => [key, asString(value)]));
}

/** Whether ClusterRole kindnet may read NetworkPolicies. */
export function readsPolicies(role: JsonValue): boolean {
  const has = (list: JsonValue | undefined, name: string): boolean =>
    asList(list).some((item) => item === name || item === '*');
  return asList(asMap(role)['rules']).some((rule) => {
    const { apiGroups, resources, verbs } = asMap(rule);
    return has(apiGroups, 'networking.k8s.io') && has(resources, 'networkpolicies') && has(verbs, 'list');
  });
}

/** What OpenShift's Network `cluster` runs. */
export function networkTypeOf(network: JsonValue): string {
  return asString(asMap(asMap(network)['status'])['networkType']);
}

/** What runs by the ClusterNetwork `default`; `''` where it does not say. */
export function sdnPluginOf(clusterNetwork: JsonValue): string {
  return asString(asMap(clusterNetwork)['pluginName']);
}

/** What single objects of kubectl's output say, as far as they are among it. */
export class WrittenDetails {
  #details: PluginDetails = {};
  readonly #awsAgents: AwsAgent[] = [];

  add(apiVersion: string, kind: string, name: string, object: JsonValue): void {
    switch (`${apiVersion}/${kind}/${name}`) {
      case 'v1/ConfigMap/cilium-config':
        this.#details = { ...this.#details, ciliumConfig: { is: ciliumConfigOf(object) } };
        break;
      case 'rbac.authorization.k8s.io/v1/ClusterRole/kindnet':
        this.#details = { ...this.#details, kindnetReadsPolicies: { is: readsPolicies(object) } };
        break;
      case 'config.openshift.io/v1/Network/cluster':
        this.#details = { ...this.#details, openshiftNetworkType: { is: networkTypeOf(object) } };
        break;
      case 'network.openshift.io/v1/ClusterNetwork/default':
        this.#details = { ...this.#details, openshiftSdnMode: { is: sdnPluginOf(object) } };
        break;
      default:
        if (kind === 'Pod' && name.startsWith('aws-node')) this.#addAwsAgent(object);
    }
  }

  details(): PluginDetails {
    return this.#awsAgents.length === 0 ? this.#details : { ...this.#details, awsAgents: { is: this.#awsAgents } };
  }

  #addAwsAgent(pod: JsonValue): void {
    const labels = asMap(asMap(asMap(pod)['metadata'])['labels']);
    const agent = labels['k8s-app'] === 'aws-node' ? awsAgentOf(pod) : undefined;
    if (agent !== undefined) this.#awsAgents.push(agent);
  }
}
