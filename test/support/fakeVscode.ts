/**
 * What unit tests of the client need of VS Code's API: texts as they are in English, events, and the few constants.
 * Whatever else a tested path touches is undefined and fails the test.
 */
import type * as vscode from 'vscode';

export const l10n = {
  t: (message: string, ...values: readonly (string | number | boolean)[]): string =>
    message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};

export const QuickPickItemKind = { Separator: -1, Default: 0 } as const;

export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 } as const;

export class EventEmitter<T> {
  readonly #listeners = new Set<(value: T) => unknown>();

  readonly event: vscode.Event<T> = (listener) => {
    this.#listeners.add(listener);
    return { dispose: () => this.#listeners.delete(listener) };
  };

  fire(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}

/** What was shown to a person, who chose nothing. */
export const messages: string[] = [];

export const window = {
  showInformationMessage: (message: string): Promise<undefined> => {
    messages.push(message);
    return Promise.resolve(undefined);
  },
};

export const commands = { executeCommand: (): Promise<undefined> => Promise.resolve(undefined) };

export const env: Partial<typeof vscode.env> = {};

/** A memento in memory. */
export class FakeMemento implements vscode.Memento {
  readonly #values = new Map<string, unknown>();

  keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  get(key: string): never {
    return this.#values.get(key) as never;
  }

  async update(key: string, value: unknown): Promise<void> {
    this.#values.set(key, structuredClone(value));
  }
}
