import { connectionsText, count, listSome, thousands } from '../../analysis/wording.ts';
import type { Direction } from '../../model/networkPolicy.ts';
import type { DirectionExposure, ExposedBy, ExposedPorts, Exposure, NewPodExposure } from './exposure.ts';
import { shortEnd } from './endText.ts';
import { ruleText } from './pathText.ts';
import type { PolicyPlace } from './policyPlaces.ts';

/** One line about an exposure, for a terminal and for a view alike. Plain text; names in it are hostile. */
export interface ExposureLine {
  readonly direction: Direction;
  readonly about: 'internet' | 'pods' | 'newPods' | 'dormant';
  readonly text: string;
  readonly places: readonly PolicyPlace[];
}

/** Ingress first: who gets in is what people ask about. */
export function exposureLines(exposure: Exposure): readonly ExposureLine[] {
  return (['ingress', 'egress'] as const).flatMap((direction) => directionLines(exposure, direction));
}

function directionLines(exposure: Exposure, direction: Direction): readonly ExposureLine[] {
  const { internet, pods, newPods, dormant, open }: DirectionExposure = exposure[direction];
  const name = shortEnd(exposure.of);
  const isIn = direction === 'ingress';
  const because = (by: readonly ExposedBy[]): string =>
    by.length === 0
      ? open
        ? ', as nothing isolates it'
        : ''
      : `, by ${listSome(
          by.map(({ ref }) => ruleText(ref)),
          3,
        )}`;
  const line = (about: ExposureLine['about'], text: string, by: readonly ExposedBy[] = []): ExposureLine => ({
    direction,
    about,
    text,
    places: by.flatMap(({ place }) => place ?? []),
  });
  const lines: ExposureLine[] =
    internet.length === 0
      ? [
          line(
            'internet',
            isIn ? `Nobody on the internet can reach ${name}` : `${name} can reach nobody on the internet`,
          ),
        ]
      : internet.map(({ cidrs, ports, by }) => {
          const isAll = cidrs.length === 1 && cidrs[0] === '0.0.0.0/0';
          const who = isAll ? 'the internet' : listSome(cidrs, 4);
          const text = isIn ? `${can(who, ports)} reach ${name}` : `${can(name, ports)} reach ${who}`;
          return line('internet', `${text} on ${portsText(ports)}${because(by)}`, by);
        });
  const reached = `${thousands(pods.certain)} of ${count(pods.total, 'other pod')}`;
  const perhaps = pods.possible === 0 ? '' : `, and perhaps ${count(pods.possible, 'more', 'more')}`;
  const all = pods.all.length === 0 ? '' : `; every one of them on ${connectionsText(pods.all)}`;
  lines.push(
    line(
      'pods',
      isIn ? `${reached} can reach ${name}${perhaps}${all}` : `${name} can reach ${reached}${perhaps}${all}`,
    ),
  );
  const isAny = newPods.filter(({ where }) => where === 'other').length === 1;
  for (const each of newPods) {
    const who = newPodText(each, isAny);
    const isNone = each.ports.certain.length === 0 && each.ports.possible === undefined;
    const text = isNone
      ? isIn
        ? `${who} cannot reach ${name}`
        : `${name} cannot reach ${who.charAt(0).toLowerCase()}${who.slice(1)}`
      : `${isIn ? `${can(who, each.ports)} reach ${name}` : `${can(name, each.ports)} reach ${who.charAt(0).toLowerCase()}${who.slice(1)}`} on ${portsText(each.ports)}${because(each.by)}`;
    lines.push(line('newPods', text, isNone ? [] : each.by));
  }
  if (dormant.length > 0) {
    const rules = listSome(
      dormant.map(({ ref }) => ruleText(ref)),
      3,
    );
    const verb = dormant.length === 1 ? 'means' : 'mean';
    lines.push(
      line(
        'dormant',
        `${rules} ${verb} pods that nobody is today: whoever comes with their labels is let ${isIn ? 'in' : 'out to'}`,
        dormant,
      ),
    );
  }
  return lines;
}

function newPodText({ where, namespaces, namespaceCount }: NewPodExposure, isAny: boolean): string {
  switch (where) {
    case 'own':
      return 'A new pod of its namespace';
    case 'other': {
      if (isAny && namespaceCount > 1) return 'A new pod of any other namespace';
      const rest = namespaceCount - Math.min(namespaces.length, 3);
      return `A new pod of ${namespaces.slice(0, 3).join(', ')}${rest > 0 ? ` and ${count(rest, 'more namespace')}` : ''}`;
    }
    case 'new':
      return 'A pod of a namespace that is not there yet';
  }
}

function can(who: string, { certain }: ExposedPorts): string {
  return certain.length === 0 ? `${who} may be able to` : `${who} can`;
}

function portsText({ certain, possible }: ExposedPorts): string {
  if (possible === undefined) return connectionsText(certain);
  return certain.length === 0
    ? connectionsText(possible)
    : `${connectionsText(certain)}, perhaps ${connectionsText(possible)}`;
}
