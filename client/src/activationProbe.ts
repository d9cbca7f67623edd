/**
 * Does a text mention a kind that we serve? `onLanguage:yaml` wakes the extension for every YAML file; the server
 * starts only when this says so. A search over a bounded text, not a parse: a wrong yes starts the server for nothing,
 * a wrong no leaves a manifest without answers until one of its lines changes.
 */

/** Kinds that are decoded, also as the kind of their list. Kinds of other groups are served by their group. */
const KINDS =
  'NetworkPolicy|Namespace|Pod|Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob|ReplicationController|Service';

/** Groups whose policies can change a verdict, whatever their kind is called. */
const POLICY_GROUPS = [
  'policy.networking.k8s.io',
  'cilium.io',
  'projectcalico.org',
  'crd.projectcalico.org',
  'crd.antrea.io',
  'networking.k8s.aws',
  'k8s.cni.cncf.io',
]
  .map((group) => group.replaceAll('.', '\\.'))
  .join('|');

/** A key in block, flow or JSON style, then a value with or without quotes. */
const SERVED = new RegExp(
  `(?:^|[\\s{,"'])(?:kind["']?[ \\t]*:\\s*["']?(?:${KINDS})(?:List)?|apiVersion["']?[ \\t]*:\\s*["']?(?:${POLICY_GROUPS})/[a-z0-9]+)(?![\\w-])`,
);

const OWN_FILE =
  /(?:^|[\\/])(?:bulkhead\.ya?ml|kustomization\.ya?ml|Kustomization|Chart\.yaml)$|(?:^|[\\/.])bulkhead-test\.ya?ml$/;

/** Characters of a text that are looked at, about a thousandth of a second's work. */
const MOST = 1_000_000;

export function isServedText(text: string): boolean {
  return SERVED.test(text.length > MOST ? text.slice(0, MOST) : text);
}

/** An empty YAML file is about to become something, and a whole policy is offered there. */
export function isEmptyText(text: string): boolean {
  return text.length < 1000 && text.trim() === '';
}

/** Our own configuration and tests, and what makes an overlay or a chart, are served whatever they say. */
export function isServedPath(path: string): boolean {
  return OWN_FILE.test(path);
}
