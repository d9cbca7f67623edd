/** The contexts of the kubeconfig, grouped by server for the picker. */
export interface ContextList {
  readonly contexts: readonly ContextSummary[];
  /** The kubeconfig's current-context, offered first; never followed by itself. */
  readonly current?: string;
  /** The files looked for, for messages. */
  readonly files: readonly string[];
  /** The name of the machine that they are on. */
  readonly machine?: string;
  /** The context that a `bulkhead.yaml` binds the document to that was asked about. */
  readonly boundTo?: string;
  /** The contexts that a `bulkhead.yaml` binds files of the folder to, each with its globs. */
  readonly bound?: readonly { readonly context: string; readonly files: readonly string[] }[];
  /** One sentence where nothing could be read. */
  readonly problem?: string;
}

export interface ContextSummary {
  readonly name: string;
  readonly cluster: string;
  /** The API server's URL. */
  readonly server: string;
  /** What a person's choice is bound to: server URL and CA. A name that points elsewhere later asks again. */
  readonly identity: string;
  readonly user: string;
  readonly namespace?: string;
  readonly exec?: ExecPlugin;
  /** One sentence where the kubeconfig itself shows that it cannot be used. */
  readonly problem?: string;
}

/** What an exec plug-in would run. Names of environment variables only, never values. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  /** The program found for the command; absent where there is none. */
  readonly path?: string;
  readonly env: readonly string[];
  readonly installHint?: string;
  /** What a person's consent is bound to. */
  readonly identity: string;
}

export interface ContextChoice {
  readonly folder: string;
  readonly context: string;
  /** The identity that the person saw; a different one is refused. */
  readonly identity: string;
  /** The identity of the exec plug-in that the person agreed to. */
  readonly execConsent?: string;
  /** Connected for a comparison alone: where the folder's pods come from stays as it is. */
  readonly beside?: true;
  /** For where neither the kubeconfig nor the environment names a proxy. */
  readonly editorProxy?: EditorProxy;
}

/** The editor's own proxy: VS Code's `http.proxy`, `http.noProxy` and `http.proxyAuthorization`. */
export interface EditorProxy {
  readonly url: string;
  readonly except: readonly string[];
  /** `http.proxyAuthorization`: the whole header, a secret; never shown. */
  readonly authorization?: string;
}

/** A login program of a connection asks something of a person. */
export interface LoginPromptParams {
  readonly folder: string;
  readonly context: string;
  /** Absent: it has ended. */
  readonly prompt?: {
    readonly program: string;
    /** Its last lines. */
    readonly text: string;
    /** A page to open, http or https. */
    readonly url?: string;
    /** What to enter there. */
    readonly code?: string;
  };
}

export type ConnectOutcome =
  | {
      readonly ok: true;
      /** Contexts that stay connected for the files that are bound to them. */
      readonly kept?: readonly string[];
    }
  /** One sentence: what, where, how to mend. */
  | { readonly ok: false; readonly problem: string };
