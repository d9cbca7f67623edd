import {
  commands,
  EventEmitter,
  l10n,
  ThemeColor,
  ThemeIcon,
  TreeItem,
  TreeItemCollapsibleState,
  Uri,
  window,
  workspace,
  type Disposable,
  type TreeDataProvider,
} from 'vscode';
import { CHANGE_SCHEME, type PolicyChangeItem, type PolicyChanges } from '../../server/src/protocol/changes.ts';
import { CHANGE_TEXT, POLICIES_CHANGED, POLICY_CHANGES } from '../../server/src/protocol/methods.ts';
import { changeDays, changeRow, changeTitle, type ChangeDay } from './changeItems.ts';
import { COMMANDS } from './commandIds.ts';
import type { ServerSession } from './serverSession.ts';

/** The view of policies that change by other hands. */
export interface PolicyChangesView extends Disposable {
  /** Lays both states of a change side by side. */
  showChange(argument: unknown): Promise<void>;
  /** Opens the policy as the cluster has it now. */
  openLive(argument: unknown): Promise<void>;
}

type Row = ChangeDay | PolicyChangeItem;

const VIEW = 'bulkhead.policyChanges';
const NONE: PolicyChanges = { changes: [], watched: [] };

export function policyChanges(
  session: Pick<ServerSession, 'request' | 'onNotification' | 'onDidChangeState'>,
): PolicyChangesView {
  const changed = new EventEmitter<void>();
  let current = NONE;
  // A URI that VS Code gives back may be written in another way than the server wrote it.
  const addresses = new Map<string, string>();
  const hear = (next: PolicyChanges): void => {
    current = next;
    void commands.executeCommand('setContext', 'bulkhead.watchesPolicies', next.watched.length > 0);
    changed.fire();
  };
  const provider: TreeDataProvider<Row> = {
    onDidChangeTreeData: changed.event,
    getChildren: (row) => {
      if (row === undefined) return [...changeDays(current.changes, Date.now())];
      return isDay(row) ? [...row.changes] : [];
    },
    getTreeItem: (row) => (isDay(row) ? dayItem(row) : changeItem(row)),
  };
  const view = window.createTreeView(VIEW, { treeDataProvider: provider, showCollapseAll: true });
  session.onNotification(POLICIES_CHANGED, hear);
  const listening = [
    view,
    session.onDidChangeState((state) => {
      if (state !== 'running') return;
      // What the server before it has told is in the journal.
      hear(NONE);
      void session.request(POLICY_CHANGES, {}).then(hear, () => undefined);
    }),
    workspace.registerTextDocumentContentProvider(CHANGE_SCHEME, {
      provideTextDocumentContent: async (uri) => {
        const address = addresses.get(uri.toString());
        const text = address === undefined ? undefined : (await session.request(CHANGE_TEXT, { address })).text;
        return text ?? `# ${l10n.t('This change is not kept any more; the journal has it.')}\n`;
      },
    }),
  ];
  const uriOf = (address: string): Uri => {
    const uri = Uri.parse(address);
    addresses.set(uri.toString(), address);
    return uri;
  };
  const meant = (argument: unknown): PolicyChangeItem | undefined => {
    const id = typeof argument === 'object' && argument !== null && 'id' in argument ? argument.id : argument;
    return current.changes.find((item) => item.id === id);
  };
  return {
    showChange: async (argument) => {
      const item = meant(argument);
      if (item === undefined) return;
      if (item.texts === undefined) {
        await commands.executeCommand(COMMANDS.openLiveObject, item.live);
        return;
      }
      const [before, after] = [uriOf(item.texts.before), uriOf(item.texts.after)];
      await commands.executeCommand('vscode.diff', before, after, changeTitle(item), { preview: true });
    },
    openLive: async (argument) => {
      const item = meant(argument);
      if (item !== undefined) await commands.executeCommand(COMMANDS.openLiveObject, item.live);
    },
    dispose: () => {
      for (const disposable of listening) disposable.dispose();
    },
  };
}

function isDay(row: Row): row is ChangeDay {
  return 'day' in row;
}

function dayItem({ day }: ChangeDay): TreeItem {
  const item = new TreeItem(day, TreeItemCollapsibleState.Expanded);
  item.id = day;
  return item;
}

function changeItem(change: PolicyChangeItem): TreeItem {
  const { label, description, tooltip, icon, color } = changeRow(change);
  const item = new TreeItem(label, TreeItemCollapsibleState.None);
  item.id = change.id;
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = new ThemeIcon(icon, new ThemeColor(color));
  item.contextValue = change.change === 'deleted' ? 'deletedPolicy' : 'livePolicy';
  item.accessibilityInformation = { label: tooltip };
  item.command = { command: COMMANDS.showPolicyChange, title: l10n.t('Show the change'), arguments: [change.id] };
  return item;
}
