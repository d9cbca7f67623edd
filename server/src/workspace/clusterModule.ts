import type { ClusterApply } from './apply/clusterApply.ts';
import type { PolicyNews } from './changes/seenPolicy.ts';
import type { SessionModule } from './clusterSession.ts';
import type { SourceState } from './clusterSource.ts';

/**
 * What `cluster.cjs` exports. The server and the command line load that bundle lazily (`import('./cluster.cjs')`)
 * and know it only by these types, which depend on nothing. Loading it contacts nothing and runs nothing.
 */
export interface ClusterModule extends SessionModule {
  /**
   * Completes the process's variables: what is missing of PATH and KUBECONFIG is asked of the login shell, which runs
   * at most once and only for that; what a person has set stands over both.
   */
  completeEnvironment(environment: KubeEnvironment, own: Readonly<Record<string, string>>): Promise<KubeEnvironment>;
  /** Reads kubeconfig files only: contacts no server, runs no program. */
  listContexts(environment: KubeEnvironment): Promise<KubeContexts>;
  /** Returns at once; the first state comes through `onState`. */
  connect(options: ConnectOptions): ClusterConnection;
  /** Tries every step of a connection, one after the other. */
  diagnose(options: DiagnoseOptions): RunningDiagnosis;
  /** Reads a cluster once and writes it as a snapshot file (cli-contract, `snapshot`), piece by piece. */
  writeSnapshot(options: SnapshotOptions): Promise<SnapshotReport>;
}

/** Where kubeconfig files and plug-ins are looked for; nothing is read from the process itself. */
export interface KubeEnvironment {
  /** KUBECONFIG, HOME or USERPROFILE, PATH, and whatever exec plug-ins need. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** As `process.platform`: decides between `:` and `;` in KUBECONFIG. */
  readonly platform: string;
  /** A path that a person set; stands for KUBECONFIG and may be a list like it. */
  readonly kubeconfig?: string;
  /** The name of the machine that all of this is on, for messages. */
  readonly machine?: string;
  /** Where a pod's service account lies, if not at its usual place. */
  readonly serviceAccount?: string;
  /** The editor's proxy, for where neither a kubeconfig nor a variable decides. */
  readonly editorProxy?: EditorProxy;
}

/** VS Code's `http.proxy`, `http.noProxy` and `http.proxyAuthorization`. */
export interface EditorProxy {
  /** May hold a login; never shown. */
  readonly url: string;
  readonly except: readonly string[];
  /** `http.proxyAuthorization`: the whole header, a secret; never shown. */
  readonly authorization?: string;
}

export interface KubeContexts {
  /** In the order of the files; grouping by `server` is the picker's. */
  readonly contexts: readonly KubeContext[];
  /** The kubeconfig's current-context. */
  readonly current?: string;
  /** The files looked for, in order. */
  readonly files: readonly KubeconfigFile[];
}

export interface KubeconfigFile {
  readonly path: string;
  readonly state: 'read' | 'missing' | 'failed';
  /** One sentence on what could not be used, without any of the file's values. */
  readonly problem?: string;
}

export interface KubeContext {
  readonly name: string;
  /** The name of its cluster entry. */
  readonly cluster: string;
  /** The API server's URL. */
  readonly server: string;
  /** SHA-256 of the CA certificates in hexadecimal; absent where the system's are used. */
  readonly caFingerprint?: string;
  /** What a person's choice is bound to: server URL and CA. A name that points elsewhere later has another. */
  readonly identity: string;
  readonly user: string;
  readonly namespace?: string;
  readonly exec?: ExecPlugin;
  /** One sentence: why this context cannot be used as it stands. */
  readonly problem?: string;
}

/** What an exec plug-in would run. */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  /** The program found for the command on PATH; absent where there is none. */
  readonly path?: string;
  /** Names of the environment variables that the kubeconfig sets, never their values. */
  readonly env: readonly string[];
  readonly installHint?: string;
  /** What a person's consent is bound to: user, command, program found, arguments, names of environment variables. */
  readonly identity: string;
}

