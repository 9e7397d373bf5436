import type { PackageRules } from '../package-rules.ts'
import type { Project } from '../../project/project.ts'

/**
 * Everything except folders called target, build, out and .git at any depth, and compiled classes (Fabric v2.5.16
 * core/chaincode/platforms/java/platform.go, util/writer.go).
 */
export function javaPackageRules(project: Project): PackageRules {
  return {
    root: project.folder,
    metadata: 'META-INF',
    leavesOutFolder: (path) => /(?:^|\/)(?:target|build|out|\.git)$/.test(path),
    leavesOutFile: (path) => path.endsWith('.class'),
    order: 'walk',
  }
}
