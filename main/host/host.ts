import { join, resolve } from 'node:path'
import type { Api, HostFacts, OpenChaincode, PeerNews } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import { withoutUndefined } from '../../core/contract/without-undefined.ts'
import type { FolderToOpen, Peer } from '../../core/index.ts'
import { afterCrash } from './after-crash.ts'
import { CommandsUnderWay, untilIdle } from './busy.ts'
import { hostApi } from './host-api.ts'
import { hostTools } from './host-tools.ts'
import { onceSaved } from './once-saved.ts'
import { writePeerFile } from './peer-file.ts'
import type { RecentFolders } from './recent-folders.ts'
import { firstChaincode, openIn, untrustedNames } from './running-peer.ts'
import { say } from './say.ts'
import { Subscribers } from './subscribers.ts'
import { newTrustQuestion, type TrustQuestion } from './trust-question.ts'
import type { TrustedFolders } from './trusted-folders.ts'

export interface HostConfig {
  door: HostFacts['door']
  /** Default: `<first folder>/.slipway`. */
  dataDir?: string | undefined
  /** Keep a warm process ready for the next save; a peer that exits after one call doesn't need it. Default true. */
  prewarm?: boolean
  /** Serve client applications; a peer that exits after one call doesn't. Default true. */
  servesClients?: boolean
  /** Define chaincode whose slipway.yaml leaves that to its author too, as on a ledger of a scenario's own. Default false. */
  definesAll?: boolean
  /**
   * If no peer is running because its folders couldn't be opened, open them again as soon as something is saved there.
   * Called with the error of a folder that fails then while another one opens; if all of them fail, the error is in the
   * host's facts.
   */
  reopenFailed?: (error: unknown) => void
  /** Remembers the folders that were opened; the command line does without. */
  recent?: RecentFolders
  /** What folders may do beyond running their chaincode. Default: everything, as in a suite that opens its own. */
  trusted?: TrustedFolders
  /** Shows a native dialog, if the door has one. */
  chooseFolder?: () => Promise<string | undefined>
}

/** Where command lines reach this host. */
export interface Announcement {
  url: string
  token: string
}

/** One host for all doors of a process. It runs one peer at a time and can replace it by another. */
export interface Host extends AsyncDisposable {
  readonly api: Api
  /** Send a snapshot at once, again whenever the peer is replaced, and every event in between. */
  subscribe(listener: (news: PeerNews) => void): () => void
  /**
   * Open folders in the peer whose data lies in the first of them, replacing the running peer unless it is the same one.
   * Returns the names of the chaincodes.
   */
  open(folders: OpenChaincode[], signal?: AbortSignal): Promise<string[]>
  /** Tell the author something of this process that needs no answer: on stderr, and in the log of every peer from now on. */
  readonly note: (text: string) => void
  /** Let command lines find this host, whichever peer it runs. */
  announce(where: Announcement): Promise<void>
  /** Wait until no call, build or launch is under way. Throws the signal's reason. */
  idle(signal: AbortSignal): Promise<void>
  /** Idempotent. */
  close(): Promise<void>
}

/** A peer, and what has to be undone when it closes. */
interface Running {
  peer: Peer
  dataDir: string
  removePeerFile: () => Promise<void>
}

export function startHost(config: HostConfig): Host {
  return new PeerHost(config)
}

