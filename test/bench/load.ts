import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { goProgram } from '../support/fixtures.ts'
import type { NamedCall } from './other-build.ts'
import { endOf } from './processes.ts'
import type { Scope } from './scope.ts'

/** Where an application finds a network, and as whom. */
export interface Connection {
  /** `host:port`. */
  peer: string
  mspId: string
  /** PEM. */
  certificate: string
  /** PEM. */
  privateKey: string
  channel: string
  chaincode: string
}

/** The application on the public Go client, a process of its own. All throw what it failed with. */
export interface Load {
  /** The median of the calls' times, in milliseconds. */
  p50(kind: 'evaluate' | 'submit', call: NamedCall, calls: number): Promise<number>
  /** Calls per second, so many in flight all the time. */
  perSecond(kind: 'evaluate' | 'submit', call: NamedCall, calls: number, inFlight: number): Promise<number>
  /** Events per second: those of so many blocks from this one on, of which each has one. */
  replayed(from: number, blocks: number): Promise<number>
  /** Resolves once so many listeners have asked for events. */
  listen(listeners: number): Promise<void>
  /** The listeners go. */
  leave(): Promise<void>
}

interface Order {
  Do: string
  Function?: string
  Args?: string[]
  Numbered?: boolean
  Calls?: number
  InFlight?: number
  Listeners?: number
  From?: number
  Blocks?: number
}

interface Answer {
  p50: number
  took: number
  error?: string
}

/** Start the application for one network. Numbered calls get a first argument of their own each. */
export async function startLoad(scope: Scope, connection: Connection): Promise<Load> {
  const child = spawn(await goProgram('application-load-go'), [], { stdio: ['pipe', 'pipe', 'inherit'] })
  scope.defer(() => endOf(child, 'SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  child.stdin.write(`${JSON.stringify(connection)}\n`)
  const order = async (wanted: Order): Promise<Answer> => {
    child.stdin.write(`${JSON.stringify(wanted)}\n`)
    const { value, done } = await lines.next()
    if (done === true) throw new Error('the application on the Go client has ended')
    const answer = JSON.parse(value) as Answer
    if (answer.error !== undefined) throw new Error(`the application on the Go client: ${answer.error}`)
    return answer
  }
  const calls = (kind: 'evaluate' | 'submit', [fn, args]: NamedCall, count: number, inFlight: number) =>
    order({ Do: kind, Function: fn, Args: args, Numbered: kind === 'submit', Calls: count, InFlight: inFlight })
  return {
    p50: async (kind, call, count) => (await calls(kind, call, count, 1)).p50,
    perSecond: async (kind, call, count, inFlight) => (count / (await calls(kind, call, count, inFlight)).took) * 1000,
    replayed: async (from, blocks) =>
      (blocks / (await order({ Do: 'replay', From: from, Blocks: blocks })).took) * 1000,
    listen: async (listeners) => void (await order({ Do: 'listen', Listeners: listeners })),
    leave: async () => void (await order({ Do: 'leave' })),
  }
}
