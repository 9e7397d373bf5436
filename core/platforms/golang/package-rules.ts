import path from 'node:path'
import type { PackageRules } from '../package-rules.ts'
import type { Project } from '../../project/project.ts'
import { goModule } from './module.ts'

/**
 * The whole module, vendor and all, but no hidden folders (Fabric v2.5.16 core/chaincode/platforms/golang/platform.go,
 * findSource). Chaincode outside a module, in GOPATH, is not packaged. Throws PACKAGE_INVALID.
 */
export async function golangPackage(project: Project): Promise<PackageRules> {
  const { root } = await goModule(project.folder)
  const metadata = path.posix.join(path.relative(root, project.folder).replaceAll('\\', '/'), 'META-INF')
  return {
    root,
    metadata,
    leavesOutFolder: (folder) => !folder.startsWith(metadata) && path.posix.basename(folder).startsWith('.'),
    leavesOutFile: () => false,
    order: 'folders-first',
  }
}
