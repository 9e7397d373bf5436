import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PeerError } from '../../../core/contract/error.ts'
import type { StateCopy } from '../../../core/contract/seed.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { say } from '../../host/say.ts'
import { exitCode } from '../terminal/exit-code.ts'
import { newLongWork } from '../terminal/long-work.ts'
import { print } from '../terminal/print.ts'
import { folderAndName, withChannel } from './folder-channel.ts'
import { networkOf } from './network-call.ts'
import type { StateOptions } from './options.ts'

/**
 * `slipway export-state [FOLDER]`: the state of the folder's channel, here or on a network, on stdout or with `--out` in a
 * file.
 */
export async function exportState(folder: string, options: StateOptions, signal: AbortSignal): Promise<number> {
  const { out, chaincode, force, network, at: point } = options
  const scratch = out === undefined ? await mkdtemp(join(tmpdir(), 'slipway-state-')) : undefined
  const file = scratch === undefined ? resolve(out ?? '') : join(scratch, 'state.jsonl')
  try {
    const tell = async (copy: StateCopy, of: string): Promise<void> => {
      if (scratch === undefined) print(copy, options)
      else await pipeline(createReadStream(file), process.stdout, { end: false })
      const when = point === undefined ? 'as it is' : `as it was at ${point}`
      say(`Exported ${wordsOf(copy)} of ${of}, ${when}, after ${copy.height} blocks.`)
    }
    if (network !== undefined) {
      const { copy, channel } = await networkState(folder, file, options, signal)
      await tell(copy, `${channel} on ${network}`)
      return exitCode.good
    }
    return await withChannel(folder, options, async ({ api, channel }) =>
      tell(await api.exportState(withoutUndefined({ channel, file, chaincode, point, force }), signal), channel),
    )
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
  }
}

/** From the network's blocks; nothing is started here. */
async function networkState(
  folder: string,
  file: string,
  { channel: wanted, chaincode, force, at, network: name, dataDir, trust }: StateOptions,
  signal: AbortSignal,
): Promise<{ copy: StateCopy; channel: string }> {
  if (dataDir !== undefined)
    throw new PeerError('USAGE', { message: '--data-dir doesn’t go with --network: nothing of this machine is read.' })
  if (at !== undefined) throw new PeerError('USAGE', { message: '--at doesn’t go with --network.' })
  const { openNetwork, stateOf, writeState } = await import('../../../core/index.ts')
  const named = withoutUndefined({ network: name, channel: wanted, trust })
  const { settings, project } = await networkOf(folder, named)
  const channel = wanted ?? settings.channel ?? project.channel
  const long = newLongWork(say)
  const network = await openNetwork(settings)
  try {
    const waiting = `reading the blocks of ${channel} on ${settings.name}`
    long.begins(waiting)
    const copy = await writeState({ channel, begin: () => stateOf(network, channel, signal) }, file, {
      force,
      chaincode,
    })
    long.ends(waiting)
    return { copy, channel }
  } finally {
    long.close()
    network.close()
  }
}

/** `slipway import-state [FOLDER] FILE`: write what it holds to the folder's channel. */
export function importState(words: string[], options: StateOptions): Promise<number> {
  const [folder, name] = folderAndName(words)
  if (name === undefined) throw new PeerError('USAGE', { message: 'An import needs the file that export-state wrote.' })
  const file = resolve(name)
  return withChannel(folder, { ...options, defined: true }, async ({ api, channel }) => {
    const copy = await api.importState({ channel, file })
    print(copy, options)
    say(`Imported ${wordsOf(copy)} into ${channel}. To take them back: slipway rewind FOLDER HEIGHT`)
  })
}

function wordsOf({ keys, privateKeys }: StateCopy): string {
  const all = `${keys} ${keys === 1 ? 'key' : 'keys'}`
  return privateKeys === 0 ? all : `${all} and ${privateKeys} private ${privateKeys === 1 ? 'one' : 'ones'}`
}
