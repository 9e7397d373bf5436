import { join, resolve } from 'node:path'
import type { Api, HostFacts, OpenChaincode, PeerNews } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { Peer, startPeer } from '../../core/index.ts'
import { hostTools } from './host-tools.ts'
import { listFolders } from './list-folders.ts'
import { onceSaved } from './once-saved.ts'
import { openInEditor } from './open-in-editor.ts'
import { writePeerFile } from './peer-file.ts'
import type { RecentFolders } from './recent-folders.ts'
import { sampleFolder } from '../root.ts'

/** The whole api with a signal on every command. */
export type HostCommands = {
  [K in keyof Api]: (args: Parameters<Api[K]>[0], signal?: AbortSignal) => ReturnType<Api[K]>
}

export interface HostConfig {
  door: HostFacts['door']
  /** In place of `<first folder>/.slipway`. */
  dataDir?: string
  /** Keeps a warm process ready for the next save; of no use to a peer that leaves after one call. */
  prewarm?: boolean
  /**
   * Open folders that could not be opened as soon as something is saved there, while there is no peer. Called with the
   * reason where one of them fails while another one opens; where all fail, the reason is in the state.
   */
  reopenFailed?: (error: unknown) => void
  /** Where the folders opened are remembered; nowhere for a command line. */
  recent?: RecentFolders
  /** A native dialog, where the door has one. */
  chooseFolder?: () => Promise<string | undefined>
}

/** Where command lines reach this host. */
export interface Announcement {
  url: string
  token: string
}

