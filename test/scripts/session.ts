/** A VS Code that a person looks at the demo in. */
export interface Session {
  /** For the person: which VS Code it is, and how to reach it. */
  readonly took: string;
  /** When its window was closed, where that can be seen. */
  readonly ended: Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Folders of the session, all within `root`, which is removed at its end. */
export interface DemoPlace {
  readonly root: string;
  readonly workspace: string;
  readonly userDataDir: string;
  readonly extensionsDir: string;
}

/** A fresh window opens the demo's own README beside the files. */
export const SHOW_README = { 'workbench.startupEditor': 'readme' };
