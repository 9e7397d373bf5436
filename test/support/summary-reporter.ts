import { relative } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'

/**
 * Ends the output with what failed, a line each with the first line of its reason, and then
 * `N passed, N failed, N skipped`, alone on the last line, for scripts. Whoever has only the end of a log sees what
 * went wrong. A file that could not even be collected counts as one failed, and so does an error outside of any test.
 * Where the run fails and none of these did, that is one failed too: what the suites left behind is found after their
 * end. A run that is ended from outside tells what it has until then, and what had not ended.
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
      ...modules.flatMap(failuresOf),
      ...unhandled.map((reason) => told('outside of any test', [reason])),
    ]
    // The default reporter prints its own end after this one; these lines have to come after that.
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
    if (state === 'failed') return [told(`${file} > ${test.fullName}`, errors)]
    return state === 'pending' ? [told(`${file} > ${test.fullName}`, [{ message: 'did not end' }])] : []
  })
  return module.errors().length > 0 ? [...tests, told(file, module.errors())] : tests
}

function told(where: string, reasons: readonly Reason[]): string {
  return `failed: ${where}: ${reasons.map(({ message }) => message.split('\n', 1)[0] ?? '').join('; ')}`
}

function line({ passed, failed, skipped, pending }: Count, code: number): string {
  return `${passed} passed, ${Math.max(failed + pending, code === 0 ? 0 : 1)} failed, ${skipped} skipped`
}
