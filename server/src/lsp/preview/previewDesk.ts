import { randomUUID } from 'node:crypto';
import { count } from '../../analysis/wording.ts';
import type { CompiledCluster } from '../../engine/compiledCluster.ts';
import { drawPicture, graphAnswer } from '../../features/preview/previewGraph.ts';
import {
  PREVIEW_VERSION,
  type PreviewAnswerBase,
  type PreviewCompareParams,
  type PreviewGraph,
  type PreviewGraphParams,
  type PreviewOpenParams,
  type PreviewOpened,
  type PreviewProblem,
} from '../../protocol/preview.ts';
import { boxGraph, type BoxRank } from '../../workspace/preview/pictureLayout.ts';
import { PreviewModel } from '../../workspace/preview/previewModel.ts';
import { PreviewStates, type PreviewedStates } from '../../workspace/preview/previewStates.ts';
import { compareReach, tooUnlike, type ReachComparison } from '../../workspace/preview/reachComparison.ts';
import type { FolderWorkspace } from '../../workspace/folderWorkspace.ts';
import { Cancelled, type Cancellation } from '../dispatch.ts';
import { throttle, type Clock, type Throttle } from '../scheduler.ts';
import { LayoutWorker } from './layoutWorker.ts';

/** Panels are told of changes at most this often, in ms: a frame or two, so that a burst of edits makes one answer. */
const INTERVAL = 40;
/** A comparison gives way to other requests after so long, in ms. */
const SLICE = 10;
/** Panels that were never closed go at some point; the one that was asked for longest ago first. */
const MOST_SESSIONS = 32;
/** Pictures of a panel whose places are remembered. */
const MOST_PICTURES = 20;

export interface PreviewDeskParts {
  /** The folder of the window that a document lies in, or that is itself named. */
  readonly folderOf: (uri: string) => FolderWorkspace | undefined;
  readonly tell: (changed: { readonly id: string; readonly revision: number }) => void;
  readonly yieldOnce: () => Promise<void>;
  readonly clock: Clock;
  /** Path of `layout.cjs`. */
  readonly layoutProgram: string;
}

interface Session {
  readonly id: string;
  readonly folder: FolderWorkspace;
  readonly states: PreviewStates;
  readonly uri: string;
  revision: number;
  /** The states of that revision. */
  present: PreviewedStates | undefined;
  model: PreviewModel | undefined;
  job: Job | undefined;
  /** Where the boxes of its last pictures stood, by what they are about. */
  readonly ranks: Map<string, ReadonlyMap<string, BoxRank>>;
}

interface Job {
  readonly before: CompiledCluster;
  readonly after: CompiledCluster;
  /** Undefined where a newer comparison has taken its place. */
  readonly comparison: Promise<ReachComparison | undefined>;
}

/** The panels that are open, and what each of them compares. */
export class PreviewDesk {
  readonly #parts: PreviewDeskParts;
  /** In the order in which they were last asked for. */
  readonly #sessions = new Map<string, Session>();
  readonly #notice: Throttle;
  readonly #layout: LayoutWorker;

  constructor(parts: PreviewDeskParts) {
    this.#parts = parts;
    this.#layout = new LayoutWorker(parts.layoutProgram, (ms, action) => parts.clock.after(ms, action));
    this.#notice = throttle(parts.clock, INTERVAL, 0, () => this.#tell());
  }

  open(params: PreviewOpenParams): PreviewOpened {
    if (params.version !== PREVIEW_VERSION) {
      return { problem: 'The panel and the language server are of different versions: reload the window.' };
    }
    return this.#begin(randomUUID(), params.uri, params, 1);
  }

  compare(params: PreviewCompareParams): PreviewOpened {
    const known = this.#sessions.get(params.id);
    if (known === undefined) return GONE;
    return this.#begin(params.id, params.uri ?? known.uri, params, known.revision + 1);
  }

  close(id: string): void {
    this.#sessions.delete(id);
  }

  /** Something that answers are made from may have changed. */
  changed(): void {
    if (this.#sessions.size > 0) this.#notice.request();
  }

  /** What a session shows now, worked out where that was not yet done. */
  async answer<R>(
    id: string,
    cancellation: Cancellation,
    make: (model: PreviewModel, base: PreviewAnswerBase) => R | Promise<R>,
  ): Promise<R | PreviewProblem> {
    for (;;) {
      // It may have been closed, or compare something else, since it was looked at last.
      const session = this.#sessions.get(id);
      if (session === undefined) return GONE;
      this.#sessions.delete(id);
      if (this.#hasGone(session)) return GONE;
      this.#sessions.set(id, session);
      const states = this.#follow(session);
      if ('problem' in states) return states;
      const unlike = tooUnlike(states.before.universe.cluster, states.after.universe.cluster);
      if (unlike !== undefined) return { problem: unlikeText(states, unlike) };
      const model = await this.#modelOf(session, states);
      if (cancellation.isCancelled()) throw new Cancelled();
      // What was compared has been overtaken: the newer states are compared instead.
      if (model === undefined) continue;
      return make(model, { version: PREVIEW_VERSION, id, revision: session.revision });
    }
  }

  /** A picture; undefined where nobody is known of the name that it is to be about. */
  async graph(
    model: PreviewModel,
    base: PreviewAnswerBase,
    params: PreviewGraphParams,
    cancellation: Cancellation,
  ): Promise<PreviewGraph | undefined> {
    const found = await this.#inSlices(drawPicture(model, params), () => {
      if (cancellation.isCancelled()) throw new Cancelled();
      return 'go on';
    });
    if (found === undefined) return undefined;
    const boxes = boxGraph(found.drawn);
    const known = this.#sessions.get(params.id)?.ranks;
    const key = JSON.stringify(params.focus);
    const before = known?.get(key) ?? new Map<string, BoxRank>();
    const isKnown = boxes.boxes.every(({ id }) => before.has(id));
    const ranks = isKnown ? [...before.values()] : await this.#layout.order(boxes, cancellation.signal());
    if (cancellation.isCancelled()) throw new Cancelled();
    const { graph, ranks: kept } = graphAnswer(model, base, found, boxes, ranks, before);
    if (known !== undefined && ranks !== undefined) {
      known.delete(key);
      known.set(key, kept);
      const [oldest] = known.keys();
      if (known.size > MOST_PICTURES && oldest !== undefined) known.delete(oldest);
    }
    return graph;
  }

