/** What a page's main thread does, from the browser's own tracing. */
import type { Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: when it began, how long it took, and how long the processor worked for it. */
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: {
    readonly name?: string;
    readonly chrome_mojo_event_info?: { readonly mojo_interface_tag?: string };
  };
}

/**
 * How long the tasks of the page's main thread worked while something was done, in ms; the longest first. It is the
 * processor's time, so that others on the machine do not count. Tasks in which the browser is spoken to by a test are
 * left out: a webview is spoken to by messages, which count.
 */
export async function tracedTasks(page: Page, work: () => Promise<void>): Promise<readonly number[]> {
  const events = await traced(page, work);
  const isMain = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(threadOf),
  );
  const threads = Map.groupBy(
    events.filter((event) => event.ph === 'X' && isMain.has(threadOf(event))),
    threadOf,
  );
  const tasks = [...threads.values()].map(tasksOf);
  // A browser has a blank page as well, which does nothing.
  const busy = (times: readonly number[]): number => times.reduce((sum, time) => sum + time, 0);
  const [busiest = []] = tasks.sort((a, b) => busy(b) - busy(a));
  return busiest.toSorted((a, b) => b - a);
}

async function traced(page: Page, work: () => Promise<void>): Promise<readonly TraceEvent[]> {
  const session = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...(value as unknown as readonly TraceEvent[]));
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'] },
  });
  await work();
  const complete = new Promise<void>((resolve) => {
    session.once('Tracing.tracingComplete', () => resolve());
  });
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  return events;
}

function tasksOf(events: readonly TraceEvent[]): readonly number[] {
  const spoken = events.filter(
    ({ args }) => args?.chrome_mojo_event_info?.mojo_interface_tag === 'blink.mojom.DevToolsSession',
  );
  return events
    .filter(
      ({ name, ts, dur = 0 }) => name === 'RunTask' && !spoken.some((each) => each.ts >= ts && each.ts < ts + dur),
    )
    .map(({ tdur, dur = 0 }) => (tdur ?? dur) / 1000);
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}/${tid}`;
}
