import { Diagnostic, DiagnosticSeverity, languages, Range, Uri, workspace, type Disposable } from 'vscode';
import type { RefusedObject } from '../../server/src/protocol/apply.ts';
import { visible } from './hostileText.ts';

/** What the cluster refused, at its place in the documents: until they change, or until the next time it is asked. */
export interface ClusterFaults extends Disposable {
  /** In place of what was shown before. */
  show(refused: readonly RefusedObject[]): void;
}

export function clusterFaults(): ClusterFaults {
  const collection = languages.createDiagnosticCollection('bulkhead-cluster');
  const listening = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0) collection.delete(document.uri);
  });
  return {
    show: (refused) => {
      collection.clear();
      const places = refused.flatMap((object) => object.places);
      for (const [uri, faults] of Map.groupBy(places, (place) => place.uri)) {
        collection.set(Uri.parse(uri), faults.map(diagnosticOf));
      }
    },
    dispose: () => {
      listening.dispose();
      collection.dispose();
    },
  };
}

function diagnosticOf({ range: { start, end }, message }: RefusedObject['places'][number]): Diagnostic {
  const range = new Range(start.line, start.character, end.line, end.character);
  const diagnostic = new Diagnostic(range, visible(message), DiagnosticSeverity.Error);
  diagnostic.source = 'bulkhead (cluster)';
  return diagnostic;
}
