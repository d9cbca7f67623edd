import { CHECK_SEVERITIES, type CheckSettings } from '../syntax/bulkheadYaml.ts';
import type { ApplyMethod } from './apply/clusterApply.ts';
import { DETECT } from './cni/chosenPlugins.ts';
import { DEFAULT_PROTECTED } from './apply/protectedContext.ts';

/** The settings that the server reads, per folder; never kept in globals. */
export interface Settings {
  readonly lens: Readonly<Record<LensKind, LensPlace>>;
  /** Whether hints show what the API server fills in where a manifest says nothing. */
  readonly inlayDefaults: boolean;
  /** Path of a snapshot file, relative to the folder; empty: none. */
  readonly snapshot: string;
  /** The namespace of documents that name none; empty: by the usual order. */
  readonly namespace: string;
  readonly kubeconfig: string;
  /** Environment variables for kubeconfig files and the programs that they name. */
  readonly environment: Readonly<Record<string, string>>;
  readonly targetVersion: string;
  /** What enforces policies, where the person says so in the detection's place. */
  readonly cni: string;
  /** Namespaces to read where the cluster's cannot be listed. */
  readonly namespaces: readonly string[];
  readonly systemNamespaces: readonly string[];
  readonly exclude: readonly string[];
  /** Severities of checks; what a `bulkhead.yaml` says comes first. */
  readonly checks: CheckSettings;
  /** Whose problems are reported. */
  readonly problems: ProblemsOf;
  /** How the cluster is changed. */
  readonly apply: ApplySettings;
}

export interface ApplySettings {
  readonly method: ApplyMethod;
  /** Patterns of contexts whose name a person types before anything is changed. */
  readonly protectedContexts: readonly string[];
  /** `refuse`: nothing is changed there from the editor. */
  readonly protection: 'type' | 'refuse';
}

export type ProblemsOf = 'openFiles' | 'workspace';

export type LensKind = 'policy' | 'rule' | 'selector' | 'workload';
export type LensPlace = 'lens' | 'inlay' | 'off';

export const DEFAULT_SETTINGS: Settings = {
  lens: { policy: 'lens', rule: 'lens', selector: 'inlay', workload: 'lens' },
  inlayDefaults: false,
  snapshot: '',
  namespace: '',
  kubeconfig: '',
  environment: {},
  targetVersion: '',
  cni: DETECT,
  namespaces: [],
  systemNamespaces: ['kube-*', 'openshift-*'],
  exclude: ['**/.terraform/**', '**/vendor/**', '**/fixtures/**', '**/testdata/**'],
  checks: {},
  problems: 'openFiles',
  apply: { method: 'replace', protectedContexts: DEFAULT_PROTECTED, protection: 'type' },
};

/**
 * Reads the `bulkhead` section as a client sends it. Whatever is not of the expected type keeps its default.
 *
 * @param editorExclude the editor's own `files.exclude`, where it has one
 */
export function readSettings(section: unknown, editorExclude?: unknown): Settings {
  const values = isRecord(section) ? section : {};
  const lens = isRecord(values['lens']) ? values['lens'] : {};
  const inlay = isRecord(values['inlay']) ? values['inlay'] : {};
  const files = isRecord(values['files']) ? values['files'] : {};
  const apply = isRecord(values['apply']) ? values['apply'] : {};
  return {
    lens: {
      policy: place(lens['policy'], DEFAULT_SETTINGS.lens.policy),
      rule: place(lens['rule'], DEFAULT_SETTINGS.lens.rule),
      selector: place(lens['selector'], DEFAULT_SETTINGS.lens.selector),
      workload: place(lens['workload'], DEFAULT_SETTINGS.lens.workload),
    },
    inlayDefaults: inlay['defaults'] === true,
    snapshot: text(values['snapshot']),
    namespace: text(values['namespace']),
    kubeconfig: text(values['kubeconfig']),
    environment: variables(values['environment']),
    targetVersion: text(values['targetVersion']),
    cni: text(values['cni']) || DEFAULT_SETTINGS.cni,
    namespaces: strings(values['namespaces']) ?? DEFAULT_SETTINGS.namespaces,
    systemNamespaces: strings(values['systemNamespaces']) ?? DEFAULT_SETTINGS.systemNamespaces,
    exclude: excluded(files['exclude'], editorExclude),
    checks: checks(values['checks']),
    problems: values['problems'] === 'workspace' ? 'workspace' : 'openFiles',
    apply: {
      method: apply['method'] === 'serverSideApply' ? 'serverSideApply' : 'replace',
      protectedContexts: strings(apply['protectedContexts']) ?? DEFAULT_PROTECTED,
      protection: apply['protection'] === 'refuse' ? 'refuse' : 'type',
    },
  };
}

/** Globs that are on: the defaults, unless `bulkhead.files.exclude` turns one off, and those of both settings. */
function excluded(own: unknown, editor: unknown): readonly string[] {
  const globs = new Set(strings(own) ?? DEFAULT_SETTINGS.exclude);
  for (const setting of [editor, own]) {
    for (const [glob, on] of Object.entries(isRecord(setting) ? setting : {})) {
      if (on === true) globs.add(glob);
      else if (setting === own) globs.delete(glob);
    }
  }
  return [...globs];
}

function checks(value: unknown): CheckSettings {
  return Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).flatMap(([code, written]) => {
      const given = isRecord(written) ? written['severity'] : written;
      const severity = CHECK_SEVERITIES.find((known) => known === given);
      return severity === undefined ? [] : [[code, { severity }] as const];
    }),
  );
}

function variables(value: unknown): Readonly<Record<string, string>> {
  const named = Object.entries(isRecord(value) ? value : {}).filter(([name]) => /^[^\0=]+$/.test(name));
  return Object.fromEntries(
    named.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && !entry[1].includes('\0')),
  );
}

function place(value: unknown, fallback: LensPlace): LensPlace {
  return value === 'lens' || value === 'inlay' || value === 'off' ? value : fallback;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}

function strings(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
