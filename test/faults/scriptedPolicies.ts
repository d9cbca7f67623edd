/** The change that scripted faults happen to: a policy that lets everybody in is closed. */
import type { ApplyIntent } from '../../server/src/workspace/apply/clusterApply.ts';
import type { PolicyServer } from '../support/policyServer.ts';

export const OPEN = { podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] };
export const CLOSED = { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] };

export const APPLY_CLOSED: ApplyIntent = {
  action: 'apply',
  target: { kind: 'NetworkPolicy', namespace: 'shop', name: 'web' },
  document: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { podSelector: { matchLabels: { app: 'web' } }, policyTypes: ['Ingress'] },
  },
};

/** What the scripted server holds, in words. */
export function heldBy(server: PolicyServer): string {
  return specWords(server.get('web')?.spec);
}

export function specWords(spec: unknown): string {
  if (spec === undefined) return 'no policy';
  const text = JSON.stringify(spec);
  if (text === JSON.stringify(OPEN)) return 'the previous policy';
  return text === JSON.stringify(CLOSED) ? 'the policy that was applied' : "somebody else's policy";
}
