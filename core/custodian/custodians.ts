import { PeerError } from '../contract/error.ts'
import type { Project } from '../project/project.ts'
import { Custodian } from './custodian.ts'
import type { FolderToOpen } from './read-folder.ts'
import type { CustodianWorld } from './world.ts'

/**
 * The chaincodes that are open in a peer, by name. Made before the parts that launch and serve chaincode, which look
 * them up here; a chaincode is opened with those parts.
 */
export class Custodians {
  readonly #custodians = new Map<string, Custodian>()

  /**
   * Open every chaincode of a folder; returns the first one's name.
   * @throws PeerError CHAINCODE_OPEN, LIFECYCLE
   */
  async open(
    { args, inUsualMode, checkTrust, ...read }: FolderToOpen,
    world: CustodianWorld,
  ): Promise<{ name: string }> {
    const { folder, watch = true, launch = true, ...overrides } = args
    const usualMode = (name: string) => world.usualModes.of(name) ?? world.config.chaincode.mode
    const projects = read.projects.map((project) =>
      inUsualMode.has(project.name) ? { ...project, mode: usualMode(project.name) } : project,
    )
    const [first] = projects
    if (first === undefined) throw new PeerError('FOLDER_NOT_CHAINCODE', { folder, looked: ['slipway.yaml'] })
    for (const project of projects) this.#refuse(project)
    const opened = projects.map((project) => {
      const custodian = new Custodian(project, world, { watch, overrides, checkTrust })
      this.#custodians.set(project.name, custodian)
      return custodian
    })
    try {
      await opened.reduce((turn, custodian) => custodian.open(launch, turn), Promise.resolve())
    } catch (error) {
      for (const custodian of opened) await this.close(custodian.project.name)
      throw error
    }
    return { name: first.name }
  }

  find(name: string): Custodian | undefined {
    return this.#custodians.get(name)
  }

  /** @throws PeerError CHAINCODE_UNKNOWN */
  get(name: string): Custodian {
    const custodian = this.#custodians.get(name)
    if (custodian === undefined) throw new PeerError('CHAINCODE_UNKNOWN', { name, known: this.names() })
    return custodian
  }

  names(): string[] {
    return [...this.#custodians.keys()]
  }

  async close(name: string): Promise<void> {
    const custodian = this.get(name)
    await custodian.close()
    this.#custodians.delete(name)
  }

  async reread(names: readonly string[]): Promise<void> {
    await Promise.all(names.map(async (name) => this.find(name)?.reread()))
  }

  async closeAll(): Promise<void> {
    await Promise.all(this.names().map((name) => this.close(name)))
  }

  #refuse(project: Project): void {
    const twin = this.#custodians.get(project.name)
    if (twin !== undefined) throw new PeerError('CHAINCODE_OPEN', { name: project.name, folder: twin.project.folder })
  }
}
