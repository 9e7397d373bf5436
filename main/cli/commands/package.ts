import { PeerError } from '../../../core/contract/error.ts'
import type { PackageResult } from '../../../core/contract/package.ts'
import { exitCode, exitCodeOfError } from '../terminal/exit-code.ts'
import { errorDocument, print, say, sayError } from '../terminal/print.ts'
import type { PackageOptions } from './options.ts'

const BUILD_TIMEOUT_MS = 300_000

/**
 * `slipway package FOLDER`: write the lifecycle package that a real peer installs, one JSON document on stdout. Starts no
 * peer and needs no Docker. Where the chaincode cannot work on a peer as it is, the package is written all the same, and
 * the exit code is that of a failed build.
 */
export async function packageFolder(folder: string, options: PackageOptions, signal: AbortSignal): Promise<number> {
  const { label, output, ccaas, build, name, version } = options
  try {
    const { packageChaincode } = await import('../../../core/index.ts')
    const result = await packageChaincode(
      {
        folder,
        ...(name === undefined ? {} : { name }),
        ...(version === undefined ? {} : { version }),
        ...(label === undefined ? {} : { label }),
        ...(output === undefined ? {} : { output }),
        ...(ccaas === undefined ? {} : { ccaas: { address: ccaas } }),
        ...(build === false ? { build } : {}),
      },
      {
        project(unknown) {
          throw new PeerError('CHAINCODE_UNKNOWN', { name: unknown, known: [] })
        },
        print: (line) => say(line.text),
        timeoutMs: BUILD_TIMEOUT_MS,
      },
      signal,
    )
    print(result)
    return tell(result)
  } catch (error) {
    print(errorDocument(error))
    // Whoever interrupted it knows.
    if (!signal.aborted) sayError(error)
    return exitCodeOfError(PeerError.from(error).code)
  }
}

function tell({ file, packageId, size, files, differences }: PackageResult): number {
  for (const { fatal, what, why, do: advice, file: where, line } of differences) {
    const place = where === undefined ? '' : ` (${where}${line === undefined ? '' : `:${line}`})`
    say(`${fatal ? '✗' : '!'} ${what}${place}\n  why: ${why}\n  do:  ${advice}`)
  }
  say(`${file}: ${files.length === 1 ? '1 file' : `${files.length} files`}, ${Math.ceil(size / 1000)} kB`)
  say(`package id ${packageId}`)
  if (!differences.some(({ fatal }) => fatal)) return exitCode.good
  say('It was written, but what is marked ✗ keeps this chaincode from working on a peer.')
  return exitCode.launch
}
