/** Every command of the extension, as package.json declares them. */
export const COMMANDS = {
  chooseContext: 'bulkhead.chooseContext',
  diagnose: 'bulkhead.diagnose',
  signIn: 'bulkhead.signIn',
  useSnapshot: 'bulkhead.useSnapshot',
  useFiles: 'bulkhead.useFiles',
  chooseScope: 'bulkhead.chooseScope',
  render: 'bulkhead.render',
  chooseNamespace: 'bulkhead.chooseNamespace',
  openLivePolicy: 'bulkhead.openLivePolicy',
  compareLivePolicy: 'bulkhead.compareLivePolicy',
  preview: 'bulkhead.preview',
  explainPath: 'bulkhead.explainPath',
  compareRevision: 'bulkhead.compareRevision',
  compareContext: 'bulkhead.compareContext',
  apply: 'bulkhead.apply',
  deletePolicy: 'bulkhead.deletePolicy',
  rollBackLast: 'bulkhead.rollBackLast',
  keepChange: 'bulkhead.keepChange',
  rollBackNow: 'bulkhead.rollBackNow',
  decideChange: 'bulkhead.decideChange',
  copyReadRole: 'bulkhead.copyReadRole',
  showPolicyChange: 'bulkhead.showPolicyChange',
  openChangedPolicy: 'bulkhead.openChangedPolicy',
  verifyJournal: 'bulkhead.verifyJournal',
  exportJournal: 'bulkhead.exportJournal',
  refresh: 'bulkhead.refresh',
  restart: 'bulkhead.restart',
  showLog: 'bulkhead.showLog',
  openDocumentation: 'bulkhead.openDocumentation',
  getStarted: 'bulkhead.getStarted',
  openDemo: 'bulkhead.openDemo',
  showMatches: 'bulkhead.showMatches',
  openCheckPage: 'bulkhead.openCheckPage',
  openLiveObject: 'bulkhead.openLiveObject',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

const NEVER_LINKED: readonly CommandId[] = [
  COMMANDS.render,
  COMMANDS.apply,
  COMMANDS.deletePolicy,
  COMMANDS.rollBackLast,
  COMMANDS.keepChange,
  COMMANDS.rollBackNow,
  COMMANDS.decideChange,
];

/** What a link in a hover or in the status item may run: nothing that starts a program or changes a cluster. */
export const LINKED_COMMANDS: readonly CommandId[] = Object.values(COMMANDS).filter((id) => !NEVER_LINKED.includes(id));
