import { env, l10n } from 'vscode';

/** Where the extension runs, as VS Code calls it, in a person's words. */
const KINDS: Readonly<Record<string, string>> = {
  wsl: 'WSL',
  'ssh-remote': 'SSH',
  'dev-container': 'container',
  'attached-container': 'container',
  'k8s-container': 'container',
  codespaces: 'codespace',
  tunnel: 'tunnel',
};

/**
 * The machine whose kubeconfig is read: the extension runs where the workspace is, which is not always where the person
 * sits.
 *
 * @param host its name, as the server knows it
 */
export function machineText(host: string | undefined, remoteName = env.remoteName): string {
  const name = host ?? l10n.t('this machine');
  // In a browser it is the server's own address, which says nothing.
  if (remoteName === undefined || !/^[a-z0-9-]+$/i.test(remoteName)) return name;
  return `${name} (${KINDS[remoteName] ?? remoteName})`;
}
