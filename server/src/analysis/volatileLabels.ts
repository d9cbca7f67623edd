/** Labels whose values are another one for every generation of pods, by what sets them. */
const OF_A_GENERATION: ReadonlyMap<string, string> = new Map([
  ['pod-template-hash', 'the Deployment controller, for every version of the pod template'],
  ['rollouts-pod-template-hash', 'Argo Rollouts, for every version of the pod template'],
  ['controller-revision-hash', 'the StatefulSet or DaemonSet controller, for every version of the pod template'],
  ['pod-template-generation', 'the DaemonSet controller, for every version of the pod template'],
  ['controller-uid', 'the Job controller, for every Job'],
  ['batch.kubernetes.io/controller-uid', 'the Job controller, for every Job'],
]);

/** Labels that name a version: they change with an upgrade. */
const OF_A_VERSION: ReadonlySet<string> = new Set(['helm.sh/chart', 'app.kubernetes.io/version', 'chart']);

/** Who gives the label a new value for every generation of pods; undefined for a label that lasts. */
export function generationLabel(key: string): string | undefined {
  return OF_A_GENERATION.get(key);
}

export function isVersionLabel(key: string): boolean {
  return OF_A_VERSION.has(key);
}

/** Whether a selector may ask for a label: pods that come later have it too. */
export function isLasting(key: string): boolean {
  return !OF_A_GENERATION.has(key) && !OF_A_VERSION.has(key) && !OF_ONE_POD.has(key);
}

const OF_ONE_POD: ReadonlySet<string> = new Set([
  'apps.kubernetes.io/pod-index',
  'statefulset.kubernetes.io/pod-name',
  'job-name',
  'batch.kubernetes.io/job-name',
]);
