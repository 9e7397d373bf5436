/** How a real peer would build or run this chaincode differently. */
export interface Difference {
  name:
    | 'dev-dependency-used'
    | 'dependency-undeclared'
    | 'path-alias'
    | 'output-missing'
    | 'output-stale'
    | 'file-outside'
    | 'file-left-out'
    | 'file-mode'
    | 'symlink'
    | 'custom-build'
    | 'custom-start'
    | 'custom-env'
    | 'no-platform'
    | 'runtime-version'
    | 'file-case'
    | 'lock-file-missing'
    | 'lock-file-stale'
    | 'start-missing'
    | 'native-library'
    | 'jar-missing'
    | 'line-endings'
  /** What happens on a peer, why, and what to do about it. */
  what: string
  why: string
  do: string
  /** Relative to the chaincode's folder. */
  file?: string
  line?: number | undefined
  /** The chaincode can't work on a peer as it is; otherwise it may, or only sometimes. */
  fatal: boolean
}
