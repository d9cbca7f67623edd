import type { Node } from 'yaml';
import type { Problem } from '../model/finding.ts';
import type { FieldPath, JsonValue } from '../model/manifest.ts';
import { readBlockYaml } from './blockYaml.ts';
import { toGoValue } from './goValue.ts';
import type {
  DuplicateKey,
  ManifestDocument,
  ManifestObject,
  NotEvaluatedPart,
  SourceMap,
} from './manifestDocument.ts';
import type { DecodedObject } from './objects/decodeObject.ts';
import { decodeObject } from './objects/decodeObject.ts';
import { expandObjects } from './objects/expandObjects.ts';
import { identify } from './objects/metadata.ts';
import { asMap, asString } from './objects/jsonAccess.ts';
import { TreeSourceMap } from './sourceMap.ts';
import { textTree, type TextNode } from './textTree.ts';
import { parseTree, syntaxProblem } from './yamlTree.ts';

/** Reads one YAML document. Never throws. The syntax tree is built only where its text needs it, or on demand. */
export function readDocument(text: string): ManifestDocument {
  const value = readBlockYaml(text);
  if (value !== undefined) return new ReadDocument(text, value, [], [], undefined);
  const { root, problems } = parseTree(text);
  const read = toGoValue(root, text);
  const isBroken = problems.some(({ severity }) => severity === 'error');
  const faults = isBroken ? [] : read.faults.map(({ message, range }) => syntaxProblem(message, range));
  return new ReadDocument(text, read.value, [...problems, ...faults], read.duplicateKeys, root);
}

class ReadDocument implements ManifestDocument {
  readonly text: string;
  readonly value: JsonValue | undefined;
  readonly problems: readonly Problem[];
  readonly duplicateKeys: readonly DuplicateKey[];
  /** Undefined until it is asked for. */
  #root: Node | null | undefined;
  #sourceMap: SourceMap | undefined;
  #contents: Contents | undefined;

  constructor(
    text: string,
    value: JsonValue | undefined,
    problems: readonly Problem[],
    duplicateKeys: readonly DuplicateKey[],
    root: Node | null | undefined,
  ) {
    this.text = text;
    this.value = value;
    this.problems = problems;
    this.duplicateKeys = duplicateKeys;
    this.#root = root;
  }

  get sourceMap(): SourceMap {
    this.#sourceMap ??= new TreeSourceMap(this.#tree(), this.text);
    return this.#sourceMap;
  }

  textTree(): TextNode | undefined {
    return textTree(this.#tree(), this.text);
  }

  get objects(): readonly ManifestObject[] {
    return this.#decoded().objects;
  }

  get notEvaluated(): readonly NotEvaluatedPart[] {
    return this.#decoded().notEvaluated;
  }

  #tree(): Node | null {
    if (this.#root === undefined) this.#root = parseTree(this.text).root;
    return this.#root;
  }

  #decoded(): Contents {
    this.#contents ??= readObjects(this);
    return this.#contents;
  }
}

interface Contents {
  readonly objects: readonly ManifestObject[];
  readonly notEvaluated: readonly NotEvaluatedPart[];
}

function readObjects(document: ManifestDocument): Contents {
  const objects: ManifestObject[] = [];
  const notEvaluated: NotEvaluatedPart[] = [];
  const broken = document.problems.find(({ severity }) => severity === 'error');
  for (const { path, value } of expandObjects(document.value)) {
    if (broken !== undefined) {
      // What a partial tree says of an object is its name, not what it does.
      const identity = identify(asMap(value));
      if (identity !== undefined) {
        const { apiVersion, kind, name, namespace } = identity;
        objects.push({ path, apiVersion, kind, name, namespace, undecodable: broken.message });
      }
      continue;
    }
    const decoded = decodeObject(value);
    if (decoded === undefined) {
      const half = halfIdentified(path, value);
      if (half !== undefined) objects.push(half);
      continue;
    }
    objects.push(placed(path, decoded));
    for (const at of decoded.placeholders) {
      const whole: FieldPath = [...path, ...at];
      notEvaluated.push({ why: 'placeholder', path: whole, range: document.sourceMap.nearest(whole) });
    }
  }
  return { objects, notEvaluated };
}

/** A policy of which only the kind, or only the apiVersion and the fields are written: kubectl refuses it as it stands. */
function halfIdentified(path: FieldPath, value: JsonValue): ManifestObject | undefined {
  const object = asMap(value);
  const { apiVersion = null, kind = null } = object;
  const metadata = asMap(object['metadata']);
  const named = { path, name: asString(metadata['name']), namespace: asString(metadata['namespace']) };
  if (kind === 'NetworkPolicy' && (apiVersion === null || apiVersion === '')) {
    return { ...named, apiVersion: '', kind, undecodable: 'apiVersion not set' };
  }
  const isPolicy = Object.keys(asMap(object['spec'])).some((field) => POLICY_FIELDS.has(field));
  if (apiVersion === 'networking.k8s.io/v1' && (kind === null || kind === '') && isPolicy) {
    return { ...named, apiVersion, kind: '', undecodable: 'kind not set' };
  }
  return undefined;
}

/** Fields that no other kind of networking.k8s.io has. */
const POLICY_FIELDS: ReadonlySet<string> = new Set(['podSelector', 'policyTypes', 'ingress', 'egress']);

function placed(path: FieldPath, decoded: DecodedObject): ManifestObject {
  const { apiVersion, kind, name, namespace, object } = decoded;
  const common = { path, apiVersion, kind, name, namespace };
  if (decoded.undecodable !== undefined) return { ...common, undecodable: decoded.undecodable };
  return object === undefined ? common : { ...common, object };
}
