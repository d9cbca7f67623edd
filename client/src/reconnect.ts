import { l10n } from 'vscode';
import type { EditorProxy } from '../../server/src/protocol/contexts.ts';
import { CONNECT, CONTEXTS, USE_SCOPE, USE_SOURCE } from '../../server/src/protocol/methods.ts';
import type { ScopeMemory } from './chooseScope.ts';
import type { ExecConsents } from './execConsent.ts';
import { machineText } from './machine.ts';
import type { RememberedContext, RememberedSource, SourceMemory } from './rememberedSource.ts';
import type { ServerSession } from './serverSession.ts';

export interface Reconnection {
  readonly session: Pick<ServerSession, 'request'>;
  readonly memory: SourceMemory;
  readonly scopes: Pick<ScopeMemory, 'get'>;
  readonly consents: ExecConsents;
  readonly trusted: boolean;
  /** The editor's proxy; undefined where there is none. */
  readonly editorProxy?: EditorProxy | undefined;
  /** A sentence where a folder's choice does not hold any more; undefined where it does. */
  readonly say: (folder: string, notice: string | undefined) => void;
}

/**
 * Tells a server that has just started, or that has just heard of these folders, what a person has chosen for them. A
 * context is contacted again only where the workspace is trusted, the name still leads to the same server and CA, and
 * what signs in is what the person agreed to.
 */
export async function reconnect(parts: Reconnection, folders: readonly string[]): Promise<void> {
  await Promise.all(
    folders.map(async (folder) => {
      const scope = parts.scopes.get(folder);
      if (scope !== undefined) await parts.session.request(USE_SCOPE, { folder, scope }).catch(() => null);
      const source = parts.memory.get(folder);
      if (source === undefined) return;
      parts.say(folder, await reconnectFolder(parts, folder, source).catch((error: unknown) => String(error)));
    }),
  );
}

async function reconnectFolder(
  parts: Reconnection,
  folder: string,
  source: RememberedSource,
): Promise<string | undefined> {
  const { trusted } = parts;
  if (source.kind !== 'context') {
    const { problem } = await parts.session.request(USE_SOURCE, { folder, ...source });
    return problem;
  }
  if (!trusted) return l10n.t('{0} is not contacted: this workspace is not trusted.', source.context);
  const problems: string[] = [];
  // In the order in which they were chosen: the last one answers for whatever is bound to none.
  for (const each of [...(source.others ?? []), source]) {
    const problem = await reconnectContext(parts, folder, each);
    if (problem !== undefined) problems.push(problem);
  }
  return problems.length === 0 ? undefined : problems.join(' ');
}

async function reconnectContext(
  { session, consents, editorProxy }: Pick<Reconnection, 'session' | 'consents' | 'editorProxy'>,
  folder: string,
  source: RememberedContext,
): Promise<string | undefined> {
  const list = await session.request(CONTEXTS, { folder });
  const context = list.contexts.find(({ name }) => name === source.context);
  if (context === undefined) {
    const machine = machineText(list.machine);
    return l10n.t('The context {0} is not in the kubeconfig of {1} any more.', source.context, machine);
  }
  if (context.identity !== source.identity) {
    return l10n.t('{0} points to another server than when you chose it. Choose it again to connect.', source.context);
  }
  const { exec } = context;
  if (exec !== undefined && !consents.has(exec)) {
    return l10n.t(
      '{0} signs in by running something else than you agreed to. Choose it again to connect.',
      source.context,
    );
  }
  const outcome = await session.request(CONNECT, {
    folder,
    context: context.name,
    identity: context.identity,
    ...(exec === undefined ? {} : { execConsent: exec.identity }),
    ...(editorProxy === undefined ? {} : { editorProxy }),
  });
  return outcome.ok ? undefined : outcome.problem;
}
