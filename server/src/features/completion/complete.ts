import type { CompletionItem, CompletionList } from 'vscode-languageserver-types';
import { lineIndex } from '../../syntax/lineIndex.ts';
import { pathOfUri } from '../../workspace/fileUri.ts';
import { isBulkheadYaml } from '../../workspace/folderConfiguration.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import { fieldDoc } from '../fieldDocs.ts';
import { isIntentPath } from '../../intent/intentPath.ts';
import { BULKHEAD_YAML, configurationDoc } from './bulkheadSchema.ts';
import { completionItems, type CompletionClient } from './completionItems.ts';
import { cursorContext } from './cursorSlots.ts';
import { INTENTS, intentDoc } from './intentSchema.ts';
import { jsonOf, type LooseMap } from './looseTree.ts';
import { looseDecoded, policyPlace } from './objectPlace.ts';
import { POLICY } from './policySchema.ts';
import { policies } from './policySnippets.ts';
import type { Asked, OwnFile, Proposal } from './proposal.ts';
import { proposalsFor } from './proposals.ts';
import { schemaAt, type StructSchema } from './schema.ts';
import type { CursorContext, Slot } from './slot.ts';

/** What may be written at an offset of a policy, a `bulkhead.yaml` or a file of intent tests; null where nothing is to be said. */
export function complete(
  snapshot: WorkspaceSnapshot,
  { uri, text }: { readonly uri: string; readonly text: string },
  offset: number,
  client: CompletionClient,
): CompletionList | null {
  const path = pathOfUri(uri);
  const context = cursorContext(text, offset, /\.jsonc?$/.test(path));
  if (context.slots.length === 0) return null;
  const own = isBulkheadYaml(path) ? 'configuration' : isIntentPath(path) ? 'intents' : undefined;
  const offers = context.slots.flatMap((slot) =>
    (own === undefined
      ? policyOffers(snapshot, uri, context, slot)
      : ownFileOffers(own, snapshot, uri, context, slot)
    ).map((proposal) => ({
      slot,
      proposal,
    })),
  );
  if (offers.length === 0) return null;
  const list = completionItems(text, context, offers, client, lineIndex(text));
  // Files that are still being read may bring more.
  const { source } = snapshot;
  return source.kind === 'files' && source.indexing !== undefined ? { ...list, isIncomplete: true } : list;
}

/** The documentation of an item, once somebody looks at it. */
export function resolveCompletion(item: CompletionItem): CompletionItem {
  const { doc, docsOf } = (item.data ?? {}) as { readonly doc?: unknown; readonly docsOf?: unknown };
  if (!Array.isArray(doc)) return item;
  const path = doc.filter((step): step is string | number => typeof step === 'string' || typeof step === 'number');
  const value =
    docsOf === 'configuration' ? configurationDoc(path) : docsOf === 'intents' ? intentDoc(path) : fieldDoc(path);
  return value === undefined ? item : { ...item, documentation: { kind: 'markdown', value } };
}

function policyOffers(
  snapshot: WorkspaceSnapshot,
  uri: string,
  context: CursorContext,
  slot: Slot,
): readonly Proposal[] {
  const { root, cursor } = context;
  const place = policyPlace(jsonOf(root, cursor), slot.path);
  const namespace = snapshot.files.get(uri)?.namespace.name ?? 'default';
  if (place === undefined) return [];
  const isNothingYet = Object.keys(place.object).length === 0 && place.path.length === 0;
  if (isNothingYet && OTHERS.test(pathOfUri(uri))) return [];
  const policy = looseDecoded(place.object, namespace);
  const path = slot.path.slice(place.path.length);
  const asked: Asked = { snapshot, uri, object: place.object, path, siblings: siblingsOf(slot, cursor), policy };
  const offers = proposalsFor(slot, schemaAt(POLICY, path), asked);
  return offers.length > 0 || !isBehind(slot, root, cursor) ? offers : policies(asked).map(inNewDocument);
}

/** Files that other programs read, and that begin as empty as a policy does. */
const OTHERS =
  /(?:^|\/)(?:Chart|values(?:[-.].*)?|kustomization|(?:docker-)?compose(?:\..*)?|\.[^/]*)\.(?:ya?ml|json)$|\/\.(?:github|gitlab|circleci|vscode)\//i;

/** Behind a whole policy, at the margin: there the next document may begin. */
function isBehind({ path, place, column, lead }: Slot, root: CursorContext['root'], cursor: number): boolean {
  if (path.length > 0 || place !== 'line' || column > 0 || lead !== '' || root?.kind !== 'map') return false;
  return root.entries.every(({ start }) => start < cursor);
}

function inNewDocument(proposal: Proposal): Proposal {
  return { ...proposal, before: '---\n' };
}

const OWN_FILES: Readonly<Record<OwnFile, StructSchema>> = { configuration: BULKHEAD_YAML, intents: INTENTS };

function ownFileOffers(
  docsOf: OwnFile,
  snapshot: WorkspaceSnapshot,
  uri: string,
  { root, cursor }: CursorContext,
  slot: Slot,
): readonly Proposal[] {
  const object = jsonOf(root, cursor);
  const { path } = slot;
  const policy = looseDecoded({}, snapshot.files.get(uri)?.namespace.name ?? 'default');
  const asked: Asked = { snapshot, uri, object, path, siblings: siblingsOf(slot, cursor), policy };
  return proposalsFor(slot, schemaAt(OWN_FILES[docsOf], path), asked).map((proposal) => ({ ...proposal, docsOf }));
}

/** What the map says beside the word under the cursor. */
function siblingsOf({ map }: Slot, cursor: number): Asked['siblings'] {
  if (map === undefined) return {};
  return jsonOf(map satisfies LooseMap, cursor) as Asked['siblings'];
}
