import path from 'node:path'
import type { PackageRules } from '../package-rules.ts'
import type { Project } from '../../project/project.ts'
import { goModule } from './module.ts'
import { requireProgram } from './programs.ts'

/**
 * The whole module, including vendor, without hidden folders (Fabric v2.5.16 core/chaincode/platforms/golang/platform.go,
 * findSource). Chaincode in GOPATH, outside a module, is not packaged. Throws PACKAGE_INVALID, and NOT_A_PROGRAM,
 * of which a peer would build an archive that can't be started.
 */
export async function golangPackageRules(project: Project): Promise<PackageRules> {
  const { root } = await goModule(project.folder)
  if (project.server === undefined) await requireProgram(project.folder)
  const metadata = path.posix.join(path.relative(root, project.folder).replaceAll('\\', '/'), 'META-INF')
  return {
    root,
    metadata,
    leavesOutFolder: (folder) => !folder.startsWith(metadata) && path.posix.basename(folder).startsWith('.'),
    leavesOutFile: () => false,
    order: 'folders-first',
  }
}
