import { PeerError } from '../../contract/error.ts'
import { customStart } from '../artifacts.ts'
import type { ImagePlan, PackageFiles } from '../image-plan.ts'
import type { PackageRules } from '../package-rules.ts'
import type { BuiltProject, Project, TerminalCommand } from '../../project/project.ts'
import { runTool, shellArgv, type BuildRun } from '../run-tool.ts'

/** Where the packaged files are in a container. */
const SOURCES = '/usr/local/src'
const DOCKERFILE = 'src/Dockerfile'

/**
 * Any program that speaks the shim's protocol: slipway.yaml says how it is built and started, since a peer has no
 * platform for it. It finds the peer in CORE_PEER_ADDRESS.
 */
export async function buildOther(project: Project, run: BuildRun): Promise<BuiltProject> {
  const argv = customStart(project)
  if (argv === undefined) throw incomplete(project, 'start', 'dev mode has no command to start it with')
  if (project.build !== undefined) {
    run.note(project.build)
    await runTool(project, shellArgv(project.build), run, 'build')
  }
  return { project, build: run.number, argv }
}

/** Only shown with slipway.yaml's own `start`, which stands for it. */
export function otherCommand(): TerminalCommand {
  return { argv: [] }
}

/**
 * From the folder's Dockerfile, as it is; or from `image`, with the packaged files in it, built there by `build`.
 * Throws PROJECT_INCOMPLETE if there is neither.
 */
export function otherPlan(project: Project, files: PackageFiles): ImagePlan {
  const { folder: root, image, build } = project
  const none = 'its image is built as slipway.yaml says'
  if (image === undefined) {
    if (!files.has(DOCKERFILE)) throw incomplete(project, 'image', 'net mode needs that or a Dockerfile in the folder')
    return { root, builder: DOCKERFILE, env: {}, dependencies: { none }, image: { from: 'dockerfile' } }
  }
  if (project.start === undefined) throw incomplete(project, 'start', 'nothing says what runs in its image')
  const plan = { root, builder: image, env: {}, dependencies: { none } }
  if (build === undefined) return { ...plan, image: { from: 'dependencies', target: SOURCES } }
  const script = `set -e
cp -R /chaincode/input/src/. /chaincode/output
cd /chaincode/output
${build}`
  return { ...plan, image: { from: 'build', runtime: image, target: SOURCES, script, words: build } }
}

/** Empty if the Dockerfile's own command starts it. */
export function otherArgs({ start }: Pick<Project, 'start'>): string[] {
  return start === undefined ? [] : ['/bin/sh', '-c', `cd ${SOURCES} 2>/dev/null; exec ${start}`]
}

/** Everything but .git, as for Node: what of it is needed, only its author knows; `ignore` leaves out the rest. */
export function otherPackageRules(project: Project): PackageRules {
  return {
    root: project.folder,
    metadata: 'META-INF',
    leavesOutFolder: (path) => /(?:^|\/)\.git$/.test(path),
    leavesOutFile: () => false,
    order: 'walk',
  }
}

function incomplete(project: Project, key: string, reason: string): PeerError {
  return new PeerError('PROJECT_INCOMPLETE', { name: project.name, key, reason })
}