/** One host for all doors of a process: runs one peer at a time, and the next one in its place. */
export interface Host extends AsyncDisposable {
  readonly api: HostCommands
  /** Tell a snapshot at once, again whenever the peer changes, and every event in between. */
  subscribe(listener: (news: PeerNews) => void): () => void
  /** Run the peer of these folders, whose data lies with the first, in place of the present one. */
  open(folders: OpenChaincode[], signal?: AbortSignal): Promise<string[]>
  /** Let command lines find this host, whichever peer it runs. */
  announce(where: Announcement): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/** A peer at work, and what it was started for. */
interface Running {
  peer: Peer
  dataDir: string
  removePeerFile: () => Promise<void>
}

export function startHost(config: HostConfig): Host {
  return new PeerHost(config)
}

class PeerHost implements Host {
  readonly api: HostCommands
  readonly #config: HostConfig
  readonly #listeners = new Map<(news: PeerNews) => void, () => void>()
  readonly #tools = hostTools(() => {
    if (this.#running === undefined) this.#tellAll()
  })
  #running: Running | undefined
  #error: PeerError | undefined
  #announced: Announcement | undefined
  #awaitingSave: { close(): void } | undefined
  readonly #closing = new AbortController()
  /** Peers are exchanged one after another. */
  #queue: Promise<unknown> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(config: HostConfig) {
    this.#config = config
    this.api = this.#commands()
  }

  subscribe(listener: (news: PeerNews) => void): () => void {
    this.#tell(listener)
    return () => {
      this.#listeners.get(listener)?.()
      this.#listeners.delete(listener)
    }
  }

  open(folders: OpenChaincode[], signal?: AbortSignal): Promise<string[]> {
    const opened = this.#queue.then(() => this.#open(folders, signal))
    this.#queue = opened.catch(() => undefined)
    return opened
  }

  async announce(where: Announcement): Promise<void> {
    this.#announced = where
    if (this.#running !== undefined) this.#running.removePeerFile = await this.#writePeerFile(this.#running.dataDir)
  }

  close(): Promise<void> {
    this.#closing.abort(new PeerError('ABORTED', { what: 'Opening folders' }))
    this.#closed ??= this.#queue.then(async () => {
      this.#awaitingSave?.close()
      this.#tools.close()
      for (const [, unsubscribe] of this.#listeners) unsubscribe()
      this.#listeners.clear()
      const running = this.#running
      this.#running = undefined
      if (running !== undefined) await dispose(running)
    })
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #open(folders: OpenChaincode[], signal?: AbortSignal): Promise<string[]> {
    const [first] = folders
    if (this.#closed !== undefined || first === undefined) throw new PeerError('NO_PEER', {})
    this.#awaitingSave?.close()
    const dataDir = this.#config.dataDir ?? join(resolve(first.folder), '.slipway')
    // A ledger is opened by one process at a time: the same data means the same peer.
    if (this.#running?.dataDir === dataDir) {
      const { chaincodes } = await plan(folders)
      return this.#openIn(this.#running.peer, chaincodes, signal)
    }
    try {
      // What cannot be opened is found out before anything is made or started for it.
      const { chaincodes, config } = await plan(folders)
      const next = await this.#start(dataDir, config)
      const opening = this.#openIn(next.peer, chaincodes, signal)
      try {
        await Promise.race([opening, firstChaincode(next.peer)])
      } catch (error) {
        await dispose(next)
        throw error
      }
      await this.#exchange(next)
      return await opening
    } catch (error) {
      this.#error = PeerError.from(error)
      // With a peer at work it is that command's failure alone; without one it is why there is none.
      if (this.#running === undefined) {
        this.#tellAll()
        this.#reopenOnSave(folders)
      }
      throw error
    }
  }

  #reopenOnSave(given: OpenChaincode[]): void {
    const { reopenFailed } = this.#config
    const { signal } = this.#closing
    if (reopenFailed === undefined || signal.aborted) return
    const folders = given.map(({ folder }) => resolve(folder))
    this.#awaitingSave = onceSaved(folders, () => {
      this.open(given, signal).catch((error: unknown) => this.#running && reopenFailed(error))
    })
  }

  async #start(dataDir: string, config: Plan['config']): Promise<Running> {
    const { startPeer } = await import('../../core/index.ts')
    const peer = await startPeer({ ...config, dataDir, prewarm: this.#config.prewarm ?? true })
    return { peer, dataDir, removePeerFile: await this.#writePeerFile(dataDir) }
  }

  /** A chaincode that is open but does not run has said so in the state; only one that is not open is an error. */
  async #openIn(peer: Peer, chaincodes: OpenChaincode[], signal?: AbortSignal): Promise<string[]> {
    const names: string[] = []
    for (const chaincode of chaincodes) {
      const before = openNames(peer)
      const opened = () => openNames(peer).filter((name) => !before.includes(name))
      try {
        await peer.api.openChaincode(chaincode, signal)
      } catch (error) {
        if (opened().length === 0) throw error
      }
      names.push(...opened())
      await this.#config.recent?.add(chaincode.folder)
    }
    return names
  }

  /** The new one first, so that there is no moment without; then the old one goes. */
  async #exchange(next: Running): Promise<void> {
    const old = this.#running
    this.#running = next
    this.#error = undefined
    this.#tellAll()
    if (old !== undefined) await dispose(old)
  }

  async #writePeerFile(dataDir: string): Promise<() => Promise<void>> {
    if (this.#announced === undefined) return () => Promise.resolve()
    return writePeerFile(dataDir, { pid: process.pid, ...this.#announced })
  }

  #tellAll(): void {
    for (const [listener, unsubscribe] of [...this.#listeners]) {
      unsubscribe()
      this.#tell(listener)
    }
  }

  #tell(listener: (news: PeerNews) => void): void {
    const subscription = this.#running?.peer.subscribe((event) => listener({ type: 'event', event }))
    this.#listeners.set(listener, () => subscription?.unsubscribe())
    listener({ type: 'snapshot', state: subscription?.state, host: this.#facts() })
  }

  #facts(): HostFacts {
    const { door } = this.#config
    const tools = this.#tools.state()
    return {
      door,
      platform: process.platform,
      ...(tools === undefined ? {} : { tools }),
      ...(this.#error === undefined ? {} : { error: this.#error.toJSON() }),
    }
  }

  #peer(): Peer {
    if (this.#running === undefined) throw this.#error ?? new PeerError('NO_PEER', {})
    return this.#running.peer
  }

  #commands(): HostCommands {
    /** Whichever peer runs when the command comes. */
    const pass = <K extends keyof Peer['api']>(name: K): Peer['api'][K] =>
      // The compiler does not follow a mapped type through its key here; the same key is on both sides.
      (async (args: never, signal?: AbortSignal) => this.#peer().api[name](args, signal)) as Peer['api'][K]
    return {
      openChaincode: pass('openChaincode'),
      closeChaincode: pass('closeChaincode'),
      launch: pass('launch'),
      restart: pass('restart'),
      stop: pass('stop'),
      setStartedBy: pass('setStartedBy'),
      setMode: pass('setMode'),
      setVersion: pass('setVersion'),
      setOrderer: pass('setOrderer'),
      packageChaincode: pass('packageChaincode'),
      openShell: pass('openShell'),
      readShell: pass('readShell'),
      writeShell: pass('writeShell'),
      resizeShell: pass('resizeShell'),
      closeShell: pass('closeShell'),
      submit: pass('submit'),
      evaluate: pass('evaluate'),
      readContract: pass('readContract'),
      readCalls: pass('readCalls'),
      readCall: pass('readCall'),
      pinCall: pass('pinCall'),
      readCallLogs: pass('readCallLogs'),
      readIdentities: pass('readIdentities'),
      addOrganisation: pass('addOrganisation'),
      issueIdentity: pass('issueIdentity'),
      importIdentity: pass('importIdentity'),
      exportIdentity: pass('exportIdentity'),
      removeIdentity: pass('removeIdentity'),
      setDefaultIdentity: pass('setDefaultIdentity'),
      readNamespaces: pass('readNamespaces'),
      readCollections: pass('readCollections'),
      readState: pass('readState'),
      readHistory: pass('readHistory'),
      readLogs: pass('readLogs'),
      clearLogs: pass('clearLogs'),
      checkTools: ({ tools }, signal) =>
        this.#running === undefined
          ? this.#tools.check(tools, signal)
          : this.#running.peer.api.checkTools({ ...(tools === undefined ? {} : { tools }) }, signal),
      openFolder: async ({ folder }, signal) => void (await this.open([{ folder }], signal)),
      openSample: async (_args, signal) => void (await this.open([{ folder: sampleFolder }], signal)),
      chooseFolder: async () => {
        const folder = await this.#config.chooseFolder?.()
        return folder === undefined ? undefined : { folder }
      },
      listFolders: ({ folder }) => listFolders(folder),
      recentFolders: async () => (await this.#config.recent?.read()) ?? [],
      openInEditor: (place) => openInEditor(place, openFolders(this.#peer())),
    }
  }
}

interface Plan {
  chaincodes: OpenChaincode[]
  config: Omit<Parameters<typeof startPeer>[0], 'dataDir'>
}

/**
 * What the folders are opened with, each looked into first so that nothing is made for one that cannot be. The first
 * one's slipway.yaml speaks for the peer. Throws the codes of errors/folder.ts and errors/config.ts.
 */
async function plan(folders: OpenChaincode[]): Promise<Plan> {
  const { readProjects } = await import('../../core/index.ts')
  const chaincodes = folders.map((given) => ({ ...given, folder: resolve(given.folder) }))
  const read = await Promise.all(
    chaincodes.map(({ folder, watch: _watch, launch: _launch, ...overrides }) => readProjects(folder, overrides)),
  )
  return { chaincodes, config: read[0]?.peer ?? {} }
}

async function dispose({ peer, removePeerFile }: Running): Promise<void> {
  await removePeerFile()
  await peer.close()
}

/** Resolves once the peer has a chaincode; there is something to show from then on. */
function firstChaincode(peer: Peer): Promise<void> {
  return new Promise((settle) => {
    const { state, unsubscribe } = peer.subscribe((event) => {
      if (event.type !== 'chaincode.opened') return
      unsubscribe()
      settle()
    })
    if (Object.keys(state.chaincodes).length === 0) return
    unsubscribe()
    settle()
  })
}

function openNames(peer: Peer): string[] {
  return Object.keys(stateOf(peer).chaincodes)
}

function openFolders(peer: Peer): string[] {
  return Object.values(stateOf(peer).chaincodes).map((chaincode) => chaincode.folder)
}

function stateOf(peer: Peer) {
  const { state, unsubscribe } = peer.subscribe(() => undefined)
  unsubscribe()
  return state
}
