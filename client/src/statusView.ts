import { l10n } from 'vscode';
import type { ServerStatus } from '../../server/src/protocol/status.ts';
import { COMMANDS, type CommandId } from './commandIds.ts';
import { label, markdown } from './hostileText.ts';
import type { SessionState, SessionTrouble } from './serverSession.ts';

/** What the status items show, made of plain data so that it can be read in a test. */
export interface StatusView {
  /** `Bulkhead: prod-eu`. */
  readonly text: string;
  /** Stands behind the text in the status bar: ` $(warning)` where something could not be read. */
  readonly mark: '' | ' $(warning)' | ' $(error)';
  readonly severity: 'information' | 'warning' | 'error';
  readonly busy: boolean;
  /** One line for the list of language status items. */
  readonly detail: string;
  /** The hover: a table of what was read, what is missing, and three commands. */
  readonly tooltip: string;
}

export interface StatusParts {
  readonly session: SessionState;
  /** What went wrong with the server lately. */
  readonly trouble: SessionTrouble | undefined;
  /** Undefined until the server has said anything. */
  readonly status: ServerStatus | undefined;
  /** What the client itself has to say, such as a remembered context that points elsewhere. */
  readonly notices: readonly string[];
  /** A login program waits for a person. */
  readonly signIn?: boolean;
}

