import type { PeerConfig } from '../config/peer-config.ts'

/** The part of the configuration that decides how images are made. */
export type ImageConfig = Pick<PeerConfig['chaincode'], 'builder' | 'golang' | 'node' | 'java'>

/** The files of a code package by their names in it: `src/main.go`. */
export type PackageFiles = ReadonlyMap<string, Buffer>

/**
 * How the image of a chaincode is made of its package: by the commands of Fabric's own build, but with the dependencies
 * in an image of their own, so that an edit of source alone does not fetch or compile them again.
 */
export interface ImagePlan {
  /** Folder that was packaged, absolute: src/ of the package. */
  root: string
  /** Image that everything is built in. */
  builder: string
  /** Environment of every build. */
  env: Readonly<Record<string, string>>
  /** Or why they are no image of their own. */
  dependencies: DependenciesPlan | { none: string }
  image:
    | {
        /** The sources are laid over the dependencies as they are. */
        from: 'dependencies'
        /** Where they go. */
        target: string
      }
    | {
        /** Built in a container, and what came of it is laid over the base image (Fabric's util.DockerBuild). */
        from: 'build'
        runtime: string
        target: string
        /** Shell commands; the package is in /chaincode/input, what they make goes to /chaincode/output. */
        script: string
        /** The command in a few words: `go build`. */
        words: string
      }
}

export interface DependenciesPlan {
  /** Names of the files that decide what is in it: it is made anew only where one of them changed. */
  manifests: string[]
  /** Names of the files that its making needs. */
  files: string[]
  /** Shell commands; the files are in /slipway/src. */
  script: string
  /** The command in a few words: `npm ci`. */
  words: string
}
