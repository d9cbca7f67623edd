import { printable } from '../../analysis/wording.ts';
import { YamlText } from '../../syntax/yamlText.ts';
import { policyObject } from './changeEffects.ts';
import { isMetadataOnly, managerOf, type PolicyChange, type SeenPolicy } from './seenPolicy.ts';

/** The two states of a policy as YAML, to be laid side by side; one that is not there is empty. */
export function changeTexts(change: PolicyChange): { readonly before: string; readonly after: string } {
  const note = isMetadataOnly(change)
    ? 'Labels or annotations were changed; what they say is not kept'
    : 'Labels, annotations and other metadata are not kept';
  return { before: stateText(change.before, note), after: stateText(change.after, note) };
}

function stateText(policy: SeenPolicy | undefined, note: string): string {
  if (policy === undefined) return '';
  const yaml = new YamlText();
  yaml.comment('Read-only: the spec as it was seen in the cluster');
  yaml.comment(note);
  if (policy.spec === undefined) yaml.comment('The spec is too long to be kept');
  else yaml.document(policyObject(policy));
  return yaml.text;
}

/** `field manager kubectl-edit at 2026-11-25T09:14:03Z`: a program and never a person; undefined where nothing says. */
export function managerText(change: PolicyChange): string | undefined {
  const { name, time } = managerOf(change) ?? {};
  return name === undefined ? undefined : `field manager ${printable(name)} at ${printable(time ?? '')}`;
}
