import { readRole } from '../features/readRole.ts';
import type { ReadRole, ReadRoleParams } from '../protocol/readRole.ts';
import type { FolderWorkspace } from '../workspace/folderWorkspace.ts';
import { MESH_GROUPS, POLICY_GROUPS } from '../syntax/objects/foreignPolicy.ts';

/** The role that reads what the folder needs: other policies and the plug-in only as its cluster has them. */
export function readRoleOf(workspace: FolderWorkspace, { of }: Pick<ReadRoleParams, 'of'>): ReadRole {
  const { source } = workspace.snapshot();
  const state = 'state' in source ? source.state : undefined;
  const policies = new Map(
    (state?.coverage ?? [])
      .filter(({ group }) => POLICY_GROUPS.includes(group) || MESH_GROUPS.includes(group))
      .map(({ group, kind }) => [`${kind}.${group}`, { group, kind }]),
  );
  const plugins = (state?.plugins?.plugins ?? []).map(({ id }) => id);
  const needs = { policies: [...policies.values()], plugins };
  if (of === 'cluster') return { text: readRole(needs) };
  return { text: readRole({ ...needs, namespaces: [...namespacesToRead(workspace)].sort() }) };
}

/** Namespaces to read one by one: those that manifests and settings name. */
export function namespacesToRead(workspace: FolderWorkspace): ReadonlySet<string> {
  return new Set([...workspace.namespaces(), ...workspace.settings.namespaces]);
}
