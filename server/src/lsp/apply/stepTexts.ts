import { listSome, printable, qualifiedName } from '../../analysis/wording.ts';

import type {
  ApplyTarget,
  Identity,
  Moved,
  Owner,
  Preview,
  Refusal,
  Right,
  SelfHeal,
} from '../../workspace/apply/clusterApply.ts';
import type { ItemOutcome } from '../../workspace/apply/sendAll.ts';

/** `shop/web`; a Namespace's name. */
export function targetName(target: ApplyTarget): string {
  return printable(qualifiedName(target));
}

/** `Argo CD (Application shop-prod) puts it back by itself: self-heal is on`. */
export function ownerText({ by, holder: { kind, name } }: Owner, heals: SelfHeal): string {
  const who = `${by} (${kind} ${printable(name)})`;
  switch (heals.state) {
    case 'on':
      return `${who} puts it back by itself: ${printable(heals.how)}`;
    case 'off':
      return `${who} keeps it, and writes over it the next time it syncs: ${printable(heals.how)}`;
    case 'unknown':
      return `${who} keeps it; whether it puts it back by itself is not known: ${printable(heals.why)}`;
  }
}

/** What else is to be known of a step, a sentence each. */
export function stepNotes({ step, takesOver, mutated, warnings }: Preview): readonly string[] {
  return [
    ...takesOver.map(
      ({ manager, fields }) => `Takes over from ${printable(manager)}: ${listSome(fields.map(printable), 4)}`,
    ),
    ...(mutated.length === 0 ? [] : [`The cluster's admission changes ${listSome(mutated.map(printable), 4)}`]),
    ...(step.notSent.length === 0 ? [] : [`Not sent: ${listSome(step.notSent.map(printable), 4)}`]),
    ...warnings.map((warning) => `The API server warns: ${printable(warning)}`),
  ];
}

export function refusalText(target: ApplyTarget, { why, missing }: Refusal): string {
  const right = missing === undefined ? '' : ` ${missingText(missing)}.`;
  return `${targetName(target)}: ${printable(why)}${right}`;
}

/** `The right to update networkpolicies in shop is missing`. */
export function missingText({ verb, resource, group, namespace }: Right): string {
  const what = `${resource}${group === '' ? '' : `.${group}`}`;
  return printable(`The right to ${verb} ${what}${namespace === undefined ? '' : ` in ${namespace}`} is missing`);
}

export function movedText(target: ApplyTarget, { how, by }: Moved): string {
  const who = by.length === 0 ? 'somebody else' : listSome(by.map(printable), 3);
  const what = { changed: 'was changed', made: 'was made', gone: 'was deleted', replaced: 'was replaced' }[how];
  return `${targetName(target)} ${what} meanwhile by ${who}. Preview it again`;
}

export function identityText({ user, from }: Identity): string {
  return from === 'server' ? printable(user) : `${printable(user)}, as the kubeconfig says`;
}

/** One sentence of what became of a step; `isBack`: it was a rollback. */
export function outcomeText(outcome: ItemOutcome, isBack: boolean): string {
  const { target } = outcome;
  const name = targetName(target);
  switch (outcome.kind) {
    case 'applied': {
      const { change, finalizers = [] } = outcome.applied;
      const done = {
        create: 'is created',
        replace: isBack ? 'is as it was before' : 'is as the document says',
        delete: 'is deleted',
      }[change];
      return finalizers.length === 0
        ? `${name} ${done}`
        : `${name} is being deleted and waits for ${listSome(finalizers.map(printable), 3)}`;
    }
    case 'altered':
      return `${name} was taken, and the cluster's admission made something else of ${listSome(outcome.applied.mutated.map(printable), 4)}`;
    case 'unchanged':
      return `${name} was so already`;
    case 'moved':
      return movedText(target, outcome.moved);
    case 'refused':
      return refusalText(target, outcome.refusal);
    case 'notSent':
      return `${name} was not sent`;
    case 'uncertain':
      return `Whether ${name} was changed is not known: ${printable(outcome.why)}`;
  }
}
