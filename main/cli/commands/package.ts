import { PeerError } from '../../../core/contract/error.ts'
import type { PackageResult } from '../../../core/contract/package.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { say } from '../../host/say.ts'
import { trustedFolders } from '../../host/trusted-folders.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { print, printError } from '../terminal/print.ts'
import type { PackageOptions } from './options.ts'

const BUILD_TIMEOUT_MS = 300_000

/**
 * `slipway package FOLDER`: write the lifecycle package that a real peer installs, and print one JSON document on stdout.
 * Starts no peer and doesn't need Docker. If the chaincode wouldn't work on a peer, the package is written all the same,
 * but the exit code is that of a failed build.
 */
export async function packageFolder(folder: string, options: PackageOptions, signal: AbortSignal): Promise<number> {
  const { label, output, ccaas, build, name, version, trust } = options
  try {
    const { packageChaincode, readProjects } = await import('../../../core/index.ts')
    await readProjects(folder, {}, { checkTrust: trustedFolders({ trustsAll: trust }).check })
    const result = await packageChaincode(
      {
        folder,
        ...withoutUndefined({
          name,
          version,
          label,
          output,
          ccaas: ccaas === undefined ? undefined : { address: ccaas },
        }),
        build: build ?? true,
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
    print(result satisfies PackageResult, options)
    return report(result)
  } catch (error) {
    return printError(error, signal, options)
  }
}

function report({ file, packageId, size, files, differences }: PackageResult): number {
  for (const { fatal, what, why, do: advice, file: where, line } of differences) {
    const place = where === undefined ? '' : ` (${where}${line === undefined ? '' : `:${line}`})`
    say(`${fatal ? '✗' : '!'} ${what}${place}\n  why: ${why}\n  do:  ${advice}`)
  }
  say(`${file}: ${files.length === 1 ? '1 file' : `${files.length} files`}, ${Math.ceil(size / 1000)} kB`)
  say(`package id ${packageId}`)
  if (!differences.some(({ fatal }) => fatal)) return exitCode.good
  say('The package was written, but the points marked ✗ keep this chaincode from working on a peer.')
  return exitCode.launch
}