export function statusView({ session, trouble, status, notices, signIn = false }: StatusParts): StatusView {
  if (session === 'failed') return failedView(trouble);
  if (status === undefined) return startingView(trouble, notices);
  const crashes = trouble === undefined ? [] : [troubleText(trouble)];
  const problems = [...new Set([...notices, ...crashes, ...status.problems])];
  const severity = severityOf(status.health, problems);
  return {
    text: l10n.t('Bulkhead: {0}', label(status.source, 40)),
    mark: severity === 'information' ? '' : ' $(warning)',
    severity,
    busy: status.busy || session === 'starting',
    detail: label(problems[0] ?? summary(status), 60),
    tooltip: [
      `**${markdown(status.source)}**`,
      table(status),
      ...(status.coverage === undefined ? [] : [markdown(status.coverage)]),
      ...(status.plugins === undefined ? [] : [markdown(status.plugins)]),
      ...(status.others === undefined ? [] : [othersText(status.others)]),
      ...problems.map((problem) => `$(warning) ${markdown(problem)}`),
      ...(isEmpty(status) ? [welcome()] : []),
      ...(signIn ? [links([COMMANDS.signIn])] : []),
      links(trouble === undefined ? commandsFor(status) : [COMMANDS.showLog, COMMANDS.restart, COMMANDS.chooseContext]),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  };
}

/** It is down and stays down until a person asks for something. */
function failedView(trouble: SessionTrouble | undefined): StatusView {
  const why =
    trouble?.kind === 'crash'
      ? l10n.t('It stays down until you restart it: whatever stops it would do so again.')
      : l10n.t('The log says more.');
  const what = trouble === undefined ? l10n.t('The server has stopped.') : troubleText(trouble);
  return {
    text: l10n.t('Bulkhead: {0}', l10n.t('stopped')),
    mark: ' $(error)',
    severity: 'error',
    busy: false,
    detail: label(what, 60),
    tooltip: [markdown(what), markdown(why), links([COMMANDS.restart, COMMANDS.showLog])].join('\n\n'),
  };
}

function startingView(trouble: SessionTrouble | undefined, notices: readonly string[]): StatusView {
  const starting = trouble === undefined ? l10n.t('The server is starting.') : l10n.t('It is being started again.');
  const crashes = trouble === undefined ? [] : [troubleText(trouble)];
  return {
    text: l10n.t('Bulkhead: {0}', trouble === undefined ? l10n.t('starting') : l10n.t('starting again')),
    mark: trouble === undefined ? '' : ' $(warning)',
    severity: trouble === undefined ? 'information' : 'warning',
    busy: true,
    detail: label(crashes[0] ?? starting, 60),
    tooltip: [
      ...[...crashes, starting, ...notices].map(markdown),
      ...(trouble === undefined ? [] : [links([COMMANDS.showLog])]),
    ].join('\n\n'),
  };
}

function troubleText({ kind, times, why }: SessionTrouble): string {
  const what =
    kind === 'start'
      ? l10n.t('The server does not start')
      : times === 1
        ? l10n.t('The server has stopped by itself')
        : l10n.t('The server has stopped by itself {0} times within ten minutes', times);
  return why === undefined ? `${what}.` : l10n.t('{0}: {1}', what, why);
}

function severityOf(health: ServerStatus['health'], problems: readonly string[]): StatusView['severity'] {
  if (health === 'error') return 'error';
  return health === 'warning' || problems.length > 0 ? 'warning' : 'information';
}

function summary({ rows }: ServerStatus): string {
  return rows.map(({ kind, count }) => `${kind} ${numberText(count)}`).join(' · ');
}

function table({ rows }: ServerStatus): string {
  if (rows.length === 0) return '';
  const lines = rows.map(({ kind, count, state }) => row(markdown(kind), numberText(count), markdown(state)));
  return [row(l10n.t('Kind'), l10n.t('Number'), l10n.t('State')), '|:--|--:|:--|', ...lines].join('\n');
}

function numberText(count: number | undefined): string {
  return count === undefined ? '?' : count.toLocaleString('en-US');
}

/** Numbers stand to the right; the space keeps them off the next column. */
function row(kind: string, count: string, state: string): string {
  return `| ${kind} | ${count}&emsp; | ${state} |`;
}

/** Everything has been read, and there is no pod to count. */
function isEmpty({ busy, health, rows }: ServerStatus): boolean {
  return !busy && health !== 'error' && rows.some(({ kind, count }) => kind === 'Pod' && count === 0);
}

/** The names are data, the sentence is ours. */
function othersText(contexts: readonly string[]): string {
  return markdown(l10n.t('Connected for other files of this folder: {0}', contexts.join(', ')));
}

function welcome(): string {
  const text = l10n.t(
    'No pods are known here, so there is nothing to count. Take them from a cluster or a snapshot, or look around in the demo.',
  );
  return `$(info) ${markdown(text)} ${links([COMMANDS.openDemo, COMMANDS.getStarted])}`;
}

/** The three that help now. */
function commandsFor({ health, rows, lacksRights }: ServerStatus): readonly CommandId[] {
  if (health !== 'ok' && lacksRights === true) {
    return [COMMANDS.copyReadRole, COMMANDS.refresh, COMMANDS.chooseContext];
  }
  if (health === 'error') return [COMMANDS.diagnose, COMMANDS.chooseContext, COMMANDS.showLog];
  if (health === 'warning') return [COMMANDS.refresh, COMMANDS.chooseContext, COMMANDS.showLog];
  return rows.length === 0
    ? [COMMANDS.chooseContext, COMMANDS.useSnapshot, COMMANDS.showLog]
    : [COMMANDS.chooseContext, COMMANDS.useSnapshot, COMMANDS.refresh];
}

function links(commands: readonly CommandId[]): string {
  return commands.map((command) => `[${titleOf(command)}](command:${command})`).join(' · ');
}

function titleOf(command: CommandId): string {
  switch (command) {
    case COMMANDS.chooseContext:
      return l10n.t('Choose a cluster context…');
    case COMMANDS.diagnose:
      return l10n.t('Diagnose the connection');
    case COMMANDS.signIn:
      return l10n.t('Sign in…');
    case COMMANDS.useSnapshot:
      return l10n.t('Use a snapshot…');
    case COMMANDS.useFiles:
      return l10n.t("Use the workspace's manifests");
    case COMMANDS.chooseScope:
      return l10n.t('Choose a scope…');
    case COMMANDS.copyReadRole:
      return l10n.t('Copy the read role that Bulkhead needs');
    case COMMANDS.refresh:
      return l10n.t('Read again');
    case COMMANDS.restart:
      return l10n.t('Restart the server');
    case COMMANDS.showLog:
      return l10n.t('Show the log');
    case COMMANDS.chooseNamespace:
      return l10n.t('Choose a namespace…');
    case COMMANDS.openDocumentation:
      return l10n.t('Open the documentation');
    case COMMANDS.getStarted:
      return l10n.t('Get started');
    case COMMANDS.openDemo:
      return l10n.t('Open the demo');
    case COMMANDS.render:
    case COMMANDS.showMatches:
    case COMMANDS.openCheckPage:
    case COMMANDS.openLivePolicy:
    case COMMANDS.compareLivePolicy:
    case COMMANDS.preview:
    case COMMANDS.explainPath:
    case COMMANDS.compareRevision:
    case COMMANDS.compareContext:
    case COMMANDS.apply:
    case COMMANDS.deletePolicy:
    case COMMANDS.rollBackLast:
    case COMMANDS.keepChange:
    case COMMANDS.rollBackNow:
    case COMMANDS.decideChange:
    case COMMANDS.showPolicyChange:
    case COMMANDS.openChangedPolicy:
    case COMMANDS.verifyJournal:
    case COMMANDS.exportJournal:
    case COMMANDS.openLiveObject:
      return command;
  }
}
