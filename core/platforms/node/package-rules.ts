import type { PackageRules } from '../package-rules.ts'
import type { Project } from '../../project/project.ts'

/** Everything but node_modules and .git (Fabric v2.5.16 core/chaincode/platforms/node/platform.go, util/writer.go). */
export function nodePackage(project: Project): PackageRules {
  return {
    root: project.folder,
    metadata: 'META-INF',
    leavesOutFolder: (path) => /(?:^|\/)(?:node_modules|\.git)$/.test(path),
    leavesOutFile: () => false,
    order: 'walk',
    required: { file: 'package.json', reason: 'A peer takes no Node chaincode without a package.json.' },
  }
}
