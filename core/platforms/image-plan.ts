import type { PeerConfig } from '../config/peer-config.ts'

/** The settings that decide how images are made. */
export type ImageConfig = Pick<PeerConfig['chaincode'], 'builder' | 'golang' | 'node' | 'java'>

/** The files of a code package by their names in it: `src/main.go`. */
export type PackageFiles = ReadonlyMap<string, Buffer>

/**
 * How a chaincode's image is made from its package: with the commands of Fabric's own build, but with the dependencies
 * in a separate image, so that editing a source doesn't fetch or compile them again.
 */
export interface ImagePlan {
  /** Folder that was packaged, absolute: src/ in the package. */
  root: string
  /** Image that everything is built in. */
  builder: string
  /** Environment of every build. */
  env: Readonly<Record<string, string>>
  /** Or why they get no separate image. */
  dependencies: DependenciesPlan | { none: string }
  image:
    /** By the package's own Dockerfile, with its files as the context. */
    | { from: 'dockerfile' }
    | {
        /** The sources are copied over the dependencies as they are. */
        from: 'dependencies'
        /** Where they go. */
        target: string
      }
    | {
        /** Built in a container; the result is copied over the base image (Fabric's util.DockerBuild). */
        from: 'build'
        runtime: string
        target: string
        /** Shell commands that build /chaincode/input, the package, into /chaincode/output. */
        script: string
        /** The command in a few words: `go build`. */
        words: string
      }
}

export interface DependenciesPlan {
  /** Names of the files that decide what is in the image: it is rebuilt only if one of them changed. */
  manifests: string[]
  /** Names of the files that its build needs. */
  files: string[]
  /** Shell commands; the files are in /slipway/src. */
  script: string
  /** The command in a few words: `npm ci`. */
  words: string
}
