import type { CompiledCluster } from '../engine/compiledCluster.ts';
import { openJournal, type Journal } from '../guard/journal.ts';
import type { JournalLine } from '../guard/journalLine.ts';
import { FIELD_MANAGER } from '../workspace/apply/clusterApply.ts';
import { changeEffects } from '../workspace/changes/changeEffects.ts';
import { PolicyMemory } from '../workspace/changes/policyMemory.ts';
import { managerOf, type PolicyChange, type PolicyNews } from '../workspace/changes/seenPolicy.ts';
import type { KubeContext } from '../workspace/clusterModule.ts';
import { changeId, isAbout, journalEventOf, leftOf, type ChangeEvent } from './changeEvent.ts';
import type { OwnWrites } from './ownWrites.ts';
import { seenFile, type SeenFile } from './seenFile.ts';

export interface FollowOptions {
  readonly context: Pick<KubeContext, 'name' | 'server' | 'identity'>;
  /** Where the journal lies; undefined: none is kept. */
  readonly storage: string | undefined;
  /**
   * Where what was last seen lies; undefined: that is not kept. The editor and the command line, which share a journal,
   * have one each: what the one has seen has not been told by the other.
   */
  readonly memory: string | undefined;
  /** Resolves once the cluster has been read as far as it can be: before, nothing can be said of effects. */
  readonly ready: () => Promise<unknown>;
  /** What the cluster holds now; undefined where that is not known. */
  readonly cluster: () => CompiledCluster | undefined;
  readonly own: OwnWrites;
  /** Policies have been read to their end, somewhere at least, and compared with what was known: told once. */
  readonly watching: () => void;
  /** In the order in which they were seen. */
  readonly tell: (events: readonly ChangeEvent[]) => void;
  readonly clock: FollowClock;
  readonly yieldOnce: () => Promise<void>;
  /** One line without secrets. */
  readonly warn: (line: string) => void;
}

export interface FollowClock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Runs `action` once after `ms`; the returned function takes it back. */
  readonly after: (ms: number, action: () => void) => () => void;
}

/** What is heard within this time is looked at together; by then the state that goes with it has been published. */
const GATHER_MS = 300;
/** What was last seen is written to the disk at most this often; where nothing but the time is new, rarely. */
const SAVE_MS = 5_000;
const SAVE_TIME_MS = 300_000;
/** So many policies are about 750 KB; of more all is written less often. */
const MANY = 1_000;
/** The journal of another process that changed something is looked at again after this, so often. */
export const LOOK_AGAIN_MS = 500;
const LOOKS = { notKnown: 6, ours: 20 } as const;

/** Makes change events of what is heard of one cluster's policies, and writes them down. */
export class PolicyFollower {
  readonly #options: FollowOptions;
  readonly #journal: Journal | undefined;
  readonly #file: SeenFile | undefined;
  readonly #news: { readonly news: PolicyNews; readonly at: number }[] = [];
  #memory: PolicyMemory | undefined;
  #gathering: (() => void) | undefined;
  #working: Promise<void> = Promise.resolve();
  #saving: { readonly takeBack: () => void; readonly due: number } | undefined;
  #closed = false;
  #watching = false;
  /** What is remembered has not been told yet. */
  #reporting = false;

  constructor(options: FollowOptions) {
    const { storage, memory, context } = options;
    this.#options = options;
    this.#journal = storage === undefined ? undefined : openJournal(storage);
    this.#file = memory === undefined ? undefined : seenFile(memory, context.identity);
  }

