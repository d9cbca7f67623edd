import path from 'node:path';
import type { ChangeEvent } from '../../changes/changeEvent.ts';
import { OwnWrites } from '../../changes/ownWrites.ts';
import { PolicyFollower } from '../../changes/policyFollower.ts';
import { watchingOwn } from '../../changes/watchingOwn.ts';
import { exportJournal } from '../../guard/exportJournal.ts';
import { openJournal } from '../../guard/journal.ts';
import { verificationText } from '../../guard/verificationText.ts';
import type { JournalCheck, JournalFormat, JournalText, PolicyChanges } from '../../protocol/changes.ts';
import { liveUniverse } from '../../workspace/apply/applyEffect.ts';
import type { PolicyNews } from '../../workspace/changes/seenPolicy.ts';
import type { ClusterConnection, KubeContext } from '../../workspace/clusterModule.ts';
import type { Universe } from '../../workspace/universe.ts';
import type { Log } from '../log.ts';
import { throttle, type Clock, type Throttle } from '../scheduler.ts';
import { ChangeList } from './changeList.ts';

export interface ChangeDeskParts {
  /** Where the journal and what was last seen lie; undefined: nothing outlives the server. */
  readonly storage: string | undefined;
  /** The universe of a folder of the window; undefined where it has gone. */
  readonly universeOf: (folder: string) => Universe | undefined;
  readonly tell: (changes: PolicyChanges) => void;
  readonly yieldOnce: () => Promise<void>;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly date: () => number;
  readonly log: Log;
}

/** What goes on beside a connection for as long as it is open. */
export interface Followed {
  readonly hear: (news: PolicyNews) => void;
  /** The connection to be used in place of the one that was opened. */
  readonly connection: (opened: ClusterConnection) => ClusterConnection;
}

/** The list follows at most this often, in ms. */
const TELL_INTERVAL = 500;

/** Where changes of policies by other hands pass: told to the client, written down, kept to be looked at. */
export class ChangeDesk {
  readonly #parts: ChangeDeskParts;
  readonly #list = new ChangeList();
  readonly #own = new OwnWrites();
  readonly #telling: Throttle;
  /** Contexts whose policies have been read, once for each connection. */
  readonly #watched = new Map<PolicyFollower, string>();

  /** Servers whose earlier changes have been taken from the journal. */
  readonly #restored = new Set<string>();

  constructor(parts: ChangeDeskParts) {
    this.#parts = parts;
    this.#telling = throttle(parts.clock, TELL_INTERVAL, 0, () => parts.tell(this.changes()));
  }

  /** @param folder the window's folder whose cluster it is */
  follow(folder: string, context: KubeContext): Followed {
    const { storage, universeOf, yieldOnce, clock, date, log } = this.#parts;
    let connection: ClusterConnection | undefined;
    const follower = new PolicyFollower({
      context,
      storage,
      memory: storage && path.join(storage, 'editor'),
      ready: async () => connection?.whenRead(),
      cluster: () => {
        const universe = universeOf(folder);
        return universe && connection && liveUniverse(universe, connection.state()).cluster;
      },
      own: this.#own,
      watching: () => {
        this.#watched.set(follower, context.name);
        this.#telling.request();
      },
      tell: (events) => this.#add(folder, events),
      clock: { now: date, after: (ms, action) => clock.after(ms, action) },
      yieldOnce,
      warn: (line) => log.warn(line),
    });
    return {
      hear: (news) => follower.hear(news),
      connection: (opened) => {
        this.#restore(folder, context.server).catch((error: unknown) =>
          log.warn(`The journal cannot be read: ${String(error)}`),
        );
        connection = watchingOwn(opened, this.#own, () => {
          follower.close();
          if (this.#watched.delete(follower)) this.#telling.request();
        });
        return connection;
      },
    };
  }

  changes(): PolicyChanges {
    return { changes: this.#list.items(), watched: [...new Set(this.#watched.values())] };
  }

  text(address: string): string | undefined {
    return this.#list.text(address);
  }

  async verify(): Promise<JournalCheck> {
    const { storage } = this.#parts;
    if (storage === undefined) return { intact: true, text: NO_JOURNAL };
    const journal = openJournal(storage);
    const found = await journal.verify();
    return {
      intact: found.intact,
      text: verificationText(found),
      path: journal.path,
      ...(!found.intact && { line: found.line }),
    };
  }

  async export(format: JournalFormat): Promise<JournalText> {
    const { storage } = this.#parts;
    const lines = storage === undefined ? [] : await openJournal(storage).read();
    return { text: exportJournal(lines, format), lines: lines.length };
  }

  dispose(): void {
    this.#telling.dispose();
  }

  async #restore(folder: string, server: string): Promise<void> {
    const { storage } = this.#parts;
    if (storage === undefined || this.#restored.has(server)) return;
    this.#restored.add(server);
    this.#list.restore(folder, server, await openJournal(storage).recent());
    this.#telling.request();
  }

  #add(folder: string, events: readonly ChangeEvent[]): void {
    this.#list.add(folder, events);
    this.#telling.request();
  }
}

const NO_JOURNAL = 'No journal is kept: the client names no folder for it.';
