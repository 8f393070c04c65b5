import type { Page } from 'playwright-core';

/** One event of the browser's tracing. Times in microseconds; `tdur` is of the processor. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string; readonly data?: { readonly url?: string } };
}

const CATEGORIES = ['toplevel', 'devtools.timeline', '__metadata'];

/** Where VS Code's pages of extensions come from; each such origin has a process of its own. */
const EXTENSION_PAGE = /vscode-cdn\.net\/|[?&]extensionId=/;

/** Watches the tasks of the pages that are loaded from now on. */
export async function startTracing(page: Page): Promise<void> {
  await page.context().browser()?.startTracing(page, { categories: CATEGORIES });
}

/**
 * How long the main thread of an extension's page was busy with one task, at most, since `startTracing`; milliseconds of the processor, so that
 * whatever else the machine does is not counted. Ends the tracing.
 */
export async function longestTask(page: Page): Promise<number> {
  const trace = await page.context().browser()?.stopTracing();
  if (trace === undefined) throw new Error('no browser is being traced');
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: readonly TraceEvent[] };
  const mainThreads = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${String(pid)} ${String(tid)}`),
  );
  const pages = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'CommitLoad' && EXTENSION_PAGE.test(args?.data?.url ?? ''))
      .map(({ pid }) => pid),
  );
  const times = traceEvents
    .filter(({ name, pid, tid }) => name.endsWith('RunTask') && pages.has(pid) && mainThreads.has(`${pid} ${tid}`))
    .map(({ tdur }) => (tdur ?? 0) / 1000);
  if (times.length === 0) throw new Error('no page of an extension was loaded');
  return times.reduce((longest, time) => Math.max(longest, time), 0);
}