export interface ConnectOptions {
  readonly environment: KubeEnvironment;
  readonly context: string;
  /** The identity that the person chose; where the context has another one now, nothing is contacted. */
  readonly identity?: string;
  /** Namespaces to try beside the context's own where the cluster's cannot be listed. */
  readonly namespaces?: readonly string[];
  /** Asked before an exec plug-in runs; nothing runs without a yes. */
  readonly allowExec: (plugin: ExecPlugin) => boolean | Promise<boolean>;
  /** A login program asks something of a person; undefined: it has ended. */
  readonly onPrompt?: (prompt: LoginPrompt | undefined) => void;
  /** At most every 250 ms, and once whenever a kind has been read for the first time. */
  readonly onState: (state: SourceState) => void;
  /** Everything that is heard of NetworkPolicies, one by one and in order; a state follows at most 250 ms later. */
  readonly onPolicies?: (news: PolicyNews) => void;
  /** One line without secrets. */
  readonly log?: (line: string) => void;
}

/** What a login program has written for a person. */
export interface LoginPrompt {
  /** Its name without a folder. */
  readonly program: string;
  /** The last lines, as plain text. */
  readonly text: string;
  /** A page to open, http or https; opened by nobody but the person. */
  readonly url?: string;
  /** What to enter there. */
  readonly code?: string;
}

export interface ClusterConnection {
  readonly state: () => SourceState;
  /** Resolves once every kind has been read or has been given up for now, or it was closed; never rejects. */
  readonly whenRead: () => Promise<SourceState>;
  /** Tries at once what was refused or failed. */
  readonly refresh: () => void;
  /** From now on these namespaces are tried beside the context's own where the cluster's cannot be listed. */
  readonly tryNamespaces: (names: readonly string[]) => void;
  /** The server's version (`v1.36.3`), or why it is not known. */
  readonly version: () => Promise<{ readonly gitVersion: string } | { readonly problem: string }>;
  /** Sends one NetworkPolicy's text as a strict dry run: created where it does not exist, else replaced. */
  readonly dryRun: (policy: DryRunRequest) => Promise<DryRunAnswer>;
  /** Changes of the cluster: planned, tried by the server, and sent. */
  readonly apply: ClusterApply;
  /** Ends every request and timer; no state is published afterwards. */
  readonly close: () => void;
}

/** What a connection would need; nothing is contacted unless the context still is the one chosen. */
export type DiagnoseOptions = Pick<ConnectOptions, 'environment' | 'context' | 'allowExec' | 'onPrompt'> & {
  readonly identity: string;
};

export interface RunningDiagnosis {
  /** Never rejects. */
  readonly steps: Promise<readonly DiagnosisStep[]>;
  /** A person gives up waiting: requests and programs end. */
  readonly cancel: () => void;
}

/** One step of a connection as it was tried. Texts are plain and hold no secrets. */
export interface DiagnosisStep {
  /** `Kubeconfig`, `Proxy`, `Right to read pods`. */
  readonly name: string;
  /** `skipped`: a step before it has failed, or there is nothing to try. */
  readonly state: 'pass' | 'fail' | 'skipped';
  /** What was found, a sentence or a fact each. */
  readonly says: readonly string[];
  /** What would mend it, one sentence; only where it failed. */
  readonly remedy?: string;
}

export interface DryRunRequest {
  readonly namespace: string;
  readonly name: string;
  /** YAML or JSON, sent as it is. */
  readonly text: string;
}

/** What the API server said of a dry run, in its own words. */
export interface DryRunAnswer {
  /** The HTTP status; 0 where no answer came. */
  readonly status: number;
  /** metav1.Status `reason` (`Invalid`, `BadRequest`); empty on success. */
  readonly reason: string;
  readonly message: string;
  /** Status details: one entry for each fault of a 422. */
  readonly causes: readonly { readonly field: string; readonly reason: string; readonly message: string }[];
  readonly warnings: readonly string[];
}

export interface SnapshotOptions {
  readonly environment: KubeEnvironment;
  /** Absent: the current context. */
  readonly context?: string;
  /** Only these namespaces; absent: all. */
  readonly namespaces?: readonly string[];
  readonly allowExec: (plugin: ExecPlugin) => boolean | Promise<boolean>;
  /** Receives the text in pieces, in order; a returned promise is awaited before the next piece. */
  readonly write: (piece: string) => void | Promise<void>;
  readonly log?: (line: string) => void;
}

export type SnapshotReport =
  /** `unread`: one sentence for each kind that could not be read. */
  | { readonly ok: true; readonly objects: number; readonly unread: readonly string[] }
  /** Nothing useful was written. */
  | { readonly ok: false; readonly problem: string };
