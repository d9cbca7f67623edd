import {
  CancellationTokenSource,
  l10n,
  Location,
  Position,
  Range,
  TestMessage,
  TestMessageStackFrame,
  TestRunProfileKind,
  TestRunRequest,
  tests,
  Uri,
  workspace,
  type CancellationToken,
  type Disposable,
  type TestController,
  type TestItem,
  type TestRun,
} from 'vscode';
import type { IntentFileItem, IntentRange, IntentResultItem } from '../../server/src/protocol/intents.ts';
import { INTENTS, INTENTS_CHANGED, RUN_INTENTS } from '../../server/src/protocol/methods.ts';
import { allFolders } from './folders.ts';
import { label, visible } from './hostileText.ts';
import type { ServerSession } from './serverSession.ts';

/**
 * Intent tests in VS Code's Test Explorer. The server reads and runs them, on unsaved text and against whatever
 * everything else is answered from; here is only what shows them.
 */
export function testExplorer(
  session: Pick<ServerSession, 'state' | 'request' | 'onNotification' | 'onDidChangeState'>,
): Disposable {
  return new Explorer(session);
}

class Explorer implements Disposable {
  readonly #session: Pick<ServerSession, 'request'>;
  readonly #controller: TestController;
  readonly #listening: Disposable;
  /** Runs that go on until a person ends them. */
  readonly #continuous = new Map<TestRunRequest, CancellationTokenSource>();
  /** The listing that was asked for last: an older one that answers later says nothing. */
  #listing = 0;

