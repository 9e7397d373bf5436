import path from 'node:path'
import { debugsIn } from '../../contract/debugger.ts'
import { GOLANG_SOURCES } from '../../contract/editor-configuration.ts'
import type { ImageConfig, ImagePlan, PackageFiles } from '../image-plan.ts'
import type { Project } from '../../project/project.ts'
import { goModule } from './module.ts'

/** Fabric's own flags (staticLDFlagsOpts: core/chaincode/platforms/golang/platform.go v2.x). */
const STATIC = ` -ldflags "-linkmode external -extldflags '-static'"`

/** The author's own packages alone: with all of them, dependencies would have to be compiled a second time. */
const UNOPTIMISED = ` -gcflags "$(go list -m)/...=-N -l"`

const DELVE = '/tmp/slipway-delve/dlv'
/** Fabric's images have none. Static, so that it runs in any; newer ones take older Go versions too. */
const delve = `[ -x ${DELVE} ] || (cd / && CGO_ENABLED=0 GOFLAGS= GOBIN=/tmp/slipway-delve go install github.com/go-delve/delve/cmd/dlv@v1.27.2)`

/**
 * How a Go package becomes an image: compiled in the ccenv image, and the program copied over baseos
 * (core/chaincode/platforms/golang/platform.go v2.x). Throws PACKAGE_INVALID if the folder isn't in a module.
 */
export async function golangPlan(project: Project, files: PackageFiles, config: ImageConfig): Promise<ImagePlan> {
  const { root } = await goModule(project.folder)
  const at = await golangSources(project.folder)
  const isDebugged = project.debug === true && debugsIn('net', project)
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
      // Where Delve can't be had, it fails: the image would be kept without it, and every build would compile it.
      script: compileDependencies(at, mode, dynamicLink) + (isDebugged ? `\n${delve}` : ''),
      words: 'go build of the dependencies',
    },
    image: {
      from: 'build',
      runtime,
      target: '/usr/local/bin',
      words: 'go build',
      // Run in the package's own folder, so that the compiler names files as the author does.
      script: `set -e
${isDebugged ? `${delve}\ncp ${DELVE} /chaincode/output/dlv\n` : ''}cd '${at}'
go build -v ${mode}${isDebugged ? UNOPTIMISED : ''}${dynamicLink ? '' : STATIC} -o /chaincode/output/chaincode .`,
    },
  }
}

/** Where the compiler has found a chaincode's sources; so the program says. */
export async function golangSources(folder: string): Promise<string> {
  const { root } = await goModule(folder)
  return path.posix.join(GOLANG_SOURCES, path.relative(root, folder).replaceAll('\\', '/'))
}

/** Program and arguments in the container (GetArgs: core/container/dockercontroller/dockercontroller.go v2.x). */
export function golangArgs(address: string): string[] {
  return ['chaincode', `-peer.address=${address}`]
}

/** `go list` format: the packages of other modules that a package imports, itself or through others, if found. */
const IMPORTED =
  '{{if not (or .Error .DepsErrors)}}{{if .Module}}{{if not .Module.Main}}{{.ImportPath}}{{end}}{{else}}{{.ImportPath}}{{end}}{{end}}'

/**
 * Fetch and compile the imports from other modules, so that Go's caches hold them. The chaincode's own packages are left
 * out, since they may not compile right now. The sources are removed afterwards: one that the author deletes later would
 * otherwise still be compiled.
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

/** What Fabric passes on of its own environment (DockerBuildOptions: core/chaincode/platforms/golang/platform.go v2.x). */
function goEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  // GO111MODULE as in 2.5 if there is a go.mod.
  const passedOn: Record<string, string> = {
    GO111MODULE: 'on',
    GOPROXY: env['GOPROXY'] ?? 'https://proxy.golang.org',
  }
  if (env['GOSUMDB'] !== undefined) passedOn['GOSUMDB'] = env['GOSUMDB']
  return passedOn
}