  hear(news: PolicyNews): void {
    if (this.#closed) return;
    const { clock } = this.#options;
    this.#news.push({ news, at: clock.now() });
    this.#gathering ??= clock.after(GATHER_MS, () => {
      this.#gathering = undefined;
      this.#working = this.#working.then(() => this.#look());
    });
  }

  /** Resolves once everything that was heard has been told. */
  async settled(): Promise<void> {
    while (this.#gathering !== undefined) {
      this.#gathering();
      this.#gathering = undefined;
      this.#working = this.#working.then(() => this.#look());
      await this.#working;
    }
    await this.#working;
  }

  /** What was last seen is on the disk when it returns; what was heard and not told yet is found again next time. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#gathering?.();
    this.#saving?.takeBack();
    try {
      if (this.#memory !== undefined && !this.#reporting) this.#file?.writeNow(this.#memory.record());
    } catch (error) {
      this.#options.warn(unsaved(error));
    }
  }

  async #look(): Promise<void> {
    const { warn } = this.#options;
    try {
      this.#memory ??= new PolicyMemory(await this.#file?.read());
      if (this.#closed) return;
      const memory = this.#memory;
      const batch = this.#news.splice(0);
      this.#reporting = true;
      const changes = batch.flatMap(({ news, at }) => memory.hear(news, at));
      if (changes.length > 0) await this.#report(changes);
      if (this.#closed) return;
      this.#reporting = false;
      if (!this.#watching && batch.some(({ news: { kind } }) => kind === 'read')) {
        this.#watching = true;
        this.#options.watching();
      }
      const isNew = batch.some(({ news: { kind } }) => kind !== 'current');
      this.#saveSoon(isNew ? SAVE_MS * Math.max(1, memory.size / MANY) : SAVE_TIME_MS);
    } catch (error) {
      warn(`Changes of policies could not be followed: ${String(error)}`);
    }
  }

  async #report(changes: readonly PolicyChange[]): Promise<void> {
    const { context, cluster, ready, tell, yieldOnce, warn } = this.#options;
    await ready();
    const others = await this.#byOthers(changes);
    if (others.length === 0 || this.#closed) return;
    const work = changeEffects(cluster(), others);
    let step = work.next();
    while (step.done !== true) {
      await yieldOnce();
      step = work.next();
    }
    const effects = step.value;
    const { name, server } = context;
    const events = others.map((change, index): ChangeEvent => {
      return {
        id: changeId(server, change, leftOf(change)),
        change,
        context: name,
        server,
        effect: effects[index] ?? '',
      };
    });
    const known = new Map(events.map((event) => [journalEventOf(event), event.change]));
    await this.#journal
      ?.append([...known.keys()], (event, lines) => {
        const change = known.get(event);
        return change === undefined || !lines.some((line) => isAbout(line, server, change));
      })
      .catch((error: unknown) => warn(`The journal cannot be written: ${String(error)}`));
    tell(events);
  }

  /** Without what this process or another one of ours has written, or has told before. */
  async #byOthers(changes: readonly PolicyChange[]): Promise<readonly PolicyChange[]> {
    const { own, clock } = this.#options;
    await own.quiet();
    const left = changes.filter((change) => !own.has(leftOf(change)));
    if (this.#journal === undefined || left.length === 0) return left;
    const most = Math.max(0, ...left.map(looks));
    for (let look = 0; ; look += 1) {
      const lines = await this.#journal.recent();
      const others = left.filter((change) => !this.#isNoted(change, lines));
      if (look >= most || others.every((change) => looks(change) <= look) || this.#closed) return others;
      await new Promise<void>((resolve) => void clock.after(LOOK_AGAIN_MS, resolve));
    }
  }

  #isNoted(change: PolicyChange, lines: readonly JournalLine[]): boolean {
    const { server } = this.#options.context;
    // Another window may have told of the same change: here it is told all the same.
    return lines.some(
      (line) => (line.kind !== 'change' || change.since !== undefined) && isAbout(line, server, change),
    );
  }

  #saveSoon(within: number): void {
    const { clock } = this.#options;
    const due = clock.now() + within;
    if (this.#file === undefined || this.#closed || (this.#saving !== undefined && this.#saving.due <= due)) return;
    this.#saving?.takeBack();
    const takeBack = clock.after(within, () => {
      this.#saving = undefined;
      this.#working = this.#working.then(() => this.#save());
    });
    this.#saving = { takeBack, due };
  }

  async #save(): Promise<void> {
    if (this.#closed || this.#memory === undefined) return;
    await this.#file?.write(this.#memory.record()).catch((error: unknown) => this.#options.warn(unsaved(error)));
  }
}

/** How often the journal is looked at for a change that may be ours. */
function looks(change: PolicyChange): number {
  if (change.since !== undefined) return 0;
  const manager = managerOf(change)?.name;
  return manager === undefined ? LOOKS.notKnown : manager === FIELD_MANAGER ? LOOKS.ours : 0;
}

function unsaved(error: unknown): string {
  return `What was last seen of the policies cannot be kept: ${String(error)}`;
}
