import type { ConnectOutcome, ContextChoice } from '../../server/src/protocol/contexts.ts';
import { CONNECT, CONTEXTS } from '../../server/src/protocol/methods.ts';
import type { HarnessOptions } from '../support/lspHarness.ts';
import { openFolder, type OpenFolder } from '../support/openFolder.ts';
import type { ControlPlane, User } from './controlPlane.ts';

/**
 * A folder that an editor has open, with the cluster connected as a person would: its context chosen from the list.
 *
 * Where it signs in by a program, the person agrees to that.
 *
 * @param files `web.yaml` among them, which is opened; `k/config` stands for the user's kubeconfig
 */
export async function connectedEditor(
  cluster: ControlPlane,
  user: User,
  files: Readonly<Record<string, string>> & { readonly 'web.yaml': string },
  options: HarnessOptions = {},
): Promise<OpenFolder> {
  const folder = await openFolder({ 'k/config': cluster.kubeconfig(user, 'shop'), ...files }, options);
  const { lsp } = folder;
  await lsp.changeSettings({ kubeconfig: folder.path('k/config'), ...options.settings });
  await lsp.open(folder.uri('web.yaml'), files['web.yaml']);
  const connected = await connectContext(folder, user);
  if (!connected.ok) throw new Error(JSON.stringify(connected));
  return folder;
}

/** Chooses a context from the list, as a person would. */
export async function connectContext({ lsp, uri }: OpenFolder, name: string): Promise<ConnectOutcome> {
  const folder = uri('').replace(/\/$/, '');
  let choice: ContextChoice | undefined;
  await lsp.until(async () => {
    const { contexts } = await lsp.request(CONTEXTS, { folder });
    const context = contexts.find((each) => each.name === name);
    if (context === undefined) return false;
    const consent = context.exec === undefined ? {} : { execConsent: context.exec.identity };
    choice = { folder, context: name, identity: context.identity, ...consent };
    return true;
  });
  if (choice === undefined) throw new Error(`There is no context ${name}.`);
  return lsp.request(CONNECT, choice);
}

/** A pod with the label `app` and an address, as a kubelet would report it. */
export async function addPod(cluster: ControlPlane, name: string, app: string, ip: string): Promise<void> {
  const path = '/api/v1/namespaces/shop/pods';
  const spec = { containers: [{ name: 'main', image: 'x' }], automountServiceAccountToken: false };
  const made = await cluster.request('POST', path, { metadata: { name, labels: { app } }, spec });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }] };
  await cluster.request('PATCH', `${path}/${name}/status`, JSON.stringify({ status }), {
    contentType: 'application/merge-patch+json',
  });
}
