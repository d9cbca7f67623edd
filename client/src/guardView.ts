import { l10n } from 'vscode';
import { label, visible } from './hostileText.ts';

/** A guarded change as the client follows it. */
export interface Guarded {
  readonly id: string;
  readonly context: string;
  readonly state: 'counting' | 'rollingBack' | 'lost';
  /** Seconds that are left right now. */
  readonly seconds: number;
  /** `shop/web`. */
  readonly text: string;
  readonly observed: readonly string[];
}

/** The item in the status bar; its tooltip is plain text. */
export interface GuardItem {
  readonly text: string;
  readonly tooltip: string;
}

/** What needs a decision soonest stands in the status bar, the others in its tooltip; undefined where there is none. */
export function guardItem(guards: readonly Guarded[]): GuardItem | undefined {
  const [first, ...others] = [...guards].sort((a, b) => urgency(a) - urgency(b));
  if (first === undefined) return undefined;
  const more = others.length === 0 ? '' : l10n.t(' and {0} more', others.length);
  return {
    text: `${first.state === 'lost' ? '$(warning)' : '$(history)'} ${label(guardText(first), 60)}${more}`,
    tooltip: [first, ...others].map(tooltip).join('\n\n'),
  };
}

/** `Rolls back in 87 s: shop/web`. */
export function guardText({ state, seconds, text }: Guarded): string {
  switch (state) {
    case 'counting':
      return l10n.t('Rolls back in {0} s: {1}', seconds, text);
    case 'rollingBack':
      return l10n.t('Rolling back: {0}', text);
    case 'lost':
      return l10n.t('Not rolled back: {0}', text);
  }
}

function tooltip(guard: Guarded): string {
  const { state, context, observed } = guard;
  return [
    l10n.t('{0} in {1}', visible(guardText(guard)), visible(context)),
    ...observed.map(visible),
    ...(state === 'rollingBack' ? [] : [l10n.t('Click to keep it or to roll it back now.')]),
  ].join('\n');
}

/** What runs out first; then what waits for a decision; last what is being done anyway. */
function urgency({ state, seconds }: Guarded): number {
  return state === 'counting' ? seconds : state === 'lost' ? 1e6 : 1e7;
}
