/** What a real API server and what `validateObject` say of a policy, in one form. */
import type { Problem } from '../../server/src/model/finding.ts';
import { parseManifests } from '../../server/src/syntax/parseManifests.ts';
import { validateObject } from '../../server/src/syntax/apiServer/validateObject.ts';
import type { DryRunAnswer } from '../../server/src/workspace/clusterModule.ts';

/** The layer that decides, and what it says: for an accepted policy the server's warnings. */
export interface Verdict {
  readonly layer: string;
  readonly faults: readonly string[];
}

export function serverVerdict({ status, message, causes, warnings }: DryRunAnswer): Verdict {
  if (status >= 200 && status < 300) return { layer: 'accepted', faults: warnings };
  if (status === 422) {
    return { layer: 'validation', faults: causes.map((cause) => `${cause.field}: ${cause.message}`) };
  }
  const strict = /strict decoding error: (.*)$/s.exec(message)?.[1];
  if (status === 400 && strict !== undefined) return { layer: 'strict', faults: strictFaults(strict) };
  return { layer: status === 400 ? 'decode' : `status ${status}`, faults: [withoutPrefix(message)] };
}

/** `unknown field "a", yaml: unmarshal errors:\n  line 9: key …` as one text a fault. */
function strictFaults(text: string): string[] {
  return text
    .split(/, (?=unknown field|duplicate field|yaml:)|\n {2}/)
    .filter((part) => part !== 'yaml: unmarshal errors:')
    .sort();
}

/**
 * Our verdict on a text. YAML that cannot be read is a fault of the text for us and of the decoder for the server, each
 * in its own words, so there the server's words are taken for ours.
 */
export function ourVerdict(text: string, server: Verdict): Verdict {
  const problems = parseManifests(text)
    .documents.flatMap(({ document }) => [
      ...document.problems,
      ...document.objects.flatMap((object) => validateObject(document, object, { targetVersion: '1.36' })),
    ])
    .filter(({ behind }) => behind === undefined);
  const of = (layer: Problem['layer'], severity = 'error'): readonly Problem[] =>
    problems.filter((problem) => problem.layer === layer && problem.severity === severity);
  if (of('syntax').length > 0 && server.layer === 'decode') return server;
  if (of('syntax').length > 0) return { layer: 'syntax', faults: of('syntax').map(({ message }) => message) };
  const [decode] = of('decode');
  if (decode !== undefined) return { layer: 'decode', faults: [withoutPrefix(decode.message)] };
  const strict = of('strict').map(({ message }) => message);
  if (strict.length > 0) return { layer: 'strict', faults: strict.sort() };
  const validation = of('validation').map(fieldText);
  if (validation.length > 0) return { layer: 'validation', faults: validation };
  return { layer: 'accepted', faults: of('validation', 'warning').map(fieldText) };
}

function fieldText({ path, message }: Problem): string {
  return `${path}: ${message}`;
}

function withoutPrefix(message: string): string {
  return message.replace('NetworkPolicy in version "v1" cannot be handled as a NetworkPolicy: ', '');
}
