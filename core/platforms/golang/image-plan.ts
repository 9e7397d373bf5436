import path from 'node:path'
import type { ImageConfig, ImagePlan, PackageFiles } from '../image-plan.ts'
import type { Project } from '../../project/project.ts'
import { goModule } from './module.ts'

/** Fabric's own (staticLDFlagsOpts: core/chaincode/platforms/golang/platform.go v2.x). */
const STATIC = ` -ldflags "-linkmode external -extldflags '-static'"`

/**
 * How a Go package becomes an image: compiled in the ccenv image, and the program laid over baseos
 * (core/chaincode/platforms/golang/platform.go v2.x). Throws PACKAGE_INVALID where the folder is in no module.
 */
export async function golangPlan(project: Project, files: PackageFiles, config: ImageConfig): Promise<ImagePlan> {
  const { root } = await goModule(project.folder)
  const at = path.posix.join('/chaincode/input/src', path.relative(root, project.folder).replaceAll('\\', '/'))
  const names = [...files.keys()].filter((name) => name.startsWith('src/'))
  const vendored = names.filter((name) => name.startsWith('src/vendor/'))
  const mode = vendored.length === 0 ? '-mod=readonly' : '-mod=vendor'
  const { runtime, dynamicLink } = config.golang
  return {
    root,
    builder: config.builder,
    env: goEnvironment(process.env),
    dependencies: {
      manifests: [...['src/go.mod', 'src/go.sum'].filter((name) => files.has(name)), ...vendored],
      files: names,
      script: compileDependencies(at, mode, dynamicLink),
      words: 'go build of the dependencies',
    },
    image: {
      from: 'build',
      runtime,
      target: '/usr/local/bin',
      words: 'go build',
      // In the package's own folder, so that the compiler names its files as the author does.
      script: `set -e
cd '${at}'
go build -v ${mode}${dynamicLink ? '' : STATIC} -o /chaincode/output/chaincode .`,
    },
  }
}

/** Program and arguments in the container (GetArgs: core/container/dockercontroller/dockercontroller.go v2.x). */
export function golangArgs(address: string): string[] {
  return ['chaincode', `-peer.address=${address}`]
}

/** What a package and its own packages import that is not the module's own, as far as it can be found. */
const IMPORTED =
  '{{if not (or .Error .DepsErrors)}}{{if .Module}}{{if not .Module.Main}}{{.ImportPath}}{{end}}{{else}}{{.ImportPath}}{{end}}{{end}}'

/**
 * Fetch and compile what the chaincode imports and is not its own, so that Go's caches hold it. Its own packages are
 * left out: they may not compile just now. The sources are gone afterwards: one that was deleted since would otherwise
 * be compiled again.
 */
function compileDependencies(at: string, mode: string, dynamicLink: boolean): string {
  return `set -e
cp -R /slipway/src /chaincode/input/src
cd '${at}'
packages=$(go list -e -deps ${mode} -f '${IMPORTED}' . | grep -v -x -e unsafe -e C | grep -v -E '(^|/)(internal|vendor)(/|$)' || true)
go build -v ${mode} ${dynamicLink ? '' : 'runtime/cgo '}$packages
cd /
rm -rf /chaincode/input/src`
}

/** What Fabric hands on of its own environment (DockerBuildOptions: core/chaincode/platforms/golang/platform.go v2.x). */
function goEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return {
    // As 2.5 has it where there is a go.mod.
    GO111MODULE: 'on',
    GOPROXY: env['GOPROXY'] ?? 'https://proxy.golang.org',
    ...(env['GOSUMDB'] === undefined ? {} : { GOSUMDB: env['GOSUMDB'] }),
  }
}
