import type { Language } from '../contract/language.ts'
import type { Detected } from '../project/detected.ts'
import type { Folder } from '../project/folder.ts'
import { buildGolang } from './golang/build.ts'
import { golangCommand } from './golang/command.ts'
import { detectGolang } from './golang/detect.ts'
import { golangPlan } from './golang/image-plan.ts'
import type { ImageConfig, ImagePlan, PackageFiles } from './image-plan.ts'
import { buildJava } from './java/build.ts'
import { javaCommand } from './java/command.ts'
import { detectJava } from './java/detect.ts'
import { javaPlan } from './java/image-plan.ts'
import { buildNode } from './node/build.ts'
import { nodeCommand } from './node/command.ts'
import { detectNode } from './node/detect.ts'
import { nodePlan } from './node/image-plan.ts'
import { installNode } from './node/install.ts'
import { buildOther, otherCommand, otherPlan } from './other/platform.ts'
import type { BuiltProject, Project, TerminalCommand } from '../project/project.ts'
import type { BuildRun } from './run-tool.ts'

/** What Slipway needs from a language: Fabric's platforms.Platform, for a folder instead of a package. */
export interface Platform {
  /** The project files that detection looks for. */
  files: string[]
  detect(folder: Folder): Promise<Detected | undefined>
  /** Install what the build needs. Returns how, in a few words, or undefined if nothing was needed. */
  install(project: Project, run: BuildRun): Promise<string | undefined>
  build(project: Project, run: BuildRun): Promise<BuiltProject>
  /** For a person's terminal, without Fabric's own flags and environment. */
  command(project: Project, folder: Folder): TerminalCommand | Promise<TerminalCommand>
  /** How its image is made from its package. Throws PACKAGE_INVALID. */
  imagePlan(project: Project, files: PackageFiles, config: ImageConfig): ImagePlan | Promise<ImagePlan>
}

// Go, Gradle and Maven fetch what they need as part of the build.
const nothingToInstall = () => Promise.resolve(undefined)

export const platforms: Record<Language, Platform> = {
  golang: {
    files: ['go.mod'],
    detect: detectGolang,
    install: nothingToInstall,
    build: buildGolang,
    command: golangCommand,
    imagePlan: golangPlan,
  },
  node: {
    files: ['package.json'],
    detect: detectNode,
    install: installNode,
    build: buildNode,
    command: nodeCommand,
    imagePlan: nodePlan,
  },
  java: {
    files: ['build.gradle', 'build.gradle.kts', 'pom.xml'],
    detect: detectJava,
    install: nothingToInstall,
    build: buildJava,
    command: javaCommand,
    imagePlan: javaPlan,
  },
  other: {
    files: [],
    // Nothing but slipway.yaml says that a folder is one.
    detect: () => Promise.resolve(undefined),
    install: nothingToInstall,
    build: buildOther,
    command: otherCommand,
    imagePlan: otherPlan,
  },
}

/**
 * Install a project's dependencies if they are missing or don't match its lock file. Returns how, or undefined if nothing
 * was needed. Throws TOOL_MISSING, INSTALL_FAILED, BUILD_TIMEOUT or the signal's reason.
 */
export function installDependencies(project: Project, run: BuildRun): Promise<string | undefined> {
  return platforms[project.language].install(project, run)
}

/**
 * Build a project with its own toolchain, without touching the build that serves. Throws TOOL_MISSING, BUILD_FAILED,
 * TSCONFIG_REFUSED, OUTPUT_MISPLACED, NOT_A_PROGRAM, BUILD_TIMEOUT or the signal's reason.
 */
export function buildProject(project: Project, run: BuildRun): Promise<BuiltProject> {
  return platforms[project.language].build(project, run)
}
