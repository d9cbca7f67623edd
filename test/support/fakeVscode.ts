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

/** What was shown to a person. */
export interface Shown {
  readonly kind: 'information' | 'warning' | 'error' | 'pick' | 'input' | 'progress' | 'statusBar';
  readonly text: string;
  readonly detail?: string;
  /** Titles of buttons, labels of rows. */
  readonly choices: readonly string[];
}

/** The messages that were shown, as bare text. */
export const messages: string[] = [];

/**
 * The person in front of the editor: they read, and answer with the title of a button, the label of a row, the labels of
 * those that they tick, or a text; undefined and whatever comes after the last answer leaves.
 */
export const person: { readonly shown: Shown[]; answers: (string | readonly string[] | undefined)[] } = {
  shown: [],
  answers: [],
};

function answer(shown: Shown): string | readonly string[] | undefined {
  person.shown.push(shown);
  const given = person.answers.shift();
  const missing = [given ?? []].flat().filter((each) => shown.kind !== 'input' && !shown.choices.includes(each));
  if (missing.length > 0) throw new Error(`There is no ${missing.join()} in ${JSON.stringify(shown)}`);
  return given;
}

type Options = vscode.MessageOptions | string;

function message(kind: Shown['kind']): (text: string, ...more: Options[]) => Promise<unknown> {
  return (text, ...more) => {
    messages.push(text);
    const choices = more.filter((each) => typeof each === 'string');
    const detail = more.flatMap((each) => (typeof each === 'string' ? [] : (each.detail ?? [])))[0];
    return Promise.resolve(answer({ kind, text, choices, ...(detail === undefined ? {} : { detail }) }));
  };
}

export const window = {
  activeTextEditor: undefined as unknown,
  showInformationMessage: message('information'),
  showWarningMessage: message('warning'),
  showErrorMessage: message('error'),
  showQuickPick: async (rows: readonly vscode.QuickPickItem[], options: vscode.QuickPickOptions): Promise<unknown> => {
    // Separators have a kind; other rows have none here.
    const choices = rows.filter(({ kind }) => kind === undefined).map(({ label }) => label);
    const given = answer({ kind: 'pick', text: options.title ?? '', choices });
    if (Array.isArray(given)) return rows.filter(({ label }) => given.includes(label));
    return rows.find(({ label }) => label === given);
  },
  showInputBox: async (options: vscode.InputBoxOptions): Promise<unknown> => {
    const given = answer({ kind: 'input', text: options.title ?? '', choices: [] });
    const isTaken = typeof given === 'string' && ((await options.validateInput?.(given)) ?? undefined) === undefined;
    return isTaken ? given : undefined;
  },
  setStatusBarMessage: (text: string): void => void person.shown.push({ kind: 'statusBar', text, choices: [] }),
  withProgress: (
    { title = '' }: vscode.ProgressOptions,
    task: (progress: unknown, token: unknown) => Promise<unknown>,
  ): Promise<unknown> => {
    person.shown.push({ kind: 'progress', text: title, choices: [] });
    const report = ({ message: text }: { readonly message?: string }): void => {
      if (text !== undefined) person.shown.push({ kind: 'progress', text, choices: [] });
    };
    return task({ report }, { onCancellationRequested: () => undefined, isCancellationRequested: false });
  },
  createStatusBarItem: (): unknown => statusBarItem,
};

/** The one that was made last is shown where its text is not empty. */
export const statusBarItem = {
  text: '',
  tooltip: '',
  show: (): void => undefined,
  hide: (): void => void (statusBarItem.text = ''),
  dispose: (): void => undefined,
};

/** Commands that were run, with their arguments. */
export const executed: (readonly unknown[])[] = [];

export const commands = {
  executeCommand: (...command: readonly unknown[]): Promise<undefined> => {
    executed.push(command);
    return Promise.resolve(undefined);
  },
};

export const env: Partial<typeof vscode.env> = {};

export const workspace = {
  isTrusted: true,
  textDocuments: [] as unknown[],
  workspaceFolders: undefined as unknown,
  /** What a setting is; undefined: what it is by default. */
  settings: new Map<string, unknown>(),
  getConfiguration: (section: string) => ({
    get: (name: string): unknown => workspace.settings.get(`${section}.${name}`),
  }),
  getWorkspaceFolder: (uri: Uri): unknown => {
    const folders = (workspace.workspaceFolders ?? []) as readonly { readonly uri: Uri }[];
    return folders.find((folder) => uri.toString().startsWith(`${folder.uri.toString()}/`));
  },
  /** Edits that were taken. */
  edited: [] as WorkspaceEdit[],
  applyEdit: (edit: WorkspaceEdit): Promise<boolean> => {
    workspace.edited.push(edit);
    return Promise.resolve(true);
  },
};

/** Extensions that are installed, by their ids. */
export const extensions = {
  installed: new Map<string, unknown>(),
  getExtension: (id: string): unknown => extensions.installed.get(id),
};

export class WorkspaceEdit {
  readonly replaced: { readonly uri: string; readonly text: string }[] = [];

  replace(uri: Uri, _range: unknown, text: string): void {
    this.replaced.push({ uri: uri.toString(), text });
  }
}

export class Range {
  readonly numbers: readonly number[];

  constructor(...numbers: readonly number[]) {
    this.numbers = numbers;
  }
}

export const StatusBarAlignment = { Left: 1, Right: 2 } as const;
export const ProgressLocation = { Notification: 15 } as const;

export class ThemeColor {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export class CancellationTokenSource {
  readonly token = {};
  cancel(): void {}
  dispose(): void {}
}

/** As far as an address is taken apart and put together again. */
export class Uri {
  readonly scheme: string;
  readonly path: string;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
    const { protocol, pathname } = new URL(text);
    this.scheme = protocol.slice(0, -1);
    this.path = decodeURIComponent(pathname);
  }

  static parse(text: string): Uri {
    return new Uri(text);
  }

  get fsPath(): string {
    return this.path;
  }

  toString(): string {
    return this.#text;
  }
}

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
