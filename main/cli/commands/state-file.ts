import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { PeerError } from '../../../core/contract/error.ts'
import type { StateCopy } from '../../../core/contract/seed.ts'
import { withoutUndefined } from '../../../core/contract/without-undefined.ts'
import { say } from '../../host/say.ts'
import { print } from '../terminal/print.ts'
import { folderAndName, withChannel } from './folder-channel.ts'
import type { StateOptions } from './options.ts'

/** `slipway export-state [FOLDER]`: the state of the folder's channel, on stdout or with `--out` in a file. */
export async function exportState(folder: string, options: StateOptions): Promise<number> {
  const { out, chaincode, force } = options
  const scratch = out === undefined ? await mkdtemp(join(tmpdir(), 'slipway-state-')) : undefined
  const file = scratch === undefined ? resolve(out ?? '') : join(scratch, 'state.jsonl')
  try {
    return await withChannel(folder, options, async ({ api, channel }) => {
      const copy = await api.exportState(withoutUndefined({ channel, file, chaincode, force }))
      if (scratch === undefined) print(copy, options)
      else await pipeline(createReadStream(file), process.stdout, { end: false })
      say(`Exported ${wordsOf(copy)} of ${channel}, as it is after ${copy.height} blocks.`)
    })
  } finally {
    if (scratch !== undefined) await rm(scratch, { recursive: true, force: true })
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
