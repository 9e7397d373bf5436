import type { ImageConfig, ImagePlan, PackageFiles } from '../image-plan.ts'
import type { Project } from '../../project/project.ts'

/** The files that a Gradle or Maven build reads before any source. */
const MANIFEST =
  /(?:^|\/)(?:[^/]+\.gradle(?:\.kts)?|gradle\.properties|gradlew|gradle\/.+|buildSrc\/.+|pom\.xml|mvnw|\.mvn\/.+)$/

/**
 * How a Java package becomes an image: the javaenv image's own build.sh runs Gradle or Maven
 * (core/chaincode/platforms/java/platform.go v2.x, fabric-chaincode-java fabric-chaincode-docker/build.sh), and the result
 * is copied over the same image.
 */
export function javaPlan(project: Project, files: PackageFiles, config: ImageConfig): ImagePlan {
  const { runtime } = config.java
  const manifests = [...files.keys()].filter((name) => name.startsWith('src/') && isManifest(name.slice(4)))
  const tool = manifests.some((name) => /\.gradle(?:\.kts)?$/.test(name)) ? 'gradle' : 'mvn'
  return {
    root: project.folder,
    builder: runtime,
    env: {},
    dependencies: manifests.length === 0 ? { none: 'it is already a jar' } : resolve(manifests, tool),
    image: {
      from: 'build',
      runtime,
      target: '/root/chaincode-java/chaincode',
      script: './build.sh',
      words: `${tool} (build.sh)`,
    },
  }
}

/** Program and arguments in the container (GetArgs: core/container/dockercontroller/dockercontroller.go v2.x). */
export function javaArgs(address: string): string[] {
  return ['/root/chaincode-java/start', '--peerAddress', address]
}

function isManifest(name: string): boolean {
  return MANIFEST.test(name) && !name.startsWith('src/')
}

/** The same build without sources: it fetches every plugin and library, and makes a jar of the libraries. */
function resolve(manifests: string[], tool: string) {
  const script = `set -e
cp -R /slipway/src /chaincode/input/src
./build.sh
cd /
rm -rf /chaincode/input/src /chaincode/output/* /chaincode/output/.uberjar /slipway /tmp/tmp.*`
  return { manifests, files: manifests, script, words: `${tool} of the dependencies` }
}
