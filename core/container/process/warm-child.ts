/** What the pool sends to a warm process, and what it receives. */
export type ToWarm = { type: 'go' }
export type FromWarm = { type: 'running' } | { type: 'failed'; message: string }

/**
 * The program of a warm process. It is written out as a file of its own (see warmProgram), so it may use nothing but
 * its arguments: neither imports nor our other functions. The process gets the shim's folder, the main file, and then
 * the main file's own arguments.
 *
 * Environment, arguments and working folder are the final ones from the start. It loads the author's own shim, and
 * at the word `go` runs the main file as `node <main> …` would: `require.main`, `process.argv` and the modules loaded
 * are the same as with a cold start. None of the author's own code runs before.
 */
export function warmChild(require: NodeJS.Require, process: NodeJS.Process): void {
  const module = require('node:module') as { createRequire(file: string): NodeJS.Require; runMain(file: string): void }
  // This file and the shim's folder are removed; the main file is where it would be in a cold start.
  const [, shim = ''] = process.argv.splice(1, 2)
  const [, main = '', ...args] = process.argv
  const send = (message: FromWarm, sent: () => void = () => undefined) => process.send?.(message, undefined, {}, sent)
  const gone = () => process.exit(0)
  let waiting = true
  // Slipway has ended: a process that nobody waits for must end too.
  process.once('disconnect', gone)
  const go = () => {
    waiting = false
    // As in a cold start, the chaincode has no channel to Slipway.
    process.off('disconnect', gone)
    send({ type: 'running' }, () => {
      process.disconnect()
      module.runMain(main)
    })
  }
  process.once('message', go)

  // These paths are internal to the shim: if it no longer has them, that is reported and the start is cold.
  const ofShim = module.createRequire(`${shim}/cli.js`)
  try {
    ofShim(shim)
  } catch (error) {
    // `go` may be on its way: then another process runs the main file.
    process.off('message', go)
    send({ type: 'failed', message: error instanceof Error ? error.message : String(error) })
    return
  }

  // The rest is rehearsal: what has run once runs faster the next time. It is done step by step so that `go` need not
  // wait for all of it, and whatever fails, fails again when it counts.
  const isCli = main === ofShim.resolve('./cli.js')
  const connect = () => {
    const address = args[args.indexOf('--peer.address') + 1] ?? ''
    const { Client, credentials } = ofShim('@grpc/grpc-js') as GrpcModule
    const client = new Client(address, credentials.createInsecure())
    client.waitForReady(Date.now() + 5_000, () => client.close())
  }
  const load = () => {
    ofShim('./lib/cmds/metadata.js')
    ofShim('./lib/cmds/serverCommand.js')
    ofShim('./lib/contract-spi/bootstrap.js')
  }
  const parse = () => {
    const { builder, command } = ofShim('./lib/cmds/startCommand.js') as { builder: unknown; command: string }
    const yargs = ofShim('yargs/yargs') as (args: string[]) => Yargs
    yargs(args)
      .exitProcess(false)
      .parserConfiguration({ 'dot-notation': false })
      .command({ command, builder, handler: () => undefined })
      .help()
      .version('0')
      .env('CORE')
      .parse()
  }
  const describe = () => {
    const FromContract = ofShim('./lib/contract-spi/chaincodefromcontract.js') as new (...given: unknown[]) => object
    const { Contract, JSONSerializer } = ofShim('fabric-contract-api') as Record<string, unknown>
    const serializers = { transaction: 'json', serializers: { json: JSONSerializer } }
    return new FromContract([Contract], serializers, {}, 'rehearsal', '0')
  }
  const steps = isCli ? [load, describe, parse, connect] : [connect]
  const rehearse = () => {
    const step = steps.shift()
    if (step === undefined || !waiting) return
    try {
      step()
    } catch {
      // Another version of the shim: this step will be as slow as in a cold start.
    }
    setTimeout(rehearse, 1)
  }
  setTimeout(rehearse, 1)
}

/** The few parts of the shim's own dependencies that are used. */
interface GrpcModule {
  Client: new (
    address: string,
    credentials: unknown,
  ) => { waitForReady(until: number, done: () => void): void; close(): void }
  credentials: { createInsecure(): unknown }
}

interface Yargs {
  exitProcess(exit: boolean): Yargs
  parserConfiguration(configuration: Record<string, boolean>): Yargs
  command(module: { command: string; builder: unknown; handler: () => void }): Yargs
  help(): Yargs
  version(version: string): Yargs
  env(prefix: string): Yargs
  parse(): unknown
}

/** The text of the program. Tools that keep function names leave calls of `__name` behind. */
export function warmProgram(): string {
  return `'use strict'\nconst __name = (value) => value\n;(${warmChild.toString()})(require, process)\n`
}
