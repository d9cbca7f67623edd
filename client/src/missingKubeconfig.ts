import { ConfigurationTarget, env, l10n, window, workspace } from 'vscode';
import type { ContextList } from '../../server/src/protocol/contexts.ts';
import { sentence } from './hostileText.ts';
import { machineText } from './machine.ts';

/** What prints everything that answers are made from: its output serves as a snapshot. */
export const KUBECTL_LINE =
  'kubectl get namespaces,nodes,pods,replicasets,jobs,services,endpointslices,ingresses,networkpolicies,daemonsets,validatingwebhookconfigurations,mutatingwebhookconfigurations,apiservices --all-namespaces -o json > cluster.json';

/**
 * Says that there is no context to choose, on which machine, and offers what helps: another kubeconfig, or a line for a
 * machine that has one.
 *
 * @returns true where the person named a kubeconfig, so that it is worth another look
 */
export async function explainNoContext(list: ContextList): Promise<boolean> {
  const choose = l10n.t('Choose a kubeconfig…');
  const copy = l10n.t('Copy kubectl line');
  const chosen = await window.showWarningMessage(noContextText(list), choose, copy);
  if (chosen === choose) return chooseKubeconfig();
  if (chosen !== copy) return false;
  await env.clipboard.writeText(KUBECTL_LINE);
  await window.showInformationMessage(
    l10n.t('Copied. Run it where kubectl works, bring cluster.json here, and choose it with “Use cluster snapshot…”.'),
  );
  return false;
}

export function noContextText(
  { problem, files, machine }: Pick<ContextList, 'problem' | 'files' | 'machine'>,
  remoteName?: string,
): string {
  const where = sentence(machineText(machine, remoteName));
  if (problem !== undefined) return l10n.t('On {0}: {1}', where, sentence(problem));
  if (files.length === 0) return l10n.t('No kubeconfig was found on {0}.', where);
  return l10n.t('There is no context in {0} on {1}.', files.map((file) => sentence(file)).join(', '), where);
}

async function chooseKubeconfig(): Promise<boolean> {
  const [file] =
    (await window.showOpenDialog({
      title: l10n.t('Choose a kubeconfig'),
      openLabel: l10n.t('Use kubeconfig'),
    })) ?? [];
  if (file === undefined) return false;
  await workspace.getConfiguration('bulkhead').update('kubeconfig', file.fsPath, ConfigurationTarget.Global);
  return true;
}
