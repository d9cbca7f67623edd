import type { Connection, TextDocuments } from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import {
  COMPLETE_END,
  EXPLAIN_PATH,
  EXPOSURE,
  PROBE_PATH,
  PROPOSE_EDITS,
  type PathAsked,
  type PathScope,
} from '../../protocol/path.ts';
import type { RequestMethod } from '../../protocol/methods.ts';
import { completeEnd } from '../../workspace/path/completeEnd.ts';
import { exposureOf } from '../../workspace/path/exposure.ts';
import { parseEnd } from '../../workspace/path/parseEnd.ts';
import { unclearText } from '../../workspace/path/noteText.ts';
import { probeOf } from '../../workspace/path/probe.ts';
import { proposeEdits } from '../../workspace/path/proposeEdits.ts';
import { readQuestion, type AskedPath, type ReadQuestion } from '../../workspace/path/readQuestion.ts';
import type { WorkspaceSnapshot } from '../../workspace/snapshot.ts';
import type { Dispatcher } from '../dispatch.ts';
import type { Server } from '../server.ts';
import { candidateItem, exposureReply, pathReply, probeReply, proposalReply } from './pathReplies.ts';

interface PathHandlers {
  readonly connection: Connection;
  readonly documents: TextDocuments<TextDocument>;
  readonly dispatcher: Dispatcher;
  readonly server: () => Server | undefined;
}

const MOST_CANDIDATES = 200;
const FAILED = 'Bulkhead could not answer that. The log says more.';
const NO_PODS = 'Name a pod, a workload or a Service that has pods';

/** Requests about one path. Each is answered from one state of everything, from its start to its end. */
export function registerPath({ connection, documents, dispatcher, server }: PathHandlers): void {
  const onRequest = <P extends PathScope, R>(
    method: RequestMethod<P, R>,
    fallback: R,
    handler: (snapshot: WorkspaceSnapshot, params: P) => R,
  ): void => {
    const answer = (params: P): R => {
      const running = server();
      const { folder, uri } = params;
      const session = uri === undefined ? running?.folders.named(folder) : running?.folders.of(uri);
      if (running === undefined || session === undefined) return fallback;
      return handler(uri === undefined ? session.workspace.snapshot() : running.snapshotOf(session, uri), params);
    };
    connection.onRequest<unknown, never>(method.name, dispatcher.wrap<P, R, R>(method.name, fallback, answer));
  };

  onRequest(COMPLETE_END, { candidates: [] }, (snapshot, { text, limit }) => ({
    candidates: completeEnd(snapshot, text, Math.min(limit, MOST_CANDIDATES)).map(candidateItem),
  }));
  onRequest(EXPLAIN_PATH, { unclear: [{ part: 'from', text: FAILED, choices: [] }] }, (snapshot, params) =>
    pathReply(snapshot, read(snapshot, params)),
  );
  onRequest(PROPOSE_EDITS, { obstacles: [FAILED], proposals: [] }, (snapshot, params) => {
    const asked = read(snapshot, params);
    if (asked.kind === 'unclear')
      return { obstacles: pathReply(snapshot, asked).unclear.map(({ text }) => text), proposals: [] };
    const proposals = proposeEdits(snapshot, asked.question, params.wanted);
    return proposalReply(snapshot, proposals, (uri) => documents.get(uri)?.version);
  });
  onRequest(PROBE_PATH, { commands: [], cautions: [], problem: FAILED }, (snapshot, params) => {
    const asked = read(snapshot, params);
    if (asked.kind === 'question') return probeReply(probeOf(snapshot, asked.question));
    const [first] = pathReply(snapshot, asked).unclear;
    return { commands: [], cautions: [], problem: first?.text ?? FAILED };
  });
  onRequest(EXPOSURE, { lines: [], problem: FAILED }, (snapshot, { of }) => {
    const parsed = parseEnd(snapshot, of);
    if (parsed.kind !== 'end') return { lines: [], problem: unclearText(parsed) ?? NO_PODS };
    const exposure = exposureOf(snapshot, parsed.end);
    return exposure === undefined ? { lines: [], problem: NO_PODS } : exposureReply(exposure);
  });
}

/** A field that is there and empty is one that nothing was written into. */
function read(snapshot: WorkspaceSnapshot, { from, to, port, protocol, error }: PathAsked): ReadQuestion {
  const asked: AskedPath = {
    ...(from === undefined || from.trim() === '' ? {} : { from }),
    ...(to === undefined || to.trim() === '' ? {} : { to }),
    ...(error === undefined || error.trim() === '' ? {} : { error }),
    ...(port === undefined ? {} : { port }),
    ...(protocol === undefined ? {} : { protocol }),
  };
  return readQuestion(snapshot, asked);
}
