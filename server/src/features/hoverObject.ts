import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { objectDifferenceLine } from './hoverDifference.ts';
import { namespaceLines } from './hoverNamespace.ts';
import { namespaceLabelLines, podLabelLines } from './hoverObjectLabels.ts';
import { serviceLines, servicePortLines } from './hoverService.ts';
import { containerPortLines, workloadLines } from './hoverWorkload.ts';
import { escaped, escapedLine } from './markdown.ts';
import { objectTitle } from './objectText.ts';
import type { ObjectTarget } from './objectTarget.ts';
import { readingText } from './sourceText.ts';
import type { WrittenObject } from './writtenObjects.ts';

/** What an object's hover says above the line. */
export function objectLines(
  snapshot: WorkspaceSnapshot,
  target: ObjectTarget,
  listLink: (words: string) => string,
): readonly string[] {
  const [head = '', ...more] = answerLines(snapshot, target, listLink);
  return [head, ...objectDifferenceLine(snapshot, target), ...more];
}

function answerLines(
  snapshot: WorkspaceSnapshot,
  { object, subject }: ObjectTarget,
  listLink: (words: string) => string,
): readonly string[] {
  const { source } = snapshot;
  if (source.kind === 'none') return [`**Not known**: ${escapedLine(source.problem)}`];
  const reading = readingText(source, 'Pod');
  if (reading !== undefined) return [`**${escapedLine(objectTitle(snapshot, object))}**`];
  switch (subject.kind) {
    case 'whole':
      return wholeLines(snapshot, object, listLink);
    case 'namespace':
      return namespaceLines(snapshot, object.namespace, () => '');
    case 'ownLabels':
      return [`**No policy looks at it**: labels of the ${escaped(object.kind)} itself, not of pods`];
    case 'label':
      return object.sort === 'namespace'
        ? namespaceLabelLines(snapshot, object, subject.key)
        : podLabelLines(snapshot, object, subject.key);
    case 'servicePort':
      return servicePortLines(snapshot, object, subject.index);
    case 'containerPort':
      return containerPortLines(snapshot, object, subject.path);
  }
}

/** Documentation in one sentence. */
export function objectDoc({ object: { sort, kind }, subject }: ObjectTarget): string {
  if (subject.kind === 'servicePort' || subject.kind === 'containerPort') {
    return 'A rule of a policy names the port on which pods receive, not that of a Service in front of them.';
  }
  if (sort === 'service')
    return 'A Service gives its pods an address. Policies see the pods behind it, on the ports of the pods.';
  if (sort === 'namespace' || subject.kind === 'namespace') {
    return 'Policies act on the pods of their own namespace. What none of them selects stays open, in both directions.';
  }
  return kind === 'Pod'
    ? 'Policies select pods by their labels.'
    : `Policies select pods by the labels of the template, not by those of the ${escaped(kind)} itself.`;
}

function wholeLines(
  snapshot: WorkspaceSnapshot,
  object: WrittenObject,
  listLink: (words: string) => string,
): readonly string[] {
  if (object.sort === 'namespace') return namespaceLines(snapshot, object.name, listLink);
  if (object.sort === 'service') {
    return object.object?.type === 'service'
      ? serviceLines(snapshot, object.object.service, listLink)
      : [`**${escapedLine(objectTitle(snapshot, object))}**`];
  }
  return workloadLines(snapshot, object, listLink);
}
