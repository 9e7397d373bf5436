/** What the pool tells a warm process, and what it hears. */
export type ToWarm = { type: 'go' }
export type FromWarm = { type: 'warm' } | { type: 'running' } | { type: 'failed'; message: string }

/**
 * The program of a warm process. It is written out as a file of its own (see warmProgram), so it may use nothing but
 * its arguments: no import, no other function of ours. Its process is given the shim's folder, the main file, and then
 * the arguments that the main file is to see.
 *
 * Environment, arguments and working folder are the final ones from the start. It loads the author's own shim, and
 * at the word `go` runs the main file as `node <main> …` would: `require.main`, `process.argv` and the modules loaded
 * are the same as with a cold start.
 */
export function warmChild(require: NodeJS.Require, process: NodeJS.Process): void {
  // This file and the shim go; the main file stands where it does in a cold start.
  const [, shim = ''] = process.argv.splice(1, 2)
  const main = process.argv[1] ?? ''
  const tell = (message: FromWarm) => process.send?.(message)
  const gone = () => process.exit(0)
  // Slipway has ended: a process that nobody waits for must not stay.
  process.once('disconnect', gone)
  process.once('message', () => {
    // As in a cold start the chaincode has no channel to Slipway.
    process.off('disconnect', gone)
    process.send?.({ type: 'running' } satisfies FromWarm, undefined, {}, () => {
      process.disconnect()
      ;(require('node:module') as { runMain(file: string): void }).runMain(main)
    })
  })
  try {
    // All that `fabric-chaincode-node start` loads before the author's own code. The paths are the shim's inner ones:
    // a shim that has them no longer is told as failed and started cold.
    const ofShim = (require('node:module') as typeof import('node:module')).createRequire(`${shim}/cli.js`)
    ofShim(shim)
    if (main === ofShim.resolve('./cli.js')) {
      ofShim('yargs')
      ofShim('./lib/cmds/startCommand.js')
      ofShim('./lib/cmds/serverCommand.js')
      ofShim('./lib/contract-spi/bootstrap.js')
    }
    tell({ type: 'warm' })
  } catch (error) {
    tell({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
  }
}

/** The text of the program. Tools that keep function names leave calls of `__name` behind. */
export function warmProgram(): string {
  return `'use strict'\nconst __name = (value) => value\n;(${warmChild.toString()})(require, process)\n`
}
