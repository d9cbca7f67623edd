import type { Connection } from 'vscode-languageserver/node';
import type { ExportText, PreviewAnswer, PreviewParams, SendAnswer, SendParams } from '../../protocol/apply.ts';
import {
  APPLY_TEXT,
  DECIDE_GUARD,
  EXPORT_APPLY,
  PENDING_GUARDS,
  PREVIEW_APPLY,
  SEND_APPLY,
} from '../../protocol/methods.ts';
import type { Dispatcher } from '../dispatch.ts';
import type { Server } from '../server.ts';

interface ApplyHandlers {
  readonly connection: Connection;
  readonly dispatcher: Dispatcher;
  readonly server: () => Server | undefined;
}

const FAILED = 'Bulkhead could not do that. The log says more.';

/** Requests by which a person changes the cluster. */
export function registerApply({ connection, dispatcher, server }: ApplyHandlers): void {
  const nothing: PreviewAnswer & SendAnswer = { problem: FAILED };
  connection.onRequest<unknown, never>(
    PREVIEW_APPLY.name,
    dispatcher.wrap(
      PREVIEW_APPLY.name,
      nothing,
      (params: PreviewParams, { signal }): Promise<PreviewAnswer> | PreviewAnswer =>
        server()?.apply.preview(params, signal()) ?? nothing,
    ),
  );
  connection.onRequest<unknown, never>(
    SEND_APPLY.name,
    dispatcher.wrap(
      SEND_APPLY.name,
      nothing,
      (params: SendParams): Promise<SendAnswer> | SendAnswer => server()?.apply.send(params) ?? nothing,
    ),
  );
  const noExport: ExportText = { manifests: '', markdown: FAILED, kubectl: '' };
  connection.onRequest<unknown, never>(
    EXPORT_APPLY.name,
    dispatcher.wrap(
      EXPORT_APPLY.name,
      noExport,
      ({ id }: NonNullable<typeof EXPORT_APPLY.params>) => server()?.apply.export(id) ?? noExport,
    ),
  );
  connection.onRequest<unknown, never>(
    APPLY_TEXT.name,
    dispatcher.wrap(APPLY_TEXT.name, { text: '' }, ({ address }: NonNullable<typeof APPLY_TEXT.params>) => ({
      text: server()?.apply.text(address) ?? '',
    })),
  );
  connection.onRequest<unknown, never>(
    PENDING_GUARDS.name,
    dispatcher.wrap(PENDING_GUARDS.name, { guards: [] }, async () => ({
      guards: (await server()?.apply.pendingGuards()) ?? [],
    })),
  );
  connection.onRequest<unknown, never>(
    DECIDE_GUARD.name,
    dispatcher.wrap(DECIDE_GUARD.name, { text: FAILED }, async (params: NonNullable<typeof DECIDE_GUARD.params>) => {
      const running = server();
      const lives = (running?.folders.all() ?? []).flatMap(({ sources }) => sources.lives);
      return (await running?.apply.decide(params, lives)) ?? { text: FAILED };
    }),
  );
}
