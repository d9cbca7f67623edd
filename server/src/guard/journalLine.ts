import { createHash } from 'node:crypto';

import type { ApplyTarget } from '../workspace/apply/clusterApply.ts';

/** What has happened to one object. */
export interface JournalEvent {
  /** `change`: seen, and not ours. */
  readonly kind: 'apply' | 'delete' | 'rollback' | 'change';
  /** ISO 8601. */
  readonly at: string;
  /** ISO 8601: a change that nobody watched was made between this and `at`. */
  readonly since?: string;
  readonly who: Who;
  /** The kubeconfig's context. */
  readonly context: string;
  /** The API server's URL. */
  readonly server: string;
  readonly object: ApplyTarget;
  /** Hash of the object's content before (`contentHash`); null: there was none. Absent: not known. */
  readonly beforeHash?: string | null;
  /** The same of what is there now. */
  readonly afterHash?: string | null;
  /** Which state it left, or which object is gone. Absent: not known. */
  readonly left?: LeftState;
  /** What it does to traffic, in one line. */
  readonly delta: string;
  /** Absent: done. `leftAlone`: somebody else had changed the object; `failed`: it could not be done. */
  readonly outcome?: 'leftAlone' | 'failed';
  /** The guard under which it happened. */
  readonly guard?: string;
}

export interface LeftState {
  readonly uid: string;
  /** Absent where the object was deleted. */
  readonly resourceVersion?: string;
}

export interface Who {
  readonly name: string;
  /**
   * Who says so: the API server (SelfSubjectReview), only the kubeconfig, or the field manager of an object, which is
   * a program and never a person.
   */
  readonly by: 'server' | 'kubeconfig' | 'fieldManager';
}

/** One line of the journal as it was read. */
export interface JournalLine extends JournalEvent {
  /** Counts from 1. */
  readonly number: number;
  /** SHA-256 of the line before, in hexadecimal. */
  readonly previous: string;
}

/** What the first line names as the hash of the line before. */
export const NO_LINE_BEFORE = '0'.repeat(64);

/** SHA-256 of a line's bytes without its break. */
export function lineHash(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}

/** A line without its break. */
export function formatLine(event: JournalEvent, number: number, previous: string): string {
  const { kind, at, since, who, context, server, object, beforeHash, afterHash, left, delta, outcome, guard } = event;
  const line = {
    number,
    previous,
    kind,
    at,
    since,
    who: { name: short(who.name), by: who.by },
    context: short(context),
    server: short(server),
    object,
    beforeHash,
    afterHash,
    left,
    delta: short(delta),
    outcome,
    guard,
  };
  return JSON.stringify(line);
}

/** Undefined where a line is none of ours: cut by a crash, or written by somebody else. */
export function readLine(text: string): JournalLine | undefined {
  try {
    const line = JSON.parse(text) as Partial<JournalLine> | null;
    if (typeof line !== 'object' || line === null) return undefined;
    const isWhole =
      typeof line.number === 'number' &&
      typeof line.previous === 'string' &&
      typeof line.at === 'string' &&
      typeof line.kind === 'string' &&
      typeof line.object === 'object';
    return isWhole ? (line as JournalLine) : undefined;
  } catch {
    return undefined;
  }
}

const LONGEST_TEXT = 4_000;

function short(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT - 1)}…` : text;
}
