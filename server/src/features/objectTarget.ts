import type { FieldPath } from '../model/manifest.ts';
import type { OffsetRange } from '../model/sourceRange.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { tokenAt } from './hoverTarget.ts';
import { templatePath } from './objectPlaces.ts';
import { writtenObjects, type WrittenObject } from './writtenObjects.ts';

/** The object under the cursor and the word of it. */
export interface ObjectTarget {
  readonly object: WrittenObject;
  readonly subject: ObjectSubject;
  /** In the file. */
  readonly range: OffsetRange;
}

type ObjectSubject =
  | { readonly kind: 'whole' }
  | { readonly kind: 'namespace' }
  /** Labels that no policy looks at: those of a controller. */
  | { readonly kind: 'ownLabels' }
  | { readonly kind: 'label'; readonly key: string }
  | { readonly kind: 'servicePort'; readonly index: number }
  | { readonly kind: 'containerPort'; readonly path: FieldPath };

/** Undefined where nothing is to be said of traffic. */
export function objectTarget(snapshot: WorkspaceSnapshot, uri: string, offset: number): ObjectTarget | undefined {
  for (const object of writtenObjects(snapshot, uri)) {
    const token = tokenAt(object.placed, object.manifest.path, offset);
    if (token === undefined) continue;
    const subject = subjectOf(object, token.path);
    return subject && { object, subject, range: token.range };
  }
  return undefined;
}

function subjectOf({ sort, kind }: WrittenObject, path: FieldPath): ObjectSubject | undefined {
  const [top, field, label] = path;
  if (top === undefined || top === 'apiVersion' || top === 'kind') return { kind: 'whole' };
  const template = sort === 'workload' ? templatePath(kind) : undefined;
  if (template !== undefined && startsWith(path, [...template, 'metadata', 'labels'])) {
    const key = path[template.length + 2];
    return typeof key === 'string' ? { kind: 'label', key } : { kind: 'whole' };
  }
  if (template !== undefined && startsWith(path, template) && isContainerPort(path.slice(template.length))) {
    return { kind: 'containerPort', path: path.slice(0, template.length + 5) };
  }
  if (top === 'metadata') {
    if (field === undefined || field === 'name') return { kind: 'whole' };
    if (field === 'namespace') return { kind: 'namespace' };
    if (field !== 'labels') return undefined;
    if (sort !== 'namespace') return { kind: 'ownLabels' };
    return typeof label === 'string' ? { kind: 'label', key: label } : { kind: 'whole' };
  }
  if (sort !== 'service' || top !== 'spec') return undefined;
  if (field === 'selector') return { kind: 'whole' };
  if (field === 'ports') return typeof label === 'number' ? { kind: 'servicePort', index: label } : { kind: 'whole' };
  return undefined;
}

/** `spec.containers[0].ports[1]` and what is in it. */
function isContainerPort([spec, list, , ports, index]: FieldPath): boolean {
  return (
    spec === 'spec' &&
    (list === 'containers' || list === 'initContainers') &&
    ports === 'ports' &&
    typeof index === 'number'
  );
}

function startsWith(path: FieldPath, prefix: FieldPath): boolean {
  return prefix.every((step, index) => path[index] === step);
}
