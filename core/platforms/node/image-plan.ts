import { NODE_SOURCES } from '../../contract/editor-configuration.ts'
import type { ImageConfig, ImagePlan, PackageFiles } from '../image-plan.ts'
import type { Project } from '../../project/project.ts'
import { NPM_LOCKS } from './lock-file.ts'

const LOCKS = NPM_LOCKS.map((name) => `src/${name}`)
// Without a lock file of its own, npm takes versions from a yarn.lock.
const MANIFESTS = ['src/package.json', ...LOCKS, 'src/yarn.lock', 'src/.npmrc']

/**
 * What Fabric runs in the nodeenv image (core/chaincode/platforms/node/platform.go v2.x): the image's own build.sh,
 * which copies the sources and runs `npm ci --omit=dev`, or `npm install --omit=dev` without a lock file
 * (fabric-chaincode-node docker/fabric-nodeenv/build.sh).
 */
const BUILD = `set -e
if [ -x /chaincode/build.sh ]; then
  /chaincode/build.sh
else
  cp -R /chaincode/input/src/. /chaincode/output
  cd /chaincode/output
  npm install --production
fi`

/** The same with only the manifests. npm's cache would only make the image larger. */
const INSTALL = `set -e
mkdir -p /chaincode/input /chaincode/output /usr/local/src
cp -R /slipway/src /chaincode/input/src
(
${BUILD}
)
# Moved, not copied: these are many files.
for each in /chaincode/output/* /chaincode/output/.[!.]*; do
  if [ -e "$each" ]; then mv "$each" /usr/local/src/; fi
done
rm -rf /chaincode/input/src /slipway "$HOME/.npm"`

/** How a Node package becomes an image: on top of its installed dependencies, if that has the same result. */
export function nodePlan(project: Project, files: PackageFiles, config: ImageConfig): ImagePlan {
  const { runtime } = config.node
  const none = whyNotApart(files, runtime)
  const words = LOCKS.some((name) => files.has(name)) ? 'npm ci' : 'npm install'
  const target = NODE_SOURCES
  if (none !== undefined) {
    const image = { from: 'build', runtime, target, script: BUILD, words } as const
    return { root: project.folder, builder: runtime, env: {}, dependencies: { none }, image }
  }
  const manifests = MANIFESTS.filter((name) => files.has(name))
  return {
    root: project.folder,
    builder: runtime,
    env: {},
    dependencies: { manifests, files: manifests, script: INSTALL, words },
    image: { from: 'dependencies', target },
  }
}

/** Program and arguments in the container (GetArgs: core/container/dockercontroller/dockercontroller.go v2.x). */
export function nodeArgs(address: string): string[] {
  const script = `if [ -x /chaincode/start.sh ]; then exec /chaincode/start.sh "$@"; fi
cd /usr/local/src && exec npm start -- "$@"`
  return ['/bin/sh', '-c', script, 'sh', '--peer.address', address]
}

/** Scripts that npm runs when it installs, and that may need the sources. */
const INSTALL_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
  'dependencies',
]

/** Why the dependencies can't be installed without the sources; undefined if they can. */
function whyNotApart(files: PackageFiles, runtime: string): string | undefined {
  // An image other than Fabric's may build in another way, which needs the sources.
  if (!/(?:^|\/)fabric-nodeenv(?:[:@]|$)/.test(runtime)) return `${runtime} is not Fabric's own image`
  let json: Record<string, unknown>
  try {
    json = JSON.parse((files.get('src/package.json') ?? '{}').toString().replace(/^\uFEFF/, '')) as typeof json
  } catch {
    return 'package.json is not valid JSON'
  }
  const script = INSTALL_SCRIPTS.find((name) => name in { ...(json['scripts'] as object | undefined) })
  if (script !== undefined) return `package.json has a ${script} script`
  // npm runs node-gyp if it finds one.
  if (files.has('src/binding.gyp')) return 'binding.gyp is compiled'
  if (json['workspaces'] !== undefined) return 'package.json has workspaces'
  const local = Object.entries(dependenciesOf(json)).find(([, range]) => isLocal(range))
  if (local !== undefined) return `${local[0]} is a local folder`
  const lock = LOCKS.map((name) => files.get(name)?.toString() ?? '').join('\n')
  if (/"(?:link)":\s*true|"resolved":\s*"file:/.test(lock)) return 'the lock file names a folder'
  return undefined
}

function dependenciesOf(json: Record<string, unknown>): Record<string, unknown> {
  const groups = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies', 'overrides']
  return Object.assign({}, ...groups.map((name) => json[name])) as Record<string, unknown>
}

/** A folder or an archive on disk instead of a version. */
function isLocal(range: unknown): boolean {
  const text = typeof range === 'string' ? range : JSON.stringify(range ?? '')
  return /^(?:\.|\/|~\/|[A-Za-z]:[\\/])|(?:^|")(?:file|link|portal|workspace):/.test(text)
}
