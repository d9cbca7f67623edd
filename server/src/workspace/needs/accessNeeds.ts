import { printable } from '../../analysis/wording.ts';
import { workloadId } from '../../model/workload.ts';
import type { PlacedObject } from '../objectTable.ts';
import { apiServerTargets } from './apiServerTargets.ts';
import { settingsOf } from './environmentNeeds.ts';
import type { NeedLookup } from './lookup.ts';
import type { Need, WrittenPlace } from './need.ts';

/** Who gives a ServiceAccount rights, and where. */
export interface GivenRights {
  readonly by: string;
  readonly written: WrittenPlace;
}

/** ServiceAccounts that manifests bind to a role, by `namespace/name`. */
export function boundAccounts(lookup: NeedLookup): ReadonlyMap<string, GivenRights> {
  const accounts = new Map<string, GivenRights>();
  for (const { value, namespace, uri, document, path } of lookup.all('bindings')) {
    for (const subject of value.subjects) {
      // A RoleBinding may leave out its own namespace in older texts; a ClusterRoleBinding has none to fill in.
      const where = subject.namespace === '' ? namespace : subject.namespace;
      accounts.set(`${where}/${subject.name}`, {
        by: value.by,
        written: { uri, document, path: [...path, 'subjects'] },
      });
    }
  }
  return accounts;
}

/**
 * That a workload talks to the API server. That somebody has given its own ServiceAccount rights is a sign and no more:
 * the program need not use them.
 */
export function accessNeeds(
  placed: PlacedObject,
  accounts: ReadonlyMap<string, GivenRights>,
  lookup: Pick<NeedLookup, 'targetsOf'>,
): readonly Need[] {
  const { object, namespace, origin } = placed;
  if (object.type !== 'workload' || accounts.size === 0) return [];
  const { serviceAccount, token } = settingsOf(origin.placed.document, origin.manifest, object.workload.kind);
  const rights = serviceAccount === undefined || !token ? undefined : accounts.get(`${namespace}/${serviceAccount}`);
  if (serviceAccount === undefined || rights === undefined) return [];
  const id = workloadId({ ...object.workload, namespace });
  return [
    {
      kind: 'apiServer',
      sureness: 'possible',
      from: { kind: 'workload', id },
      to: apiServerTargets(lookup),
      what: 'access to the API server',
      of: id,
      evidence: {
        what: `${printable(rights.by)} gives rights to its ServiceAccount ${printable(serviceAccount)}`,
        written: rights.written,
      },
    },
  ];
}
