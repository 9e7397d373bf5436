import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends the output with `N passed, N failed, N skipped`, alone on the last line, for scripts. A file that could not
 * even be collected counts as one failed, and so does an error outside of any test. Where the run fails and none of
 * these did, that is one failed too: what the suites left behind is found after their end.
 */
export default class SummaryReporter implements Reporter {
  #count: Count = { passed: 0, failed: 0, skipped: 0, pending: 0 }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.#count = counted(modules, unhandled.length)
    // The default reporter prints its own end after this one; this line has to come after that.
    process.once('exit', (code) => process.stdout.write(`${line(this.#count, code)}\n`))
  }
}

type Count = Record<'passed' | 'failed' | 'skipped' | 'pending', number>

function counted(modules: readonly TestModule[], unhandled: number): Count {
  const count: Count = { passed: 0, failed: unhandled, skipped: 0, pending: 0 }
  for (const module of modules) {
    for (const test of module.children.allTests()) count[test.result().state]++
    if (module.errors().length > 0) count.failed++
  }
  return count
}

function line({ passed, failed, skipped, pending }: Count, code: number): string {
  return `${passed} passed, ${Math.max(failed + pending, code === 0 ? 0 : 1)} failed, ${skipped} skipped`
}