  dispose(): void {
    this.#layout.dispose();
    this.#notice.dispose();
    this.#sessions.clear();
  }

  #begin(
    id: string,
    uri: string,
    { before, after }: Pick<PreviewOpenParams, 'before' | 'after'>,
    revision: number,
  ): PreviewOpened {
    const folder = this.#parts.folderOf(uri);
    if (folder === undefined) return { problem: 'The window has no such folder.' };
    const states = new PreviewStates(folder, uri, before, after);
    this.#sessions.delete(id);
    const session: Session = {
      id,
      folder,
      states,
      uri,
      revision,
      present: undefined,
      model: undefined,
      job: undefined,
      ranks: new Map(),
    };
    this.#sessions.set(id, session);
    this.#follow(session);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MOST_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
    return { version: PREVIEW_VERSION, id, revision: session.revision };
  }

  /** The states as they are now; where they are not the known ones, a revision later. */
  #follow(session: Session): PreviewedStates | PreviewProblem {
    const states = session.states.states();
    const known = session.present;
    if ('problem' in states) {
      session.present = undefined;
      if (known !== undefined) session.revision += 1;
      return states;
    }
    if (known !== undefined && isSame(known, states)) {
      if (known.before.readAt !== states.before.readAt) session.present = states;
    } else {
      session.present = states;
      session.revision += 1;
    }
    return session.present ?? states;
  }

  async #modelOf(session: Session, states: PreviewedStates): Promise<PreviewModel | undefined> {
    if (session.model?.states === states) return session.model;
    const [before, after] = [states.before.universe.cluster, states.after.universe.cluster];
    let { job } = session;
    if (job?.before !== before || job.after !== after) {
      job = { before, after, comparison: this.#compare(session, before, after) };
      session.job = job;
    }
    const comparison = await job.comparison;
    // One that was stopped is never waited for twice.
    if (comparison === undefined && session.job === job) session.job = undefined;
    if (comparison === undefined || session.present !== states) return undefined;
    if (session.model?.states !== states) session.model = new PreviewModel(states, comparison);
    return session.model;
  }

  async #compare(
    session: Session,
    before: CompiledCluster,
    after: CompiledCluster,
  ): Promise<ReachComparison | undefined> {
    return this.#inSlices(compareReach(before, after), () => {
      const { job } = session;
      const isOvertaken = job !== undefined && (job.before !== before || job.after !== after);
      return isOvertaken || this.#sessions.get(session.id) !== session ? 'stop' : 'go on';
    });
  }

  /** Runs to the end, giving way to other requests; undefined where `between` has stopped it. */
  async #inSlices<T>(steps: Generator<undefined, T, void>, between: () => 'stop' | 'go on'): Promise<T | undefined> {
    const { clock, yieldOnce } = this.#parts;
    let until = clock.now() + SLICE;
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (clock.now() < until) continue;
      await yieldOnce();
      if (between() === 'stop') return undefined;
      until = clock.now() + SLICE;
    }
  }

  /** The folder is not one of the window's any more. */
  #hasGone({ uri, folder }: Session): boolean {
    return this.#parts.folderOf(uri) !== folder;
  }

  #tell(): void {
    for (const session of this.#sessions.values()) {
      const { revision } = session;
      if (this.#hasGone(session)) session.revision += 1;
      else this.#follow(session);
      if (session.revision !== revision) this.#parts.tell({ id: session.id, revision: session.revision });
    }
  }
}

function unlikeText({ before, after }: PreviewedStates, workloads: number): string {
  const many = count(workloads, 'workload');
  return `${before.label} and ${after.label} have too little in common: ${many} are in one of them alone. bulkhead diff writes all pairs.`;
}

const GONE: PreviewProblem = { problem: 'This preview is not known any more.', gone: true };

/** Whether two states give the same answers, apart from their ages. */
function isSame(a: PreviewedStates, b: PreviewedStates): boolean {
  return (
    a.before.universe.cluster === b.before.universe.cluster &&
    a.after.universe.cluster === b.after.universe.cluster &&
    a.before.label === b.before.label &&
    a.after.label === b.after.label &&
    a.before.reading === b.before.reading &&
    a.heldIn?.join() === b.heldIn?.join() &&
    a.document?.unsaved === b.document?.unsaved &&
    a.manifests === b.manifests
  );
}
