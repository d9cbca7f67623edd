import type { NetworkPlugins } from '../../model/networkPlugin.ts';
import { SIGNATURES } from './signatures.ts';

/** Values of the setting `bulkhead.cni` beside the plug-ins' own: what was found counts, or only whether one enforces. */
export const DETECT = 'detect';
export const ENFORCED = 'enforced';
export const NOT_ENFORCED = 'not-enforced';

/** Every value of the setting, as package.json lists them. */
export const CNI_CHOICES: readonly string[] = [
  DETECT,
  ENFORCED,
  NOT_ENFORCED,
  ...SIGNATURES.map(({ id }) => id),
  'k3s',
  'openshift-sdn',
];

/**
 * What a person says of the cluster's network plug-in stands over what was found: a plug-in that is named enforces
 * policies, but for the one that never does.
 *
 * @param choice the setting; anything else than its values counts as `detect`
 */
export function chosenPlugins(choice: string, found: NetworkPlugins | undefined): NetworkPlugins | undefined {
  if (choice === DETECT || !CNI_CHOICES.includes(choice)) return found;
  const exceptions = found?.exceptions ?? [];
  const seen = 'the setting bulkhead.cni';
  const said = `bulkhead.cni is set to ${choice}`;
  if (choice === ENFORCED) return { plugins: [], enforces: 'yes', why: said, exceptions };
  if (choice === NOT_ENFORCED) return { plugins: [], enforces: 'no', why: said, exceptions: [] };
  const name = SIGNATURES.find(({ id }) => id === choice)?.name ?? choice;
  const enforces = choice === 'flannel' ? 'no' : 'yes';
  // How it is configured is what was found of it.
  const { version, ipBlockPods } = found?.plugins.find(({ id }) => id === choice) ?? {};
  const known = { ...(version !== undefined && { version }), ...(ipBlockPods !== undefined && { ipBlockPods }) };
  return { plugins: [{ id: choice, name, enforces, seen, ...known }], enforces, why: said, exceptions };
}
