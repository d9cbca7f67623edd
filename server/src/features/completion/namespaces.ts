import { CompletionItemKind } from 'vscode-languageserver-types';
import { count } from '../../analysis/wording.ts';
import { dnsLabelFaults } from '../../syntax/apiServer/names.ts';
import { namespacesMeant, podGroups } from './podGroups.ts';
import { withSource } from './podUse.ts';
import type { Asked, Proposal } from './proposal.ts';

/** The namespaces that are known, those with the most pods first. */
export function namespaceNames(asked: Asked): readonly Proposal[] {
  const { snapshot } = asked;
  return namespacesMeant(snapshot)
    .filter((name) => dnsLabelFaults(name).length === 0)
    .map((name): Proposal => {
      const groups = podGroups(snapshot, name);
      const pods = groups.reduce((sum, group) => sum + group.pods, 0);
      const workloads = new Set(groups.map(({ workload }) => `${workload.kind}/${workload.name}`)).size;
      const text = workloads === 0 ? 'no pods known' : `${count(pods, 'pod')} · ${count(workloads, 'workload')}`;
      return {
        label: name,
        kind: CompletionItemKind.Module,
        write: { value: name },
        detail: withSource(text, asked),
        rank: -pods,
      };
    });
}

/** Names for a policy: what it is usually called after. */
export function policyNames(asked: Asked): readonly Proposal[] {
  const { snapshot, policy } = asked;
  const taken = new Set(snapshot.universe.parts.contents.get(policy.namespace)?.policies.map(({ name }) => name));
  const workloads = new Set(podGroups(snapshot, policy.namespace).map(({ workload }) => workload.name));
  return [
    ...['default-deny', 'allow-dns'].map((name) => ({ name, detail: 'a usual name' })),
    ...[...workloads].sort().map((name) => ({ name, detail: withSource('named after the workload', asked) })),
  ]
    .filter(({ name }) => !taken.has(name) && POLICY_NAME.test(name))
    .map(({ name, detail }) => ({ label: name, kind: CompletionItemKind.Text, write: { value: name }, detail }));
}

/** A DNS subdomain that is short enough for any object. */
const POLICY_NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
