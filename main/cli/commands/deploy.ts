import { PeerError } from '../../../core/contract/error.ts'
import type { DeployResult, DeployStep } from '../../../core/contract/network.ts'
import type { PackageResult } from '../../../core/contract/package.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { say } from '../../host/say.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { newLongWork } from '../terminal/long-work.ts'
import { print, printError } from '../terminal/print.ts'
import { networkOf } from './network-call.ts'
import type { DeployOptions } from './options.ts'

const BUILD_TIMEOUT_MS = 300_000

/**
 * `slipway deploy [FOLDER] --network NAME`: package, install, approve and commit on a real network what the identity may.
 * Says each step on stderr, then what other organisations still have to do; one JSON document on stdout. Exits well where
 * nothing is left but what others have to do.
 */
export async function deployFolder(folder: string, options: DeployOptions, signal: AbortSignal): Promise<number> {
  const long = newLongWork(say)
  const tell = (step: DeployStep) => {
    if (step.step !== 'package') say(sentenceOf(step))
  }
  try {
    const { checkWritable, deploy, openNetwork } = await import('../../../core/index.ts')
    const { settings, project } = await networkOf(folder, options)
    checkWritable(settings, `deploy ${project.name}`)
    const network = await openNetwork(settings, 'admin')
    try {
      const packaged = await packageIt(folder, project, options, signal)
      say(`✓ packaged ${packaged.file}\n  package id ${packaged.packageId}`)
      const channel = options.channel ?? settings.channel ?? project.channel
      const waiting = `deploying ${project.name} on ${settings.name}`
      long.begins(waiting)
      const result = await deploy(network, { project, channel, packaged }, tell, signal)
      long.ends(waiting)
      print(result satisfies DeployResult, options)
      sayRest(result)
      return exitCodeOf(result)
    } finally {
      network.close()
    }
  } catch (error) {
    return printError(error, signal, options)
  } finally {
    long.close()
  }
}

/** @throws PeerError PACKAGE_INVALID where it wouldn't work on a peer; what packageChaincode throws */
async function packageIt(
  folder: string,
  { name, version }: { name: string; version: string },
  { label, build }: DeployOptions,
  signal: AbortSignal,
): Promise<PackageResult> {
  const { packageChaincode, refuseFatal } = await import('../../../core/index.ts')
  const packaged = await packageChaincode(
    { folder, ...withoutUndefined({ label }), name, version, build: build ?? true },
    {
      project(unknown) {
        throw new PeerError('CHAINCODE_UNKNOWN', { name: unknown, known: [] })
      },
      print: (line) => say(line.text),
      timeoutMs: BUILD_TIMEOUT_MS,
    },
    signal,
  )
  refuseFatal(packaged)
  return packaged
}

const words = {
  package: { done: 'packaged', already: 'packaged', refused: 'not packaged' },
  install: { done: 'installed on the peer', already: 'already installed on the peer', refused: 'not installed' },
  approve: {
    done: 'approved for this organisation',
    already: 'already approved for this organisation',
    refused: 'not approved for this organisation',
  },
  commit: { done: 'committed on the channel', already: 'already committed on the channel', refused: 'not committed' },
} as const
const marks = { done: '✓', already: '·', waiting: '…', refused: '✗' } as const

function sentenceOf({ step, state, reason, blockNumber }: DeployStep): string {
  const what = state === 'waiting' ? 'not committed yet: waiting' : words[step][state]
  const block = blockNumber === undefined || state !== 'done' ? '' : `, block ${blockNumber}`
  return `${marks[state]} ${what}${block}${reason === undefined ? '' : state === 'waiting' ? ` ${reason}` : `: ${reason}`}`
}

function sayRest({ network, committed, chaincode, sequence, channel, remaining, file }: DeployResult): void {
  if (committed) say(`${chaincode} is defined on ${channel} with sequence ${sequence}.`)
  for (const { mspId, commands } of remaining) {
    say(`${mspId} has yet to do, with ${file}:\n${commands.map((command) => `  ${command}`).join('\n')}`)
  }
  if (!committed && remaining.length > 0) {
    say(`Then commit it: \`slipway deploy --network ${network}\` again does that.`)
  }
}

function exitCodeOf({ steps }: DeployResult): number {
  const refused = steps.find(({ state }) => state === 'refused')
  if (refused === undefined) return exitCode.good
  return refused.validationCode === undefined ? exitCode.usage : exitCode.invalidated
}
