import { count, listSome } from '../analysis/wording.ts';
import type { FieldPath } from '../model/manifest.ts';
import { workloadId, type Namespace, type Pod, type Service } from '../model/workload.ts';
import type { ObjectName } from '../protocol/objects.ts';
import { livePolicy } from '../workspace/liveObjects.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';
import { policyObject } from './policyObject.ts';
import { clusterState } from './sourceComparison.ts';
import { sourceText, timeText } from './sourceText.ts';
import { YamlText, type Shown } from '../syntax/yamlText.ts';

export interface ObjectView {
  readonly text: string;
  /** The 0-based line of a field of the object; for a workload of its pods' template. */
  readonly lineOf: (path: FieldPath) => number;
}

/**
 * An object as the source knows it: the part that Bulkhead reads, as YAML, with where that comes from and how old it
 * is. Of a workload that are its pods. Undefined where the source knows no such object.
 */
export function objectView(snapshot: WorkspaceSnapshot, object: Omit<ObjectName, 'document'>): ObjectView | undefined {
  const { kind, namespace, name } = object;
  const { cluster, parts } = snapshot.universe;
  const contents = parts.contents.get(namespace);
  if (kind === 'NetworkPolicy') {
    // What the cluster has, not the open document that is laid over it.
    const state = clusterState(snapshot);
    const policy =
      state === undefined ? cluster.policies.get(`${namespace}/${name}`)?.policy : livePolicy(state, namespace, name);
    return policy && viewOf(snapshot, kind, (text) => text.document(policyObject(policy)));
  }
  if (kind === 'Namespace') {
    const found = cluster.namespaces.get(name);
    return found && viewOf(snapshot, kind, (text) => text.document(namespaceObject(found)));
  }
  if (kind === 'Service') {
    const service = contents?.services.find((one) => one.name === name);
    return service && viewOf(snapshot, kind, (text) => text.document(serviceObject(service)));
  }
  const workload = cluster.pods.workloads.get(workloadId(object));
  return workload && viewOf(snapshot, kind, (text) => writePods(text, object, workload.pods));
}

/** What stands in the place of an object that has gone. */
export function goneText(snapshot: WorkspaceSnapshot, { kind, namespace, name }: Omit<ObjectName, 'document'>): string {
  const what = `${plain(kind)} ${namespace === '' ? '' : `${plain(namespace)}/`}${plain(name)}`;
  return `# ${what} is not known to ${sourceText(snapshot)}\n`;
}

function viewOf(snapshot: WorkspaceSnapshot, kind: string, write: (text: YamlText) => void): ObjectView {
  const text = new YamlText();
  text.comment(`Read-only: what Bulkhead reads of this ${plain(kind)}, not the whole object`);
  text.comment(`From ${sourceText(snapshot)}; shown as of ${timeText(snapshot.now, snapshot.now)}`);
  write(text);
  return { text: text.text, lineOf: (path) => text.lineOf(path) };
}

const MOST_SORTS = 50;
const MOST_NAMES = 5;

/** Each sort of pods once: a rollout, or labels that an operator adds, makes several of one workload. */
function writePods(text: YamlText, { kind, name }: Omit<ObjectName, 'document'>, pods: readonly Pod[]): void {
  const sorts = Map.groupBy(pods, ({ labels, unknownLabels, ports, portsIncomplete, hostNetwork }) =>
    JSON.stringify([labels, unknownLabels, ports, portsIncomplete, hostNetwork]),
  );
  let written = 0;
  for (const alike of sorts.values()) {
    if (written === MOST_SORTS) {
      text.comment(`… and ${count(sorts.size - written, 'more sort')} of pods`);
      return;
    }
    const [first] = alike;
    if (first === undefined) continue;
    if (written > 0) text.line('---');
    written += 1;
    const names = alike.flatMap((pod) => (pod.name === undefined ? [] : [podName(pod)]));
    const number = alike.reduce((sum, pod) => sum + pod.count, 0);
    const known = alike.some(({ countUnknown }) => countUnknown === true)
      ? 'number of pods not written'
      : count(number, 'pod');
    text.comment(names.length === 0 ? known : `${known}: ${listSome(names, MOST_NAMES)}`);
    if (first.unknownLabels !== undefined && first.unknownLabels.length > 0) {
      text.comment(`Values not known: ${listSome(first.unknownLabels.map(plain), MOST_NAMES)}`);
    }
    text.document(podObject(first, kind === 'Pod' ? undefined : { kind, name }, alike.length === 1));
  }
  if (written === 0) text.comment('It has no pods');
}

function podName({ name = '', ips }: Pod): string {
  return ips.length === 0 ? plain(name) : `${plain(name)} (${plain(ips.join(', '))})`;
}

function podObject(pod: Pod, owner: { kind: string; name: string } | undefined, alone: boolean): Shown {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: alone ? pod.name : undefined,
      namespace: pod.workload.namespace,
      labels: pod.labels,
      ownerReferences: owner && [{ ...owner, controller: true }],
    },
    spec: {
      hostNetwork: pod.hostNetwork ? true : undefined,
      containers:
        pod.ports.length === 0
          ? undefined
          : [{ ports: pod.ports.map(({ name, port, protocol }) => ({ name, containerPort: port, protocol })) }],
    },
    status: alone && pod.ips.length > 0 ? { podIPs: pod.ips.map((ip) => ({ ip })) } : undefined,
  };
}

function namespaceObject({ name, labels, labelsUnknown }: Namespace): Shown {
  const shown = labelsUnknown === true ? undefined : labels;
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: shown } };
}

function serviceObject({ namespace, name, type, selector, clusterIPs, ports }: Service): Shown {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      type,
      selector,
      clusterIPs: clusterIPs.length === 0 ? undefined : clusterIPs,
      ports: ports.map(({ name, protocol, port, targetPort }) => ({ name, protocol, port, targetPort })),
    },
  };
}
