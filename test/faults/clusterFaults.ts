/** What can happen in the cluster between a change and its rollback; a real API server does it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { listContexts } from '../../server/src/cluster/main.ts';
import type { ApplyIntent } from '../../server/src/workspace/apply/clusterApply.ts';
import type { SessionOptions } from '../../server/src/workspace/clusterSession.ts';
import type { ControlPlane, User } from '../cluster/controlPlane.ts';
import { endWords, quoted, type Fault, type FaultGroup } from './fault.ts';
import { guardedRun, type GuardedRun } from './guardedRun.ts';
import { CLOSED, OPEN, specWords } from './scriptedPolicies.ts';

interface Running {
  readonly cluster: ControlPlane;
  /** A namespace of its own, with the policy `web` that lets everybody in. */
  readonly namespace: string;
  /** The path of its policies. */
  readonly policies: string;
}

interface Scripted {
  readonly name: string;
  readonly intent?: 'delete' | 'create';
  readonly user?: User;
  /** Before the change. */
  readonly first?: (run: Running) => Promise<void>;
  readonly atDeadline: (run: Running) => Promise<void>;
  readonly onTry?: (run: Running, tries: number) => Promise<void>;
}

/** @param place an empty folder */
export function clusterFaults(place: string, cluster: () => ControlPlane): readonly FaultGroup[] {
  return [
    {
      title: 'The cluster, at the deadline',
      intro: 'A real API server; the change was made, nobody keeps it, and this has happened meanwhile.',
      faults: FAULTS.map((script): Fault => ({ name: script.name, observe: () => observe(script, place, cluster()) })),
    },
  ];
}

let folders = 0;

async function observe(script: Scripted, place: string, cluster: ControlPlane): Promise<string> {
  const { intent, user = 'admin', first, atDeadline, onTry } = script;
  const namespace = `fault-${folders++}`;
  const folder = join(place, namespace);
  mkdirSync(folder);
  const policies = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
  const run: Running = { cluster, namespace, policies };
  await send(cluster, 'POST', '/api/v1/namespaces', { metadata: { name: namespace } });
  if (intent !== 'create') await send(cluster, 'POST', `${policies}?fieldManager=kubectl`, policy(namespace, OPEN));
  await first?.(run);
  const options: GuardedRun = {
    folder,
    session: await sessionOf(cluster, folder, user),
    intents: [intentOf(namespace, intent)],
    atDeadline: () => atDeadline(run),
    onTry: async (tries) => onTry?.(run, tries),
  };
  const { record, troubles } = await guardedRun(options);
  const { status, body } = await cluster.request('GET', `${policies}/web`);
  const held = specWords(status === 200 ? ordered((body as { spec: object }).spec) : undefined);
  // What Go's HTTP client says of a time limit differs from run to run.
  const told = troubles.map((text) =>
    text.replaceAll(namespace, 'shop').replace(/: failed to call webhook: .*/, ' in time.'),
  );
  const tries = troubles.length === 0 ? '' : `Tried again after ${quoted(...told)}. `;
  return `${tries}${endWords(record, held)}`.replaceAll(namespace, 'shop');
}

function intentOf(namespace: string, intent: Scripted['intent']): ApplyIntent {
  const target = { kind: 'NetworkPolicy', namespace, name: 'web' } as const;
  return intent === 'delete'
    ? { action: 'delete', target }
    : { action: 'apply', target, document: policy(namespace, CLOSED) };
}

function policy(namespace: string, spec: object) {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace },
    spec: { ...spec },
  };
}

/** In the order in which the tests write it. */
function ordered(spec: object): object {
  const { podSelector, policyTypes, ...rest } = spec as { podSelector: object; policyTypes: object };
  return { podSelector, policyTypes, ...rest };
}

async function sessionOf(cluster: ControlPlane, folder: string, user: User): Promise<SessionOptions> {
  const kubeconfig = join(folder, 'config');
  writeFileSync(kubeconfig, cluster.kubeconfig(user));
  const environment = { variables: { KUBECONFIG: kubeconfig }, platform: process.platform };
  const [context] = (await listContexts(environment)).contexts;
  return { environment, context: user, identity: context?.identity ?? '', allowExec: () => false };
}

async function send(
  cluster: ControlPlane,
  method: string,
  path: string,
  body?: object,
  contentType?: string,
): Promise<void> {
  const answer = await cluster.request(method, path, body, contentType === undefined ? {} : { contentType });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`);
}

const patch = ({ cluster, policies }: Running, change: object, manager: string): Promise<void> =>
  send(cluster, 'PATCH', `${policies}/web?fieldManager=${manager}`, change, 'application/merge-patch+json');

const remove = ({ cluster, policies }: Running): Promise<void> => send(cluster, 'DELETE', `${policies}/web`);

const makeAnew = ({ cluster, policies, namespace }: Running): Promise<void> =>
  send(cluster, 'POST', `${policies}?fieldManager=flux`, policy(namespace, CLOSED));

const ADMISSION = '/apis/admissionregistration.k8s.io/v1';
const RULES = [
  {
    apiGroups: ['networking.k8s.io'],
    apiVersions: ['v1'],
    operations: ['CREATE', 'UPDATE'],
    resources: ['networkpolicies'],
  },
];

/** Of one namespace, so that the other faults do not meet it. */
const only = (namespace: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': namespace } });

async function addWebhook({ cluster, namespace }: Running): Promise<void> {
  const port = await silentPort();
  await send(cluster, 'POST', `${ADMISSION}/validatingwebhookconfigurations`, {
    metadata: { name: `hook-${namespace}` },
    webhooks: [
      {
        name: 'hook.example.com',
        clientConfig: { url: `https://127.0.0.1:${port}/hook` },
        rules: RULES,
        namespaceSelector: only(namespace),
        failurePolicy: 'Fail',
        sideEffects: 'None',
        timeoutSeconds: 1,
        admissionReviewVersions: ['v1'],
      },
    ],
  });
  await untilRefused({ cluster, namespace });
}

