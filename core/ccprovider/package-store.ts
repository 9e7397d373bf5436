import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PeerError } from '../contract/error.ts'
import { systemFault } from '../contract/system-fault.ts'
import { ChaincodeDeploymentSpec } from '../protos/index.ts'
import { canonicalName, type CCContext } from './cc-context.ts'

type NameAndVersion = Pick<CCContext, 'name' | 'version'>

/**
 * Installed packages: `<dataDir>/chaincodes/<name>.<version>`, each a marshalled ChaincodeDeploymentSpec
 * (Fabric core/common/ccprovider/ccprovider.go, GetChaincodeFromFS).
 */
export class PackageStore {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'chaincodes')
  }

  /** Write a package atomically; it replaces an older one of the same name and version. */
  async put(cc: NameAndVersion, spec: ChaincodeDeploymentSpec): Promise<void> {
    await mkdir(this.#folder, { recursive: true })
    const file = this.#fileOf(cc)
    const draft = `${file}~${process.pid}`
    await writeFile(draft, spec.serializeBinary())
    await rename(draft, file)
  }

  /** @throws PeerError PACKAGE_MISSING, PACKAGE_DAMAGED */
  async get(cc: NameAndVersion): Promise<ChaincodeDeploymentSpec> {
    const file = this.#fileOf(cc)
    let bytes: Uint8Array
    try {
      bytes = await readFile(file)
    } catch (error) {
      // What the system refuses to read isn't missing.
      if (systemFault(error) !== undefined) throw PeerError.from(error)
      throw new PeerError('PACKAGE_MISSING', { canonicalName: canonicalName(cc), file }, { cause: error })
    }
    const damaged = (message: string, cause?: unknown) =>
      new PeerError('PACKAGE_DAMAGED', { canonicalName: canonicalName(cc), file, message }, { cause })
    let spec: ChaincodeDeploymentSpec
    try {
      spec = ChaincodeDeploymentSpec.deserializeBinary(bytes)
    } catch (error) {
      throw damaged('It is not a ChaincodeDeploymentSpec.', error)
    }
    const id = spec.getChaincodeSpec()?.getChaincodeId()
    if (id?.getName() !== cc.name || id.getVersion() !== cc.version) {
      throw damaged(`It holds ${id?.getName() ?? 'nothing'}:${id?.getVersion() ?? ''}.`)
    }
    return spec
  }

  /** All readable packages. */
  async list(): Promise<ChaincodeDeploymentSpec[]> {
    let files: string[]
    try {
      files = await readdir(this.#folder)
    } catch {
      // The folder is made by the first installation.
      return []
    }
    const specs = await Promise.all(
      files
        .filter((file) => !file.includes('~'))
        .map(async (file) => {
          const dot = file.indexOf('.')
          return this.get({ name: file.slice(0, dot), version: file.slice(dot + 1) }).catch(() => undefined)
        }),
    )
    return specs.filter((spec) => spec !== undefined)
  }

  #fileOf(cc: NameAndVersion): string {
    return join(this.#folder, `${cc.name}.${cc.version}`)
  }
}
