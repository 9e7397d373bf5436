import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageId, readLifecyclePackage } from './lifecycle-package.ts'

export interface InstalledPackage {
  label: string
  packageId: string
}

/**
 * Installed packages of the 2.x lifecycle: `<dataDir>/lifecycle/chaincodes/<label>.<sha256>.tar.gz`
 * (Fabric core/chaincode/persistence/persistence.go).
 */
export interface InstalledPackages {
  /** `before`: it was installed already. Throws PACKAGE_UNREADABLE. */
  install(bytes: Uint8Array): Promise<InstalledPackage & { before: boolean }>
  list(): Promise<InstalledPackage[]>
  /** Undefined if it isn't installed. */
  load(packageId: string): Promise<Uint8Array | undefined>
}

const FILE = /^([A-Za-z0-9][A-Za-z0-9_.+-]*)\.([0-9a-f]{64})\.tar\.gz$/

export function installedPackages(dataDir: string): InstalledPackages {
  const folder = join(dataDir, 'lifecycle', 'chaincodes')
  const list = async (): Promise<InstalledPackage[]> => {
    // The folder is made by the first installation.
    const files = await readdir(folder).catch(() => [])
    return files.sort().flatMap((file) => {
      const [, label, hash] = FILE.exec(file) ?? []
      return label === undefined || hash === undefined ? [] : [{ label, packageId: `${label}:${hash}` }]
    })
  }
  const find = async (id: string) => (await list()).find((installed) => installed.packageId === id)
  const fileOf = (id: string) => join(folder, `${id.replace(':', '.')}.tar.gz`)
  return {
    async install(bytes) {
      const { label } = await readLifecyclePackage(bytes, 'the package')
      const id = packageId(label, bytes)
      const before = (await find(id)) !== undefined
      if (!before) {
        await mkdir(folder, { recursive: true })
        const draft = `${fileOf(id)}~${process.pid}`
        await writeFile(draft, bytes, { flush: true })
        await rename(draft, fileOf(id))
      }
      return { label, packageId: id, before }
    },
    list,
    async load(id) {
      return (await find(id)) === undefined ? undefined : readFile(fileOf(id))
    },
  }
}
