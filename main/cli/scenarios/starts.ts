import { randomUUID } from 'node:crypto'
import type { Api } from '../../../core/contract/api.ts'
import { PeerError } from '../../../core/contract/error.ts'
import type { Scenario } from '../../../core/index.ts'

interface Place {
  api: Pick<Api, 'resetChannel' | 'setCheckpoint' | 'restoreCheckpoint' | 'importState'>
  channels: readonly string[]
  /** The chaincode's channel. */
  own: string
  /** Whether its ledger is a copy of the author's, as it is now. */
  isCopy: boolean
}

/** Resolves with what takes the channels to where a scenario starts, as often as it is called. */
export async function newStarts(
  { api, channels, own, isCopy }: Place,
  signal: AbortSignal,
): Promise<(scenario: Scenario) => Promise<void>> {
  // As it is now: what a scenario writes is dropped, and this height stays reachable.
  const current = randomUUID()
  if (isCopy) for (const channel of channels) await api.setCheckpoint({ channel, name: current }, signal)
  const reset = async () => {
    for (const channel of channels) await api.resetChannel({ channel, keep: false }, signal)
  }
  const goTo = async (name: string) => {
    for (const channel of channels) await api.restoreCheckpoint({ channel, name: current, keep: false }, signal)
    if (name !== current) await api.restoreCheckpoint({ channel: own, name, keep: false }, signal)
  }
  let isUntouched = !isCopy
  return async ({ file, start }) => {
    const needsCopy = start.kind === 'current' || start.kind === 'checkpoint'
    if (needsCopy && !isCopy) {
      const reason = 'No scenario started on your ledger when this --watch began, so it has no copy of it.'
      throw new PeerError('SCENARIO_START', { file, start: nameOf(start), reason })
    }
    if (!needsCopy && !isUntouched) await reset()
    isUntouched = false
    if (start.kind === 'seed') await api.importState({ channel: own, file: start.file }, signal)
    if (!needsCopy) return
    try {
      await goTo(start.kind === 'checkpoint' ? start.name : current)
    } catch (error) {
      const isUnknown = error instanceof PeerError && error.code === 'CHECKPOINT_UNKNOWN'
      if (!isUnknown) throw error
      const { known } = error.details as { known: string[] }
      const names = known.filter((name) => name !== current)
      const reason = `Your ledger has no checkpoint of that name. ${names.length === 0 ? 'It has none.' : `It has: ${names.join(', ')}.`}`
      throw new PeerError('SCENARIO_START', { file, start: nameOf(start), reason }, { cause: error })
    }
  }
}

function nameOf(start: Scenario['start']): string {
  return start.kind === 'checkpoint' ? start.name : start.kind === 'seed' ? start.file : start.kind
}
