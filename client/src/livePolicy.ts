import { commands, l10n, Uri, window } from 'vscode';
import type { LivePolicy, LivePolicyParams } from '../../server/src/protocol/livePolicy.ts';
import { LIVE_POLICY } from '../../server/src/protocol/methods.ts';
import { OBJECT_SCHEME } from '../../server/src/protocol/objects.ts';
import { sentence, visible } from './hostileText.ts';
import { isServedDocument } from './servedDocuments.ts';
import type { ServerSession } from './serverSession.ts';

type Asking = Pick<ServerSession, 'request'>;

/** Opens the policy at the cursor, or that of a lens, as the chosen cluster or snapshot has it; read-only. */
export async function openLivePolicy(session: Asking, argument: unknown): Promise<void> {
  const found = await ask(session, argument);
  if (found !== undefined) await window.showTextDocument(Uri.parse(found.view), { preview: true });
}

/** Lays the document beside itself with the policy as the cluster has it, so that only what differs stands out. */
export async function compareLivePolicy(session: Asking, argument: unknown): Promise<void> {
  const asked = askedPolicy(argument);
  const found = await ask(session, asked);
  if (found === undefined || asked === undefined) return;
  const { name, source, inDocument, same } = found;
  if (same) {
    await window.showInformationMessage(l10n.t('{0} says the same as {1}.', sentence(name), sentence(source)));
    return;
  }
  const document = Uri.parse(asked.uri);
  const file = visible(document.path.slice(document.path.lastIndexOf('/') + 1));
  const title = l10n.t('{0}: {1} ↔ {2}', visible(name), visible(source), file);
  await commands.executeCommand('vscode.diff', Uri.parse(inDocument), document, title, { preview: true });
}

/** Opens the view behind a lens. Commands can be run by anything with any argument. */
export async function openLiveObject(argument: unknown): Promise<void> {
  if (typeof argument !== 'string') return;
  const uri = Uri.parse(argument);
  if (uri.scheme === OBJECT_SCHEME) await window.showTextDocument(uri, { preview: true });
}

/** Why there is nothing to show is the answer to a person's own command. */
async function ask(
  session: Asking,
  argument: unknown,
): Promise<Exclude<LivePolicy, { readonly problem: string }> | undefined> {
  const asked = askedPolicy(argument);
  const found = asked === undefined ? undefined : await session.request(LIVE_POLICY, asked);
  if (found !== undefined && !('problem' in found)) return found;
  const problem = found?.problem ?? l10n.t('Open a manifest with a NetworkPolicy and put the cursor into it.');
  await window.showInformationMessage(sentence(problem));
  return undefined;
}

/** The policy of a lens; from the palette that at the cursor. */
export function askedPolicy(argument: unknown): LivePolicyParams | undefined {
  if (typeof argument === 'object' && argument !== null) {
    const { uri, policy, position } = argument as LivePolicyParams;
    if (typeof uri !== 'string') return undefined;
    if (typeof policy === 'string') return { uri, policy };
    return typeof position?.line === 'number' && typeof position.character === 'number' ? { uri, position } : undefined;
  }
  const editor = window.activeTextEditor;
  if (editor === undefined || !isServedDocument(editor.document)) return undefined;
  const { line, character } = editor.selection.active;
  return { uri: editor.document.uri.toString(), position: { line, character } };
}
