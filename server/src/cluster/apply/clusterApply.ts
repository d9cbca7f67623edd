import type { ApplyTarget, ClusterApply, PlannedStep, Preview, Refusal } from '../../workspace/apply/clusterApply.ts';
import type { Transport } from '../apiTransport.ts';
import { plainText } from '../plainText.ts';
import { checkRights, whoApplies } from './access.ts';
import { observePods } from './observePods.ts';
import { planStep } from './planStep.ts';
import { readSelfHeal } from './readSelfHeal.ts';
import { sendStep } from './sendStep.ts';
import { tryStep } from './tryStep.ts';

/** What a connection lends: its transport once it stands, or why there is none. */
export interface ApplyParts {
  readonly transport: () => Promise<Transport | { readonly problem: string }>;
  readonly kubeconfigUser: () => string;
  /** Aborts when the connection is closed. */
  readonly signal: AbortSignal;
}

/**
 * The only way to the write requests. A preview can be sent once, and only if this very object came from a dry run of
 * this very plan: what was not tried cannot be written, whatever the caller does.
 */
export function clusterApply({ transport, kubeconfigUser, signal }: ApplyParts): ClusterApply {
  const planned = new WeakSet<PlannedStep>();
  const tried = new WeakSet<Preview>();
  const withTransport = async <T>(
    use: (transport: Transport) => Promise<T>,
    without: (problem: string) => T,
  ): Promise<T> => {
    const ready = await transport();
    return typeof ready === 'function' ? use(ready) : without(ready.problem);
  };
  const refused = (target: ApplyTarget, refusal: Refusal) => ({ kind: 'refused' as const, target, refusal });
  const noLogin = (target: ApplyTarget) => (why: string) =>
    refused(target, { kind: 'login', why: why === '' ? 'The connection is closed.' : why, faults: [] });
  const never = (why: string): Refusal => ({ kind: 'never', why, faults: [] });

  return {
    plan: (intent, method = 'replace') =>
      withTransport(async (ready) => {
        const answer = await planStep(ready, intent, method, signal);
        if (answer.kind === 'step') planned.add(answer.step);
        return answer;
      }, noLogin(intent.target)),
    dryRun: (step) =>
      withTransport(async (ready) => {
        if (!planned.has(step)) return refused(step.target, never('This step was not planned by this connection.'));
        const outcome = await tryStep(ready, step, signal);
        if (outcome.kind === 'preview') tried.add(outcome.preview);
        return outcome;
      }, noLogin(step.target)),
    send: (preview) =>
      withTransport(async (ready) => {
        if (!tried.delete(preview)) {
          return refused(preview.step.target, never('Only what the server has just tried is sent, and only once.'));
        }
        return sendStep(ready, preview, signal);
      }, noLogin(preview.step.target)),
    selfHeal: (owner) =>
      withTransport(
        (ready) => readSelfHeal(ready, owner, signal),
        (why) => ({ state: 'unknown', why }),
      ),
    rights: (rights) =>
      withTransport(
        (ready) => checkRights(ready, rights, signal),
        (why) => rights.map((right) => ({ ...right, allowed: 'unknown' as const, why })),
      ),
    observe: (policies) =>
      withTransport(
        (ready) => observePods(ready, policies, signal),
        () => undefined,
      ),
    identity: () =>
      withTransport(
        (ready) => whoApplies(ready, kubeconfigUser(), signal),
        () => ({ user: plainText(kubeconfigUser()), groups: [], from: 'kubeconfig' as const }),
      ),
  };
}
