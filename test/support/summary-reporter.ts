import { relative } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'

/**
 * Ends the output with a line for each failure, with the first line of its reason, and then, alone on the last line,
 * `N passed, N failed, N skipped`, for scripts. The end of a log is enough to see what went wrong. A file that couldn't be
 * collected counts as one failed, and so does an error outside any test. If the run fails although none of these did,
 * that is one failed too: leftovers on the Docker engine are found after the tests. A run that is terminated prints its
 * results so far, and which tests hadn't ended. A test that passed only when tried again has a line too: it races, and
 * counts as passed.
 */
export default class SummaryReporter implements Reporter {
  onInit({ state }: Vitest): void {
    process.once('SIGTERM', () => {
      this.onTestRunEnd(state.getTestModules(), [{ message: 'the run was ended by SIGTERM' }])
      process.exit(143)
    })
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly Reason[]): void {
    const count = counted(modules, unhandled.length)
    const failures = [
      ...modules.flatMap(unsteadyOf),
      ...modules.flatMap(failuresOf),
      ...unhandled.map((reason) => told('failed', 'outside any test', [reason])),
    ]
    // The default reporter prints its own summary after this one; these lines must come after that.
    process.once('exit', (code) => process.stdout.write([...failures, line(count, code), ''].join('\n')))
  }
}

type Count = Record<'passed' | 'failed' | 'skipped' | 'pending', number>

interface Reason {
  message: string
}

function counted(modules: readonly TestModule[], unhandled: number): Count {
  const count: Count = { passed: 0, failed: unhandled, skipped: 0, pending: 0 }
  for (const module of modules) {
    for (const test of module.children.allTests()) count[test.result().state]++
    if (module.errors().length > 0) count.failed++
  }
  return count
}

function failuresOf(module: TestModule): string[] {
  const file = relative(process.cwd(), module.moduleId)
  const tests = [...module.children.allTests()].flatMap((test) => {
    const { state, errors } = test.result()
    if (state === 'failed') return [told('failed', `${file} > ${test.fullName}`, errors)]
    return state === 'pending' ? [told('failed', `${file} > ${test.fullName}`, [{ message: 'did not end' }])] : []
  })
  return module.errors().length > 0 ? [...tests, told('failed', file, module.errors())] : tests
}

function unsteadyOf(module: TestModule): string[] {
  const file = relative(process.cwd(), module.moduleId)
  return [...module.children.allTests()].flatMap((test) =>
    test.diagnostic()?.flaky === true
      ? [told('unsteady', `${file} > ${test.fullName}`, test.result().errors ?? [])]
      : [],
  )
}

function told(what: 'failed' | 'unsteady', where: string, reasons: readonly Reason[]): string {
  return `${what}: ${where}: ${reasons.map(({ message }) => message.split('\n', 1)[0] ?? '').join('; ')}`
}

function line({ passed, failed, skipped, pending }: Count, code: number): string {
  return `${passed} passed, ${Math.max(failed + pending, code === 0 ? 0 : 1)} failed, ${skipped} skipped`
}
