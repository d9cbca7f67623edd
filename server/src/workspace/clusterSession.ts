import type { JsonValue } from '../model/manifest.ts';
import type { ConnectOptions, KubeContext } from './clusterModule.ts';

/** What `cluster.cjs` exports for programs that hold no live connection. */
export interface SessionModule {
  /** Prepares one context's login; contacts nothing before the first request. Never rejects. */
  openSession(options: SessionOptions): Promise<OpenedSession>;
}

/** Single requests to one context's server, for programs that hold no live connection. */
export interface ClusterSession {
  readonly context: KubeContext;
  /** Sends one request and reads its answer. Never rejects. */
  readonly request: (request: SessionRequest) => Promise<SessionAnswer>;
  /** How long the login that the next request would use holds. Never rejects. */
  readonly life: () => Promise<LoginLife>;
  /** Forgets that a login program failed: the next request runs it again. */
  readonly retryLogin: () => void;
  /** Ends every request. */
  readonly close: () => void;
}

export type SessionOptions = Pick<ConnectOptions, 'environment' | 'context' | 'allowExec' | 'onPrompt'> & {
  /** The identity that the person chose; where the context has another one now, nothing is contacted. */
  readonly identity: string;
};

/** `problem`: one sentence for people. */
export type OpenedSession =
  { readonly ok: true; readonly session: ClusterSession } | { readonly ok: false; readonly problem: string };

export interface SessionRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the server's URL: `/api/v1/pods`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: JsonValue;
}

export type SessionAnswer =
  | { readonly ok: true; readonly body: JsonValue }
  | {
      readonly ok: false;
      /** The HTTP status; 0 where no answer came. */
      readonly status: number;
      /** `login`: no credential could be had, or the server did not accept it; `unreachable`: it may pass by itself. */
      readonly kind: 'notFound' | 'conflict' | 'forbidden' | 'refused' | 'login' | 'unreachable';
      /** metav1.Status `reason`, and those of its causes: `NamespaceTerminating`. */
      readonly reasons: readonly string[];
      /** Plain text for people. */
      readonly message: string;
      /** How long the server asks to wait. */
      readonly retryAfterMs?: number;
    };

/** How long requests can go on without a person. */
export interface LoginLife {
  /** Ms since 1970; absent: no end is known, the server decides. */
  readonly until?: number;
  /**
   * What ends then. `program`: a login program gives another credential when this one ends, and has just given one
   * without asking anybody.
   */
  readonly of: 'token' | 'certificate' | 'program' | 'unknown';
  /** Why no credential can be had at all, one sentence. */
  readonly problem?: string;
}
