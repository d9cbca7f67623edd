import type { Problem } from '../../model/finding.ts';
import type { FieldPath, JsonValue } from '../../model/manifest.ts';
import type { OffsetRange } from '../../model/sourceRange.ts';
import { goQuote } from '../goText.ts';
import { integerDigits } from '../goScalar.ts';
import type { DuplicateKey, ManifestDocument, ManifestObject } from '../manifestDocument.ts';
import { asMap, isJsonMap } from '../objects/jsonAccess.ts';
import { NETWORK_POLICY } from './apiTypes.ts';
import type { FieldError } from './fieldError.ts';
import type { DecodeOutcome } from './goDecode.ts';
import { goDecode } from './goDecode.ts';
import type { GoType } from './goType.ts';
import { servedTypeOf } from './servedTypes.ts';
import { serverRules } from './serverVersion.ts';
import { validatePolicy } from './validatePolicy.ts';

export interface ValidationOptions {
  /** Whose wording and gates count, such as `1.36`. */
  readonly targetVersion: string;
  /** The gate StrictIPCIDRValidation where it is not at its version's default. */
  readonly strictCidrs?: boolean;
  /** A patch: its values are checked, what it lacks is not (cli-contract, Inputs). */
  readonly fragment?: boolean;
  /** The object that the cluster already holds: what stands there already stays accepted on an update. */
  readonly liveObject?: JsonValue;
}

/**
 * Everything that the API server would say of an object, at the offending token: of a NetworkPolicy its three layers
 * (decode 400, strict 400, validation 422) and its warnings; of workloads, Services and Namespaces what its decoder
 * refuses in the fields that we read. Empty where the YAML itself is broken, which `document.problems` says.
 */
export function validateObject(
  document: ManifestDocument,
  object: ManifestObject,
  options: ValidationOptions,
): readonly Problem[] {
  const value = valueAt(document.value, object.path);
  if (!isJsonMap(value) || document.problems.some(({ severity }) => severity === 'error')) return [];
  const report = new Report(document, object.path, options);
  if (object.apiVersion === '' || object.kind === '') report.halfIdentified(object);
  else if (object.kind === 'NetworkPolicy' && POLICY_GROUPS.test(object.apiVersion)) {
    if (object.apiVersion === 'networking.k8s.io/v1') report.policy(value);
    else report.unknownVersion(object);
  } else {
    const type = servedTypeOf(object);
    if (type !== undefined) report.decoded(value, type);
  }
  return report.problems;
}

/** NetworkPolicies of other groups are other kinds. */
const POLICY_GROUPS = /^(?:networking\.k8s\.io|extensions)\//;

class Report {
  readonly problems: Problem[] = [];
  readonly #document: ManifestDocument;
  readonly #root: FieldPath;
  readonly #options: ValidationOptions;
  /** The decoder refuses the object: the server does not reach what the later layers say. */
  #refused = false;

  constructor(document: ManifestDocument, root: FieldPath, options: ValidationOptions) {
    this.#document = document;
    this.#root = root;
    this.#options = options;
  }

  policy(value: { readonly [key: string]: JsonValue }): void {
    const { targetVersion, strictCidrs, fragment, liveObject } = this.#options;
    const { unknownFields } = this.decoded(value, NETWORK_POLICY);
    for (const duplicate of this.#duplicates()) this.#duplicate(duplicate);
    for (const path of unknownFields) this.#unknown(path);
    const rules = serverRules(targetVersion);
    const gated = strictCidrs === undefined ? rules : { ...rules, strictCidrs };
    const live = liveObject === undefined ? undefined : asMap(liveObject);
    for (const error of validatePolicy(value, gated, live)) {
      if (fragment !== true || error.missing !== true) this.#validation(error);
    }
  }

  decoded(value: JsonValue, type: GoType): DecodeOutcome {
    const outcome = goDecode(value, type, (path) =>
      integerDigits(this.#document.sourceMap.scalar([...this.#root, ...path]) ?? ''),
    );
    for (const { path, message } of outcome.faults) {
      this.#add('decode', serverPath(path), message, this.#valueRange(path), this.#refused);
      this.#refused = true;
    }
    return outcome;
  }

  /** kubectl's words: it does not send what it cannot name. A patch may leave its kind to the target. */
  halfIdentified({ apiVersion }: ManifestObject): void {
    if (this.#options.fragment === true) return;
    const [missing, written] = apiVersion === '' ? ['apiVersion', 'kind'] : ['kind', 'apiVersion'];
    this.#add('decode', missing, `${missing} not set`, this.#valueRange([written]), false);
  }

  unknownVersion({ apiVersion, kind }: ManifestObject): void {
    const message = `no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`;
    this.#add('decode', 'apiVersion', message, this.#valueRange(['apiVersion']), false);
  }

  /** The keys of this object, not those of its neighbours in a List. */
  #duplicates(): readonly DuplicateKey[] {
    return this.#document.duplicateKeys.filter(({ path }) =>
      this.#root.every((segment, index) => path[index] === segment),
    );
  }

  #duplicate({ path, range, line, key }: DuplicateKey): void {
    const relative = path.slice(this.#root.length);
    this.#add('strict', serverPath(relative), `line ${line}: key ${key} already set in map`, range, this.#refused);
  }

  #unknown(path: FieldPath): void {
    // kustomize's directives of a strategic merge patch ($patch, $setElementOrder/…) are not fields.
    if (this.#options.fragment === true && String(path.at(-1)).startsWith('$')) return;
    const text = serverPath(path);
    const range = this.#document.sourceMap.key([...this.#root, ...path]) ?? this.#nearest(path);
    this.#add('strict', text, `unknown field ${goQuote(text)}`, range, this.#refused);
  }

  #validation({ path, message, at, key, warning }: FieldError): void {
    const range =
      key === true ? (this.#document.sourceMap.key([...this.#root, ...at]) ?? this.#nearest(at)) : this.#valueRange(at);
    this.#add('validation', path, message, range, this.#refused, warning);
  }

  #add(
    layer: 'decode' | 'strict' | 'validation',
    path: string,
    message: string,
    range: OffsetRange,
    behind: boolean,
    warning?: boolean,
  ): void {
    const severity = warning === true ? 'warning' : 'error';
    this.problems.push({ layer, severity, code: layer, message, path, range, ...(behind && { behind: 'decode' }) });
  }

  /** A block map or list would be underlined over many lines: there the key or the first key stands for it. */
  #valueRange(path: FieldPath): OffsetRange {
    const range = this.#document.sourceMap.value([...this.#root, ...path]);
    const text = range && this.#document.text.slice(range.start, range.end);
    return range !== undefined && range.end > range.start && text?.includes('\n') === false
      ? range
      : this.#nearest(path);
  }

  #nearest(path: FieldPath): OffsetRange {
    return this.#document.sourceMap.nearest([...this.#root, ...path]);
  }
}

/** The server's spelling of a path: `spec.ingress[0].from`. */
function serverPath(path: FieldPath): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}

function valueAt(value: JsonValue | undefined, path: FieldPath): JsonValue | undefined {
  let current = value;
  for (const segment of path) {
    if (typeof segment === 'number') current = Array.isArray(current) ? current[segment] : undefined;
    else current = isJsonMap(current) ? current[segment] : undefined;
  }
  return current;
}