class PeerHost implements Host {
  readonly api: Api
  readonly #config: HostConfig
  readonly #subscribers = new Subscribers({ peer: () => this.#running?.peer, facts: () => this.#facts() })
  readonly #tools = hostTools(() => {
    if (this.#running === undefined) this.#subscribers.restart()
  })
  readonly #commands = new CommandsUnderWay()
  readonly #question: TrustQuestion
  readonly #notes: string[] = []
  #running: Running | undefined
  /** Why no peer is running. */
  #error: PeerError | undefined
  #announced: Announcement | undefined
  #awaitingSave: { close(): void } | undefined
  readonly #closing = new AbortController()
  /** Folders are opened one request after another. */
  #queue: Promise<unknown> = Promise.resolve()
  #closed: Promise<void> | undefined

  constructor(config: HostConfig) {
    this.#config = config
    this.#question = newTrustQuestion({
      trusted: config.trusted,
      changed: () => this.#subscribers.restart(),
      reread: async (folder) => this.#running?.peer.reread(untrustedNames(this.#running.peer, folder)),
    })
    this.api = hostApi({
      commands: this.#commands,
      question: this.#question,
      peer: () => {
        if (this.#running === undefined) throw this.#error ?? new PeerError('NO_PEER', {})
        return this.#running.peer
      },
      checkTools: async ({ tools }, signal) => {
        if (this.#running === undefined) await this.#tools.check(tools, signal)
        else await this.#running.peer.api.checkTools(withoutUndefined({ tools }), signal)
      },
      open: async (folder, signal) => void (await this.open([{ folder }], signal)),
      chooseFolder: async () => config.chooseFolder?.(),
      recentFolders: async () => (await config.recent?.read()) ?? [],
    })
  }

  readonly note = (text: string): void => {
    say(text)
    this.#notes.push(text)
    this.#running?.peer.note(text)
  }

  subscribe(listener: (news: PeerNews) => void): () => void {
    return this.#subscribers.add(listener)
  }

  idle(signal: AbortSignal): Promise<void> {
    return untilIdle({ commands: this.#commands, subscribe: (listener) => this.subscribe(listener) }, signal)
  }

  open(folders: OpenChaincode[], signal?: AbortSignal): Promise<string[]> {
    const open = () => this.#queue.then(() => this.#open(folders, signal))
    const opened = this.#commands.count('openFolder', () => this.#question.asking(open, () => this.open(folders)))
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
      this.#subscribers.close()
      const running = this.#running
      this.#running = undefined
      if (running !== undefined) await dispose(running)
    })
    return this.#closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #open(toOpen: OpenChaincode[], signal?: AbortSignal): Promise<string[]> {
    const [first] = toOpen
    if (this.#closed !== undefined || first === undefined) throw new PeerError('NO_PEER', {})
    this.#awaitingSave?.close()
    const dataDir = this.#config.dataDir ?? join(resolve(first.folder), '.slipway')
    // Only one process at a time can open a ledger: the same data means the same peer.
    if (this.#running?.dataDir === dataDir) {
      return this.#openIn(this.#running.peer, await this.#read(toOpen), signal)
    }
    try {
      // A folder that can't be opened is found before anything is created or started for it.
      return await this.#replacePeer(dataDir, await this.#read(toOpen), signal)
    } catch (error) {
      this.#error = PeerError.from(error)
      // With a peer running, only this command failed; without one, this is the reason.
      if (this.#running === undefined) {
        this.#subscribers.restart()
        this.#reopenOnSave(toOpen)
      }
      throw error
    }
  }

  /** The first folder's slipway.yaml sets up the peer. Throws the codes of errors/folder.ts and errors/config.ts. */
  async #read(toOpen: OpenChaincode[]): Promise<FolderToOpen[]> {
    const { readFolder } = await import('../../core/index.ts')
    const { check } = this.#question
    return Promise.all(toOpen.map((args) => readFolder({ ...args, folder: resolve(args.folder) }, check)))
  }

  /** Start the new peer first, so that one is always running; close the old one once the new one has a chaincode. */
  async #replacePeer(dataDir: string, folders: FolderToOpen[], signal?: AbortSignal): Promise<string[]> {
    const next = await this.#start(dataDir, folders[0]?.peer)
    const opening = this.#openIn(next.peer, folders, signal)
    try {
      await Promise.race([opening, firstChaincode(next.peer)])
    } catch (error) {
      await dispose(next)
      throw error
    }
    const old = this.#running
    this.#running = next
    this.#error = undefined
    this.#subscribers.restart()
    if (old !== undefined) await dispose(old)
    return opening
  }

  async #start(dataDir: string, settings: FolderToOpen['peer']): Promise<Running> {
    const { startPeer } = await import('../../core/index.ts')
    const peer = await startPeer({
      ...settings,
      dataDir,
      prewarm: this.#config.prewarm ?? true,
      definesAll: this.#config.definesAll ?? false,
      listenAddress: this.#config.servesClients === false ? undefined : (settings?.listenAddress ?? '127.0.0.1:7051'),
      afterCrash: afterCrash(dataDir, settings?.vm?.docker?.endpoint),
    })
    for (const text of this.#notes) peer.note(text)
    return { peer, dataDir, removePeerFile: await this.#writePeerFile(dataDir) }
  }

  #openIn(peer: Peer, folders: FolderToOpen[], signal?: AbortSignal): Promise<string[]> {
    return openIn(peer, folders, async ({ args }) => this.#config.recent?.add(args.folder), signal)
  }

  #reopenOnSave(toOpen: OpenChaincode[]): void {
    const { reopenFailed } = this.#config
    const { signal } = this.#closing
    if (reopenFailed === undefined || signal.aborted) return
    const folders = toOpen.map(({ folder }) => resolve(folder))
    this.#awaitingSave = onceSaved(folders, () => {
      this.open(toOpen, signal).catch((error: unknown) => this.#running && reopenFailed(error))
    })
  }

  async #writePeerFile(dataDir: string): Promise<() => Promise<void>> {
    if (this.#announced === undefined) return () => Promise.resolve()
    return writePeerFile(dataDir, { pid: process.pid, ...this.#announced })
  }

  #facts(): HostFacts {
    const tools = this.#tools.state()
    const error = this.#running === undefined ? this.#error?.toJSON() : undefined
    return { door: this.#config.door, platform: process.platform, tools, error, untrusted: this.#question.untrusted() }
  }
}

async function dispose({ peer, removePeerFile }: Running): Promise<void> {
  await removePeerFile()
  await peer.close()
}
