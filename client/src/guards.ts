import {
  commands,
  l10n,
  StatusBarAlignment,
  ThemeColor,
  window,
  workspace,
  type Disposable,
  type QuickPickItem,
} from 'vscode';
import type { DecideParams, GuardState } from '../../server/src/protocol/apply.ts';
import { DECIDE_GUARD, GUARD, PENDING_GUARDS } from '../../server/src/protocol/methods.ts';
import { COMMANDS } from './commandIds.ts';
import { countdown, type Countdown } from './guardCountdown.ts';
import { guardItem, guardText, type Guarded } from './guardView.ts';
import { label, sentence } from './hostileText.ts';
import type { ServerSession } from './serverSession.ts';

const SECOND = 1000;
/** A helper process that nobody has heard of so long after its deadline is asked after, in ms. */
const SILENCE = 60 * SECOND;

/** Changes of the cluster that are rolled back unless a person keeps them. */
export interface Guards extends Disposable {
  /**
   * @param decision absent: the person is asked
   * @param id of one; any other value: the only one, else the person picks
   */
  decide(decision: DecideParams['decision'] | undefined, id?: unknown): Promise<void>;
}

interface Followed extends GuardState {
  readonly state: Guarded['state'];
  /** When nothing is left, on the clock of `performance.now`. */
  readonly deadline: number;
  readonly countdown: Countdown | undefined;
}

export function guards(session: Pick<ServerSession, 'request' | 'onNotification' | 'onDidChangeState'>): Guards {
  const followed = new Map<string, Followed>();
  /** What was said last of each: the answer to a decision and the news of the end may be one sentence. */
  const said = new Map<string, string>();
  const kept = new Set<string>();
  const item = window.createStatusBarItem('bulkhead.guard', StatusBarAlignment.Left, 1000);
  item.name = 'Bulkhead';
  item.command = COMMANDS.decideChange;
  item.backgroundColor = new ThemeColor('statusBarItem.warningBackground');
  let ticking: NodeJS.Timeout | undefined;

  const shown = (): Guarded[] => [...followed.values()].map((guard) => ({ ...guard, seconds: left(guard) }));
  const render = (): void => {
    const view = guardItem(shown());
    const isCounting = [...followed.values()].some(({ state }) => state === 'counting');
    void commands.executeCommand('setContext', 'bulkhead.guarded', view !== undefined);
    void commands.executeCommand('setContext', 'bulkhead.countdown', isCounting);
    if (view === undefined) {
      item.hide();
      clearInterval(ticking);
      ticking = undefined;
      return;
    }
    item.text = view.text;
    item.tooltip = view.tooltip;
    item.show();
    ticking ??= setInterval(tick, SECOND);
  };
  const tick = (): void => {
    const view = guardItem(shown());
    if (view !== undefined) Object.assign(item, view);
    for (const { state, deadline, countdown } of followed.values()) {
      countdown?.tick();
      // Its server has ended, and another one does not know of it.
      if (state !== 'lost' && performance.now() > deadline + SILENCE) void lookAfter();
    }
  };
  const end = (id: string): void => {
    followed.get(id)?.countdown?.end();
    followed.delete(id);
    render();
  };
  const say = (id: string, text: string): void => {
    if (said.get(id) === text) return;
    said.set(id, text);
    void window.showInformationMessage(sentence(text));
  };
  const hear = (next: GuardState): void => {
    const { id, state, text } = next;
    const before = followed.get(id);
    if (state === 'ended') {
      end(id);
      say(id, text);
      return;
    }
    // It was on its way while the person decided.
    if (state === 'counting' && kept.has(id)) return;
    const deadline = performance.now() + next.seconds * SECOND;
    const running = state === 'counting' ? (before?.countdown ?? countdown(next)) : undefined;
    if (state !== 'counting') before?.countdown?.end();
    running?.observe(next.observed);
    followed.set(id, { ...next, state, deadline, countdown: running });
    render();
    if (state === 'lost' && before?.state !== 'lost') void offer(id);
  };
  const offer = async (id: string): Promise<void> => {
    const guard = followed.get(id);
    if (guard === undefined) return;
    const [keep, rollBack] = [l10n.t('Keep'), l10n.t('Roll back now')];
    const question = l10n.t(
      '{0} in {1} was changed under a guard, which has ended without rolling back. Keep the change?',
      sentence(guard.text, 100),
      sentence(guard.context, 100),
    );
    const chosen = await window.showErrorMessage(question, keep, rollBack);
    if (chosen !== undefined) await send(id, chosen === keep ? 'keep' : 'rollBack');
  };
  const send = async (id: string, decision: DecideParams['decision']): Promise<void> => {
    const wasLost = followed.get(id)?.state === 'lost';
    const { text, done } = await session.request(DECIDE_GUARD, { id, decision });
    if (done !== true) {
      void window.showWarningMessage(sentence(text));
      await lookAfter();
    } else if (decision === 'keep') {
      kept.add(id);
      end(id);
      say(id, text);
    } else if (wasLost) {
      // Of the others the countdown itself tells what becomes of them.
      say(id, text);
    }
  };
  const lookAfter = async (): Promise<void> => {
    // What is signed in there belongs to a person who trusts the workspace.
    if (!workspace.isTrusted) return;
    const { guards: lost } = await session.request(PENDING_GUARDS, {});
    const pending = new Set(lost.map(({ id }) => id));
    for (const { id, state, deadline } of followed.values()) {
      if (!pending.has(id) && (state === 'lost' || performance.now() > deadline + SILENCE)) end(id);
    }
    for (const guard of lost) hear(guard);
  };

  session.onNotification(GUARD, hear);
  const listening = session.onDidChangeState((state) => {
    if (state === 'running') void lookAfter().catch(() => undefined);
  });
  return {
    decide: async (decision, id) => {
      const open = shown().filter(({ state }) => state !== 'rollingBack');
      const meant = open.find((guard) => guard.id === id) ?? (await pick(open));
      if (meant === undefined) return;
      const decided = decision ?? (await askWhich(meant));
      if (decided !== undefined) await send(meant.id, decided);
    },
    dispose: () => {
      clearInterval(ticking);
      for (const guard of followed.values()) guard.countdown?.end();
      listening.dispose();
      item.dispose();
    },
  };
}

function left({ deadline }: Followed): number {
  return Math.max(0, Math.ceil((deadline - performance.now()) / SECOND));
}

async function pick(open: readonly Guarded[]): Promise<Guarded | undefined> {
  if (open.length < 2) return open[0];
  const rows = open.map((guard) => ({
    label: label(guardText(guard)),
    description: label(guard.context),
    guard,
  }));
  return (await window.showQuickPick(rows, { title: l10n.t('Which change?') }))?.guard;
}

async function askWhich(guard: Guarded): Promise<DecideParams['decision'] | undefined> {
  const rows: (QuickPickItem & { readonly decision: DecideParams['decision'] })[] = [
    { label: l10n.t('Keep'), description: l10n.t('the change stays'), decision: 'keep' },
    { label: l10n.t('Roll back now'), description: l10n.t('without waiting'), decision: 'rollBack' },
  ];
  const title = label(l10n.t('{0} in {1}', guardText(guard), guard.context), 120);
  return (await window.showQuickPick(rows, { title }))?.decision;
}
