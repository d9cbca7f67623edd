import { languages, type Disposable, type TextDocument, type Uri } from 'vscode';
import { DocumentDiagnosticRequest, vsdiag, type LanguageClient, type Middleware } from 'vscode-languageclient/node';
import { withoutTwins, yamlErrorLines } from './diagnosticTwins.ts';
import { isServedDocument } from './servedDocuments.ts';

/**
 * Keeps what the YAML extension says already out of our diagnostics, and asks for ours again when it says something
 * else: it answers later than we do. Where it is not installed, nothing of this happens.
 */
export class QuietTwins {
  /** What the server said last, by document: it may answer that nothing has changed. */
  readonly #last = new Map<string, vsdiag.FullDocumentDiagnosticReport>();
  /** The lines that were hidden for, by document. */
  readonly #lines = new Map<string, string>();

  readonly middleware: NonNullable<Middleware['provideDiagnostics']> = async (document, previous, token, next) => {
    const report = await next(document, previous, token);
    const uri = 'uri' in document ? document.uri : document;
    const key = uri.toString();
    if (report?.kind === vsdiag.DocumentDiagnosticReportKind.full) this.#last.set(key, report);
    const whole = this.#last.get(key);
    if (report === undefined || report === null || whole === undefined) return report;
    const all = languages.getDiagnostics(uri);
    this.#lines.set(key, linesText(uri));
    const { resultId } = report;
    return {
      ...whole,
      ...(resultId === undefined ? {} : { resultId }),
      items: withoutTwins(whole.items, all),
    };
  };

  /** Follows what others say of documents that are open. */
  listen(client: LanguageClient, documents: () => readonly TextDocument[]): Disposable {
    return languages.onDidChangeDiagnostics(({ uris }) => {
      const changed = new Set(uris.map((uri) => uri.toString()));
      const stale = documents().filter(({ uri }) => {
        const known = this.#lines.get(uri.toString());
        return known !== undefined && changed.has(uri.toString()) && known !== linesText(uri);
      });
      for (const document of stale.filter(isServedDocument)) {
        // Not noted down here: a pull that was under way may yet show what it saw, which asks again.
        client
          .getFeature(DocumentDiagnosticRequest.method)
          ?.getProvider(document)
          ?.onDidChangeDiagnosticsEmitter.fire();
      }
    });
  }

  closed(uri: Uri): void {
    this.#last.delete(uri.toString());
    this.#lines.delete(uri.toString());
  }
}

function linesText(uri: Uri): string {
  return [...yamlErrorLines(languages.getDiagnostics(uri))].sort((a, b) => a - b).join();
}
