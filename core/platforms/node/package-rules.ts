import type { PackageRules } from '../package-rules.ts'
import type { Project } from '../../project/project.ts'

/** Everything except node_modules and .git (Fabric v2.5.16 core/chaincode/platforms/node/platform.go, util/writer.go). */
export function nodePackageRules(project: Project): PackageRules {
  return {
    root: project.folder,
    metadata: 'META-INF',
    leavesOutFolder: (path) => /(?:^|\/)(?:node_modules|\.git)$/.test(path),
    leavesOutFile: () => false,
    order: 'walk',
    required: { file: 'package.json', reason: 'A peer refuses Node chaincode without a package.json.' },
  }
}
