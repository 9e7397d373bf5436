import { createServer, type AddressInfo } from 'node:net'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import { getServerEnv } from '../chaincode/launch-config.ts'
import type { Launchable } from '../chaincode/runtime-launcher.ts'
import { canonicalName } from '../ccprovider/cc-context.ts'
import type { ServerTls } from '../comm/chaincode-connection.ts'
import { dialChaincode, type ServerTarget } from '../comm/chaincode-dialer.ts'
import { keepDialing, type Dialing } from '../comm/keep-dialing.ts'
import { printedIn } from '../contract/cause.ts'
import { PeerError } from '../contract/error.ts'
import type { ProcessSpec } from '../container/process/process-spec.ts'
import type { Instance, StartSteps, VM } from '../container/vm.ts'
import { serverTls } from '../project/connection-json.ts'
import type { Project } from '../project/project.ts'

/** What a launch that dials needs besides what it dials. */
export interface DialingLaunch {
  handleChaincodeStream: (stream: ChaincodeStream) => Promise<void>
  steps: StartSteps
  signal: AbortSignal
}

/**
 * The peer's connection to a server that has just been started: dialed until it answers (step `dial`), and again if the
 * stream ends while the server lives. Stops the instance if that fails.
 * @throws PeerError DIAL_FAILED, CHAINCODE_EXITED, or the signal's reason
 */
export async function withConnection(
  instance: Instance,
  target: ServerTarget,
  { handleChaincodeStream, steps, signal }: DialingLaunch,
): Promise<Instance> {
  const life = new AbortController()
  void instance.exited.then(() => life.abort())
  const connection = await steps.report
    .step('dial', (note) => {
      note(target.address)
      let last = ''
      const tried = (reason: string) => {
        if (reason !== last) note(`${target.address}: ${reason}`)
        last = reason
      }
      return dialChaincode(target, handleChaincodeStream, AbortSignal.any([signal, life.signal]), tried)
    })
    .catch(async (error: unknown) => {
      const ended = life.signal.aborted
      await instance.stop()
      if (signal.aborted) throw isTimeout(signal.reason) ? error : signal.reason
      if (!ended) throw error
      const exit = await instance.exited
      throw new PeerError('CHAINCODE_EXITED', {
        canonicalName: target.ccid,
        words: exit.words,
        code: exit.code,
        ...printedIn(exit),
      })
    })

  let again: Dialing | undefined
  void connection.ended.then(() => {
    if (!life.signal.aborted)
      again = keepDialing(
        () => Promise.resolve(target),
        handleChaincodeStream,
        () => undefined,
      )
  })
  const end = async () => {
    life.abort()
    connection.close()
    await again?.close()
  }
  void instance.exited.then(end)
  const { containerName, container, process } = instance
  return {
    containerName,
    process,
    container,
    exited: instance.exited,
    turnedAway: connection.turnedAway,
    printed: () => instance.printed(),
    isWorking: () => instance.isWorking?.() ?? Promise.resolve(false),
    async stop() {
      await end()
      await instance.stop()
    },
  }
}

/** Whether the time for the start was up: then the reason why the last attempt failed says more. */
function isTimeout(reason: unknown): boolean {
  return reason instanceof PeerError && reason.code === 'STARTUP_TIMEOUT'
}

/** What to start of a build whose process is a server: the process, and the peer's connection to it. */
export function serverProcess(
  { processVM, handleChaincodeStream }: Pick<DialingLaunch, 'handleChaincodeStream'> & { processVM: VM<ProcessSpec> },
  server: string,
  spec: ProcessSpec,
  organisation: string | undefined,
): Launchable {
  const { ccid, built } = spec
  return {
    ccid,
    address: server,
    async start(controller, signal, steps) {
      const address = await listeningAddress(server)
      const { language, folder } = built.project
      const tls = await serverTls(folder)
      const env = getServerEnv(language, ccid, address, spec.mspId, tls !== undefined)
      const instance = await controller.start(processVM, { ...spec, args: [], env }, signal, steps)
      return withConnection(
        instance,
        { ...targetOf(ccid, address, tls), organisation },
        { handleChaincodeStream, steps, signal },
      )
    },
  }
}

/** The server that its author starts, by default for the peer's own organisation; undefined if it isn't a server. @throws PeerError CONNECTION_INVALID */
export async function attachedServer(project: Project, organisation?: string): Promise<ServerTarget | undefined> {
  const server = organisation === undefined ? project.server : project.servers?.[organisation]
  if (server === undefined) return undefined
  const { host, port } = split(server)
  return { ...targetOf(canonicalName(project), `${host}:${port}`, await serverTls(project.folder)), organisation }
}

export function targetOf(ccid: string, address: string, tls: ServerTls | undefined): ServerTarget {
  return { ccid, address, tls }
}

/**
 * Where a new process of this machine is to listen: at its own address, or on any other free port while an older
 * process still serves there.
 */
export async function listeningAddress(server: string): Promise<string> {
  const { host, port } = split(server)
  if (await isFree(host, port)) return `${host}:${port}`
  const free = await freePort(host)
  return `${host}:${free ?? port}`
}

/** The port of `host:port`. */
export function portOf(server: string): number {
  return split(server).port
}

/** A server that listens on all networks listens on loopback here: nothing else has to reach it. */
function split(server: string): { host: string; port: number } {
  const colon = server.lastIndexOf(':')
  const host = server.slice(0, colon)
  return {
    host: host === '0.0.0.0' || host === 'localhost' ? '127.0.0.1' : host,
    port: Number(server.slice(colon + 1)),
  }
}

async function isFree(host: string, port: number): Promise<boolean> {
  return (await listened(host, port)) !== undefined
}

function freePort(host: string): Promise<number | undefined> {
  return listened(host, 0)
}

/** The port; undefined if it is taken. */
function listened(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo
      server.close(() => resolve(bound))
    })
  })
}
