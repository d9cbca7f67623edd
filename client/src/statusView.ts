import { l10n } from 'vscode';
import type { ServerStatus } from '../../server/src/protocol/status.ts';
import { COMMANDS, type CommandId } from './commandIds.ts';
import { label, markdown } from './hostileText.ts';
import type { SessionState } from './serverSession.ts';

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
  /** Undefined until the server has said anything. */
  readonly status: ServerStatus | undefined;
  /** What the client itself has to say, such as a remembered context that points elsewhere. */
  readonly notices: readonly string[];
}

export function statusView({ session, status, notices }: StatusParts): StatusView {
  if (session === 'failed') return failedView();
  if (status === undefined) return startingView(notices);
  const problems = [...new Set([...notices, ...status.problems])];
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
      ...problems.map((problem) => `$(warning) ${markdown(problem)}`),
      links(commandsFor(status)),
    ]
      .filter((part) => part !== '')
      .join('\n\n'),
  };
}

function failedView(): StatusView {
  const why = l10n.t('The server has stopped. The log says why.');
  return {
    text: l10n.t('Bulkhead: {0}', l10n.t('stopped')),
    mark: ' $(error)',
    severity: 'error',
    busy: false,
    detail: why,
    tooltip: [markdown(why), links([COMMANDS.restart, COMMANDS.showLog])].join('\n\n'),
  };
}

function startingView(notices: readonly string[]): StatusView {
  const starting = l10n.t('The server is starting.');
  return {
    text: l10n.t('Bulkhead: {0}', l10n.t('starting')),
    mark: '',
    severity: 'information',
    busy: true,
    detail: starting,
    tooltip: [starting, ...notices].map(markdown).join('\n\n'),
  };
}

function severityOf(health: ServerStatus['health'], problems: readonly string[]): StatusView['severity'] {
  if (health === 'error') return 'error';
  return health === 'warning' || problems.length > 0 ? 'warning' : 'information';
}

function summary({ rows }: ServerStatus): string {
  return rows.map(({ kind, count }) => `${kind} ${count.toLocaleString('en-US')}`).join(' · ');
}

function table({ rows }: ServerStatus): string {
  if (rows.length === 0) return '';
  const lines = rows.map(({ kind, count, state }) =>
    row(markdown(kind), count.toLocaleString('en-US'), markdown(state)),
  );
  return [row(l10n.t('Kind'), l10n.t('Number'), l10n.t('State')), '|:--|--:|:--|', ...lines].join('\n');
}

/** Numbers stand to the right; the space keeps them off the next column. */
function row(kind: string, count: string, state: string): string {
  return `| ${kind} | ${count}&emsp; | ${state} |`;
}

/** The three that help now. */
function commandsFor({ health, rows }: ServerStatus): readonly CommandId[] {
  if (health === 'error') return [COMMANDS.showLog, COMMANDS.restart, COMMANDS.chooseContext];
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
    case COMMANDS.useSnapshot:
      return l10n.t('Use a snapshot…');
    case COMMANDS.useFiles:
      return l10n.t("Use the workspace's manifests");
    case COMMANDS.refresh:
      return l10n.t('Read again');
    case COMMANDS.restart:
      return l10n.t('Restart the server');
    case COMMANDS.showLog:
      return l10n.t('Show the log');
    case COMMANDS.showMatches:
    case COMMANDS.openCheckPage:
      return command;
  }
}