  constructor(session: Pick<ServerSession, 'state' | 'request' | 'onNotification' | 'onDidChangeState'>) {
    this.#session = session;
    this.#controller = tests.createTestController('bulkhead', 'Bulkhead');
    this.#controller.resolveHandler = async (item) => {
      if (item === undefined) await this.#list();
    };
    this.#controller.refreshHandler = () => this.#list();
    const run = (request: TestRunRequest, token: CancellationToken): Promise<void> => this.#asked(request, token);
    this.#controller.createRunProfile(l10n.t('Run'), TestRunProfileKind.Run, run, true, undefined, true);
    session.onNotification(INTENTS_CHANGED, () => void this.#changed());
    this.#listening = session.onDidChangeState((state) => {
      // A new run of the server tells of changes once it has been asked.
      if (state === 'running') void this.#changed();
    });
    if (session.state === 'running') void this.#changed();
  }

  dispose(): void {
    for (const source of this.#continuous.values()) source.dispose();
    this.#continuous.clear();
    this.#listening.dispose();
    this.#controller.dispose();
  }

  async #changed(): Promise<void> {
    await this.#list();
    for (const [request, source] of this.#continuous) {
      // What the last run of it has not finished is out of date.
      source.cancel();
      void this.#again(request);
    }
  }

  async #asked(request: TestRunRequest, token: CancellationToken): Promise<void> {
    if (request.continuous !== true) return this.#run(request, token);
    token.onCancellationRequested(() => {
      this.#continuous.get(request)?.cancel();
      this.#continuous.delete(request);
    });
    return this.#again(request);
  }

  /** Each run is one of its own for VS Code, which ends a request with its first run. */
  async #again(request: TestRunRequest): Promise<void> {
    const source = new CancellationTokenSource();
    this.#continuous.set(request, source);
    const { include, exclude, profile } = request;
    await this.#run(new TestRunRequest(include, exclude, profile, true), source.token);
  }

  async #list(): Promise<void> {
    const turn = ++this.#listing;
    try {
      const lists = await Promise.all(allFolders().map((folder) => this.#session.request(INTENTS, { folder })));
      if (turn !== this.#listing) return;
      // A folder within a folder has its files twice.
      const files = new Map(lists.flatMap((list) => list.files).map((file) => [file.uri, file]));
      const items = this.#controller.items;
      items.forEach(({ id }) => {
        if (!files.has(id)) items.delete(id);
      });
      for (const file of files.values()) this.#show(file);
    } catch {
      // No server can be had: the status item says why, and what was listed stands.
    }
  }

  #show({ uri, tests: listed, faults }: IntentFileItem): void {
    const items = this.#controller.items;
    let file = items.get(uri);
    if (file === undefined) {
      const at = Uri.parse(uri);
      file = this.#controller.createTestItem(uri, workspace.asRelativePath(at), at);
      items.add(file);
    }
    file.error = faults.length === 0 ? undefined : faults.map(({ message }) => visible(message)).join('\n');
    // Of two of one name the first is the test; the other one is a fault, and stands among the problems.
    const named = listed.filter(({ name }, index) => listed.findIndex((other) => other.name === name) === index);
    const children = named.map(({ name, range }, index) => {
      const child = file.children.get(name) ?? this.#controller.createTestItem(name, label(name, 200), file.uri);
      child.range = rangeOf(range);
      // In the order of the file.
      child.sortText = String(index).padStart(6, '0');
      return child;
    });
    file.children.replace(children);
  }

  async #run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    const run = this.#controller.createTestRun(request);
    const wanted = this.#wanted(request);
    for (const item of wanted.values()) run.enqueued(item);
    const byFile = Map.groupBy(wanted.values(), (item) => item.parent?.id ?? '');
    const files = [...byFile].map(([uri, items]) => ({ uri, names: items.map(({ id }) => id) }));
    const source = new CancellationTokenSource();
    const ending = [token, run.token].map((each) => each.onCancellationRequested(() => source.cancel()));
    try {
      for (const item of wanted.values()) run.started(item);
      const answers = await Promise.all(
        allFolders().map((folder) => this.#session.request(RUN_INTENTS, { folder, files }, source.token)),
      );
      const results = new Map(
        answers
          .flatMap((answer) => answer.results)
          .toReversed()
          .map((result) => [keyOf(result.uri, result.name), result]),
      );
      for (const [key, item] of wanted) {
        const result = results.get(key);
        // A test that has left the text meanwhile.
        if (result === undefined) run.skipped(item);
        else report(run, item, result);
      }
    } catch (error) {
      if (!source.token.isCancellationRequested) {
        const message = new TestMessage(visible(error instanceof Error ? error.message : String(error)));
        for (const item of wanted.values()) run.errored(item, message);
      }
    } finally {
      for (const each of ending) each.dispose();
      source.dispose();
      run.end();
    }
  }

  /** The tests that a request means, by file and name. */
  #wanted({ include, exclude = [] }: TestRunRequest): ReadonlyMap<string, TestItem> {
    const wanted = new Map<string, TestItem>();
    const add = (item: TestItem): void => {
      if (exclude.includes(item)) return;
      if (item.parent !== undefined) wanted.set(keyOf(item.parent.id, item.id), item);
      else item.children.forEach(add);
    };
    if (include === undefined) this.#controller.items.forEach(add);
    else for (const item of include) add(item);
    return wanted;
  }
}

function report(run: TestRun, item: TestItem, result: IntentResultItem): void {
  const { outcome, message, details, places, milliseconds } = result;
  if (outcome === 'passed') {
    run.passed(item, milliseconds);
    return;
  }
  const lines = details.length === 0 ? [message] : [...(outcome === 'undecided' ? [message] : []), ...details];
  const shown = new TestMessage(lines.map(visible).join('\n'));
  shown.location = new Location(Uri.parse(result.uri), rangeOf(result.range));
  shown.stackTrace = places.map(
    ({ label: name, uri, range }) =>
      new TestMessageStackFrame(visible(name), Uri.parse(uri), new Position(range.start.line, range.start.character)),
  );
  // What is not decidable is neither a pass nor a failure.
  if (outcome === 'failed') run.failed(item, shown, milliseconds);
  else run.errored(item, shown, milliseconds);
}

function keyOf(uri: string, name: string): string {
  return `${uri} ${name}`;
}

function rangeOf({ start, end }: IntentRange): Range {
  return new Range(start.line, start.character, end.line, end.character);
}
