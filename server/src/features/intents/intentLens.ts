import type { CodeLens } from 'vscode-languageserver-types';
import { decodeIntents } from '../../intent/decodeIntents.ts';
import { evaluateIntent } from '../../intent/evaluateIntent.ts';
import { resultText, sizesText } from '../../intent/intentText.ts';
import { lineIndex } from '../../syntax/lineIndex.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import { plain } from '../markdown.ts';
import { snapshotWorld } from './snapshotWorld.ts';

/** What the lens of a test carries until its title is asked for. */
interface IntentLensData {
  readonly intent: number;
  readonly name: string;
  readonly list: { readonly uri: string };
}

/** One lens above each test. The text alone decides where they stand. */
export function intentLensPlaces(snapshot: WorkspaceSnapshot, uri: string): CodeLens[] {
  const file = snapshot.files.get(uri)?.file;
  if (file === undefined) return [];
  const lines = lineIndex(file.text);
  return decodeIntents(file.parsed).intents.map(({ index, name, range }) => {
    const data: IntentLensData = { intent: index, name, list: { uri } };
    return { range: lines.range(range), data };
  });
}

/** `3 pods → 2 pods · passes`. A test that has left the text meanwhile gets no words. */
export function resolveIntentLens(snapshot: WorkspaceSnapshot, lens: CodeLens): CodeLens | undefined {
  const data: unknown = lens.data;
  if (!isIntentLens(data)) return undefined;
  const file = snapshot.files.get(data.list.uri)?.file;
  const intents = file === undefined ? [] : decodeIntents(file.parsed).intents;
  const meant =
    intents[data.intent]?.name === data.name ? intents[data.intent] : intents.find((one) => one.name === data.name);
  return { range: lens.range, command: { title: titleOf(snapshot, meant?.intent), command: '' } };
}

function titleOf(snapshot: WorkspaceSnapshot, intent: Parameters<typeof evaluateIntent>[1] | undefined): string {
  if (intent === undefined) return 'Something is wrong with this test';
  const result = evaluateIntent(snapshotWorld(snapshot), intent);
  if (result.outcome === 'passed') return `${sizesText(result)} · passes`;
  const about = result.pairs.length === 0 && result.outcome === 'failed' ? '' : `${sizesText(result)} · `;
  const text = resultText(result);
  return plain(`${about}${text.charAt(0).toLowerCase()}${text.slice(1)}`);
}

/** Clients send back what they were given, and may send anything. */
function isIntentLens(value: unknown): value is IntentLensData {
  if (typeof value !== 'object' || value === null || !('intent' in value) || !('list' in value)) return false;
  const { list } = value;
  return typeof list === 'object' && list !== null && 'uri' in list && typeof list.uri === 'string';
}
