import type { JsonValue } from '../../model/manifest.ts';
import { isJsonMap, type JsonMap } from '../../syntax/objects/jsonAccess.ts';
import type { Kustomization, KustomizePatch, PatchTarget } from '../../syntax/objects/kustomization.ts';
import type { ParsedText } from '../../syntax/manifestDocument.ts';
import { parseManifests } from '../../syntax/parseManifests.ts';
import { baseName, folderOf } from '../fileUri.ts';
import { resolvePath } from '../resolvePath.ts';
import { isOperations } from './patchReach.ts';

/** A kustomization and its file. */
export interface PlacedKustomization {
  readonly file: string;
  readonly kustomization: Kustomization;
}

/** What a plan is made from. Paths are absolute or relative alike, with forward slashes. */
export interface OverlayFiles {
  /** The kustomization of a folder. */
  readonly kustomizationIn: (folder: string) => PlacedKustomization | undefined;
  /** A file's documents; undefined where no such file is known. */
  readonly parsed: (path: string) => ParsedText | undefined;
  /** Whether a path lies where files are read, so that one that is not known holds nothing of ours. */
  readonly isRead: (path: string) => boolean;
}

/** One kustomization's changes to the objects below it. */
export interface Layer {
  readonly file: string;
  readonly kustomization: Kustomization;
  readonly patches: readonly ReadPatch[];
}

export interface ReadPatch {
  /** How a sentence names it: its file, or the kustomization that holds it. */
  readonly name: string;
  readonly target?: PatchTarget;
  /** JSON Patch operations, else the objects that are merged. */
  readonly operations?: readonly JsonValue[];
  readonly objects: readonly JsonMap[];
}

/** What a kustomization builds, as far as it can be told without running Kustomize. */
export interface OverlayPlan {
  /** Per file the ways in which its objects take part: the layers in the order in which they apply. */
  readonly files: ReadonlyMap<string, readonly (readonly Layer[])[]>;
  /** The kustomizations that it is made of. */
  readonly kustomizations: ReadonlySet<string>;
  /** One clause for each thing that is not followed, because of which objects may be missing or other than said. */
  readonly gaps: readonly string[];
}

/** Follows a kustomization's resources, bases and components, in Kustomize's order of accumulation. */
export function overlayPlan(root: PlacedKustomization, files: OverlayFiles): OverlayPlan {
  const walk = new Walk(files);
  const entries = walk.build(root, []);
  const byFile = new Map<string, (readonly Layer[])[]>();
  for (const { file, layers } of entries) {
    const ways = byFile.get(file);
    if (ways === undefined) byFile.set(file, [layers]);
    else ways.push(layers);
  }
  return { files: byFile, kustomizations: walk.seen, gaps: [...new Set(walk.gaps)] };
}

interface Entry {
  readonly file: string;
  readonly layers: Layer[];
}

class Walk {
  readonly seen = new Set<string>();
  readonly gaps: string[] = [];
  readonly #files: OverlayFiles;

  constructor(files: OverlayFiles) {
    this.#files = files;
  }

  build(placed: PlacedKustomization, above: readonly string[]): Entry[] {
    const entries: Entry[] = [];
    this.#accumulate(placed, entries, above);
    return entries;
  }

  /** A component works on what its user has accumulated so far; a kustomization on its own resources alone. */
  #accumulate(placed: PlacedKustomization, entries: Entry[], above: readonly string[]): void {
    const { file, kustomization } = placed;
    if (above.includes(file)) {
      this.gaps.push(`${shortName(file)} includes itself`);
      return;
    }
    this.seen.add(file);
    const inside = [...above, file];
    for (const resource of kustomization.resources) this.#resource(placed, resource, entries, inside);
    for (const component of kustomization.components) {
      const found = this.#kustomization(placed, component);
      if (found !== undefined) this.#accumulate(found, entries, inside);
    }
    for (const field of kustomization.notFollowed) {
      this.gaps.push(`\`${field}\` of ${shortName(file)} ${field.endsWith('s') ? 'are' : 'is'} not applied here`);
    }
    const layer: Layer = {
      file,
      kustomization,
      patches: kustomization.patches.flatMap((patch) => this.#patch(placed, patch)),
    };
    for (const entry of entries) entry.layers.push(layer);
  }

  #resource(placed: PlacedKustomization, resource: string, entries: Entry[], above: readonly string[]): void {
    if (isRemote(resource)) {
      this.gaps.push(`${shortName(placed.file)} builds on ${resource}, which is not fetched`);
      return;
    }
    const path = resolvePath(folderOf(placed.file), resource);
    const base = this.#files.kustomizationIn(path);
    if (base !== undefined) entries.push(...this.build(base, above));
    else if (/\.(?:ya?ml|json)$/i.test(path) && this.#files.isRead(path)) entries.push({ file: path, layers: [] });
    else this.gaps.push(`${shortName(placed.file)} builds on ${resource}, which is not read here`);
  }

  #kustomization(placed: PlacedKustomization, component: string): PlacedKustomization | undefined {
    const found = isRemote(component)
      ? undefined
      : this.#files.kustomizationIn(resolvePath(folderOf(placed.file), component));
    if (found === undefined) {
      this.gaps.push(`${shortName(placed.file)} uses the component ${component}, which is not read here`);
    }
    return found;
  }

  #patch(placed: PlacedKustomization, { path, text = '', target }: KustomizePatch): readonly ReadPatch[] {
    const file = path === undefined ? undefined : resolvePath(folderOf(placed.file), path);
    const name = path === undefined ? `a patch in ${shortName(placed.file)}` : `the patch ${path}`;
    const parsed = file === undefined ? parseManifests(text) : this.#files.parsed(file);
    if (parsed === undefined || parsed.template) {
      // A patch file that mentions no kind of ours may still hold operations on one.
      const reach: ReadPatch = { name, objects: [], operations: [{ op: 'replace', path: '/' }] };
      return [target === undefined ? reach : { ...reach, target }];
    }
    const values = parsed.documents.flatMap(({ document }) => (document.value === undefined ? [] : [document.value]));
    const common = { name, ...(target === undefined ? {} : { target }) };
    return values.map((value): ReadPatch =>
      isOperations(value) && Array.isArray(value)
        ? { ...common, operations: value, objects: [] }
        : { ...common, objects: isJsonMap(value) ? [value] : [] },
    );
  }
}

/** A Git or HTTP address (kustomize: `ParseRepoSpec`), not a path. */
function isRemote(resource: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:/i.test(resource) ||
    /^[\w.-]+@/.test(resource) ||
    /^(?:github\.com|bitbucket\.org|gitlab\.com)[/:]/.test(resource) ||
    /[?&]ref=/.test(resource)
  );
}

/** `overlays/prod/kustomization.yaml`: the last two folders tell overlays apart. */
export function shortName(file: string): string {
  const folders = folderOf(file)
    .split('/')
    .filter((step) => step !== '');
  return [...folders.slice(-2), baseName(file)].join('/');
}
