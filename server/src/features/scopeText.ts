import { count, qualifiedName } from '../analysis/wording.ts';
import type { ScopeView, WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { plain } from './markdown.ts';

/** Lets a person choose which manifests belong together (client/src/commandIds.ts). */
export const CHOOSE_SCOPE = 'bulkhead.chooseScope';

/**
 * What the lens says of the scope: its name, and what of it is not certain. Undefined where the folder is one world and
 * nothing in it is written twice.
 */
export function scopeLensTitle({ scope, source }: WorkspaceSnapshot): string | undefined {
  const twice = source.kind === 'files' ? scope.writtenTwice().length : 0;
  if (scope.isOnly && twice === 0 && scope.kind !== 'kustomization' && scope.kind !== 'rendered') return undefined;
  return [
    scopeName(scope),
    ...(twice === 0 ? [] : [`${count(twice, 'object')} written twice`]),
    ...(scope.rendering?.stale === true ? ['its sources have changed since'] : []),
    ...(scope.gaps.length === 0 ? [] : ['not all of it is known']),
  ].join(' · ');
}

/** `Overlay overlays/prod`, `Chart shop`, `Files of deploy`, `Whole folder`. */
export function scopeName({ kind, name }: Pick<ScopeView, 'kind' | 'name'>, show = plain): string {
  switch (kind) {
    case 'kustomization':
      return `Overlay ${show(name)}`;
    case 'chart':
      return `Chart ${show(name)}`;
    case 'bulkhead':
      return `Files of ${show(name)}`;
    case 'rendered':
      return `Rendered ${show(name)}`;
    case 'folder':
      return 'Whole folder';
  }
}

/** Sentences on what of a scope is not certain, for the status item. */
export function scopeProblems({ scope, source }: WorkspaceSnapshot): readonly string[] {
  const twice = source.kind === 'files' ? scope.writtenTwice() : [];
  const [first] = twice;
  const more = twice.length > 1 ? `, and ${count(twice.length - 1, 'more object')} likewise` : '';
  const said =
    first &&
    `${objectName(first.key)} is written in ${first.files.map(baseName).join(' and ')}; the last one counts${more}.`;
  return [
    ...(said === undefined ? [] : [said]),
    ...scope.gaps.map((gap) => `${gap.charAt(0).toUpperCase()}${gap.slice(1)}, so what depends on it is not known.`),
  ];
}

/** `Deployment/shop/web` for people. */
function objectName(key: string): string {
  const [kind = '', namespace = '', name = ''] = key.split('/');
  return `${kind} ${qualifiedName({ namespace, name })}`;
}

function baseName(uri: string): string {
  const parts = uri.split('/').slice(-2);
  try {
    return decodeURIComponent(parts.join('/'));
  } catch {
    return parts.join('/');
  }
}
