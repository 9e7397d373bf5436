import type { Reporter, TestModule } from 'vitest/node'

/**
 * Ends the output with `N passed, N failed, N skipped`, alone on the last line, for scripts. A file that could not
 * even be collected counts as one failed, and so does an error outside of any test.
 */
export default class SummaryReporter implements Reporter {
  #line = ''

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    this.#line = summaryLine(modules, unhandled.length)
    // The default reporter prints its own end after this one; this line has to come after that.
    process.once('exit', () => process.stdout.write(`${this.#line}\n`))
  }
}

function summaryLine(modules: readonly TestModule[], unhandled: number): string {
  const count = { passed: 0, failed: unhandled, skipped: 0, pending: 0 }
  for (const module of modules) {
    for (const test of module.children.allTests()) count[test.result().state]++
    if (module.errors().length > 0) count.failed++
  }
  return `${count.passed} passed, ${count.failed + count.pending} failed, ${count.skipped} skipped`
}
