import type {
  Connection,
  DefinitionParams,
  Location,
  LocationLink,
  ReferenceParams,
  SymbolInformation,
  WorkspaceSymbol,
  WorkspaceSymbolParams,
} from 'vscode-languageserver/node';
import { definition, type Definition } from '../features/definition.ts';
import type { Place } from '../features/objectPlaces.ts';
import { livePolicyOf, objectText } from '../features/livePolicy.ts';
import { references } from '../features/references.ts';
import {
  bestSymbols,
  isSymbolData,
  symbolRange,
  unresolved,
  workspaceSymbols,
  type FoundSymbol,
  type SymbolData,
} from '../features/workspaceSymbol.ts';
import { LIVE_POLICY, OBJECT } from '../protocol/methods.ts';
import type { WorkspaceSnapshot } from '../workspace/snapshot.ts';
import { ofDocument, type Register } from './asked.ts';
import type { Dispatcher } from './dispatch.ts';
import type { Server } from './server.ts';

interface NavigationParts {
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
  readonly register: Register;
  readonly server: () => Server | undefined;
}

/** Requests that lead from one object to another, in files or in a view of what a source knows. */
export function registerNavigation(parts: NavigationParts): void {
  const { connection, dispatcher, register, server } = parts;
  connection.onDefinition(
    register('definition', null, ofDocument, ({ snapshot, document }, { position }: DefinitionParams, { client }) => {
      const found = definition(snapshot, document.uri, document.offsetAt(position), { views: client.own });
      return found === undefined ? null : client.linksDefinitions ? links(found) : found.places.map(location);
    }),
  );
  connection.onReferences(
    register(
      'references',
      null,
      ofDocument,
      ({ snapshot, document }, { position, context }: ReferenceParams, { client }) => {
        const options = { views: client.own, declaration: context.includeDeclaration };
        return references(snapshot, document.uri, document.offsetAt(position), options).map(location);
      },
    ),
  );
  connection.onRequest<unknown, never>(
    OBJECT.name,
    dispatcher.wrap(OBJECT.name, { text: '' }, (object: NonNullable<typeof OBJECT.params>) => {
      const running = server();
      const session = running?.folders.of(object.document);
      if (running === undefined || session === undefined) return { text: '' };
      const snapshot = running.snapshotOf(session, object.document);
      return objectText(snapshot, object);
    }),
  );
  connection.onRequest<unknown, never>(
    LIVE_POLICY.name,
    register(
      LIVE_POLICY.name,
      { problem: 'This file is not open.' },
      ({ uri }: NonNullable<typeof LIVE_POLICY.params>) => uri,
      ({ snapshot, document }, { uri, policy, position }) =>
        livePolicyOf(snapshot, uri, policy ?? document.offsetAt(position ?? { line: 0, character: 0 })),
    ),
  );
  registerSymbols(parts);
}

function registerSymbols({ connection, dispatcher, server }: NavigationParts): void {
  const snapshots = (): readonly WorkspaceSnapshot[] =>
    (server()?.folders.all() ?? []).map(({ workspace }) => workspace.snapshot());
  const rangeOf = (data: SymbolData): Location['range'] | undefined => {
    for (const snapshot of snapshots()) {
      const range = symbolRange(snapshot, data);
      if (range !== undefined) return range;
    }
    return undefined;
  };
  const located = ({ name, kind, containerName, data }: FoundSymbol): SymbolInformation[] => {
    const range = rangeOf(data);
    return range === undefined ? [] : [{ name, kind, containerName, location: { uri: data.uri, range } }];
  };
  connection.onWorkspaceSymbol(
    dispatcher.wrap('workspaceSymbol', null, ({ query }: WorkspaceSymbolParams) => {
      // A folder within a folder: the file takes part in both.
      const seen = new Set<string>();
      const found = snapshots().flatMap((snapshot) => {
        const fresh = workspaceSymbols(snapshot, query).filter(({ data }) => !seen.has(JSON.stringify(data)));
        for (const { data } of fresh) seen.add(JSON.stringify(data));
        return fresh;
      });
      const best = bestSymbols(found);
      return server()?.client.resolvesSymbols === true ? best.map(unresolved) : best.flatMap(located);
    }),
  );
  connection.onWorkspaceSymbolResolve(async (symbol, token) => {
    const resolve = dispatcher.wrap('workspaceSymbol/resolve', symbol, (asked: WorkspaceSymbol) => {
      const data: unknown = asked.data;
      const range = isSymbolData(data) ? rangeOf(data) : undefined;
      const start = { line: 0, character: 0 };
      return { ...asked, location: { uri: asked.location.uri, range: range ?? { start, end: start } } };
    });
    return resolve(symbol, token);
  });
}

function links({ origin, places }: Definition): LocationLink[] {
  return places.map(({ uri, range, selection }) => ({
    originSelectionRange: origin,
    targetUri: uri,
    targetRange: range,
    targetSelectionRange: selection,
  }));
}

function location({ uri, selection }: Place): Location {
  return { uri, range: selection };
}
