import type { JsonMap } from '../../syntax/objects/jsonAccess.ts';
import { FIELD_MANAGER, type PlannedStep } from '../../workspace/apply/clusterApply.ts';
import type { ObjectRequest } from './askApi.ts';
import { collectionPath, objectPath } from './objectPath.ts';
import { versionOf } from './planStep.ts';

/**
 * The one request of a step. The dry run and the write are this same request; only `dryRun` tells them apart. Both
 * decode strictly, so that nothing that was refused in the preview slips through.
 */
export function stepRequest(step: PlannedStep, dryRun: boolean): ObjectRequest {
  const { target, verb, sent, live } = step;
  const trial = dryRun ? { dryRun: 'All' } : {};
  const writing = { fieldManager: FIELD_MANAGER, fieldValidation: 'Strict', ...trial };
  switch (verb) {
    case 'create':
      return { method: 'POST', path: collectionPath(target), query: writing, body: sent ?? {} };
    case 'update':
      return { method: 'PUT', path: objectPath(target), query: writing, body: sent ?? {} };
    case 'apply':
      return {
        method: 'PATCH',
        path: objectPath(target),
        query: { ...writing, force: 'false' },
        body: sent ?? {},
        contentType: 'application/apply-patch+yaml',
      };
    case 'delete':
      return { method: 'DELETE', path: objectPath(target), body: deleteOptions(live ?? {}, dryRun) };
  }
}

/** A server that gets options in the body does not look at those in the URL, `dryRun` among them. */
function deleteOptions(live: JsonMap, dryRun: boolean): JsonMap {
  const version = versionOf(live);
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Background',
    ...(version !== undefined && { preconditions: { ...version } }),
    ...(dryRun && { dryRun: ['All'] }),
  };
}