/** Takes connections and says nothing, until the tests end. */
async function silentPort(): Promise<number> {
  const listener = createServer(() => undefined).unref();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  return (listener.address() as AddressInfo).port;
}

async function addPolicy({ cluster, namespace }: Running): Promise<void> {
  await send(cluster, 'POST', `${ADMISSION}/validatingadmissionpolicies`, {
    metadata: { name: `policy-${namespace}` },
    spec: {
      matchConstraints: { resourceRules: RULES, namespaceSelector: only(namespace) },
      validations: [{ expression: '!has(object.spec.ingress)', message: 'nobody may be let in' }],
    },
  });
  await send(cluster, 'POST', `${ADMISSION}/validatingadmissionpolicybindings`, {
    metadata: { name: `policy-${namespace}` },
    spec: { policyName: `policy-${namespace}`, validationActions: ['Deny'] },
  });
  await untilRefused({ cluster, namespace });
}

/** An admission takes a moment to be known to the server. */
async function untilRefused({ cluster, namespace }: Pick<Running, 'cluster' | 'namespace'>): Promise<void> {
  const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies?dryRun=All`;
  for (let tries = 0; tries < 300; tries++) {
    const object = { ...policy(namespace, OPEN), metadata: { name: 'probe', namespace } };
    if ((await cluster.request('POST', path, object)).status >= 400) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('The admission never refused.');
}

async function grant({ cluster, namespace }: Running): Promise<void> {
  const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;
  await send(cluster, 'POST', `${rbac}/roles`, {
    metadata: { name: 'writer' },
    rules: [{ apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: ['*'] }],
  });
  await send(cluster, 'POST', `${rbac}/rolebindings`, {
    metadata: { name: 'writer' },
    subjects: [{ kind: 'User', name: 'viewer', apiGroup: 'rbac.authorization.k8s.io' }],
    roleRef: { kind: 'Role', name: 'writer', apiGroup: 'rbac.authorization.k8s.io' },
  });
  for (let tries = 0; tries < 100; tries++) {
    const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
    if ((await cluster.request('GET', path, undefined, { user: 'viewer' })).status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const FAULTS: readonly Scripted[] = [
  { name: 'Nothing', atDeadline: () => Promise.resolve() },
  {
    name: 'Somebody has changed the policy',
    atDeadline: (run) => patch(run, { spec: { ingress: [{ ports: [{ port: 80 }] }] } }, 'argocd-controller'),
  },
  {
    name: 'Somebody has changed a label of it',
    atDeadline: (run) => patch(run, { metadata: { labels: { team: 'a' } } }, 'helm'),
  },
  {
    name: 'Somebody has restored it',
    atDeadline: (run) =>
      patch(run, { spec: { podSelector: { matchLabels: null }, ingress: [{}] } }, 'argocd-controller'),
  },
  { name: 'The policy was deleted', atDeadline: remove },
  {
    name: 'The policy was deleted and made anew',
    atDeadline: async (run) => {
      await remove(run);
      await makeAnew(run);
    },
  },
  { name: 'The policy that was made was deleted', intent: 'create', atDeadline: remove },
  { name: 'The policy that was deleted was made anew', intent: 'delete', atDeadline: makeAnew },
  {
    name: 'The namespace of a deleted policy is terminating',
    intent: 'delete',
    atDeadline: ({ cluster, namespace }) => send(cluster, 'DELETE', `/api/v1/namespaces/${namespace}`),
  },
  {
    name: 'A webhook does not answer in time, until it is removed',
    atDeadline: addWebhook,
    onTry: async ({ cluster, namespace }, tries) => {
      if (tries === 2) await send(cluster, 'DELETE', `${ADMISSION}/validatingwebhookconfigurations/hook-${namespace}`);
    },
  },
  { name: 'An admission policy refuses the previous policy', atDeadline: addPolicy },
  {
    name: 'The right to write was taken away',
    user: 'viewer',
    first: grant,
    atDeadline: async ({ cluster, namespace }) => {
      await send(cluster, 'DELETE', `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}/rolebindings/writer`);
      for (let tries = 0; tries < 100; tries++) {
        const path = `/apis/networking.k8s.io/v1/namespaces/${namespace}/networkpolicies`;
        if ((await cluster.request('GET', path, undefined, { user: 'viewer' })).status === 403) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
  },
  { name: 'The API server was started anew', atDeadline: ({ cluster }) => cluster.restart() },
];
