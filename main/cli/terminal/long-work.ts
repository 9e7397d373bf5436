import type { LaunchStep, StepName } from '../../../core/contract/launch-state.ts'

/** Nobody wonders before. */
const PATIENCE_MS = 2_000
/** Between two signs of life. */
const PAUSE_MS = 15_000

const doing: Partial<Record<StepName, string>> = {
  install: 'installing its dependencies',
  build: 'building',
  package: 'packaging',
  dependencies: 'building the image of its dependencies',
  image: 'building its image',
  create: 'creating its container',
  start: 'starting',
  dial: 'connecting to it',
  registered: 'waiting until it registers',
  ready: 'waiting until it is ready',
}

/** Says what takes long, while it does. */
export interface LongWork {
  /** From now on this is under way; saying the same again changes nothing. */
  begins(what: string): void
  ends(what: string): void
  /** A step of a launch, as its events report it. */
  step(chaincode: string, step: LaunchStep): void
  close(): void
}

interface Told {
  since: number
  told: boolean
  timer: NodeJS.Timeout
}

/** What lasts for two seconds is told, every fifteen seconds again, and how long it took once it is over. */
export function newLongWork(tell: (text: string) => void): LongWork {
  const underWay = new Map<string, Told>()

  function begins(what: string): void {
    if (underWay.has(what)) return
    const told: Told = { since: performance.now(), told: false, timer: setTimeout(tellIt, PATIENCE_MS).unref() }
    function tellIt(): void {
      tell(told.told ? `${what}: ${seconds(told.since)} so far …` : `${what} …`)
      told.told = true
      told.timer = setTimeout(tellIt, PAUSE_MS).unref()
    }
    underWay.set(what, told)
  }

  function ends(what: string, how = ''): void {
    const told = underWay.get(what)
    if (told === undefined) return
    clearTimeout(told.timer)
    underWay.delete(what)
    if (told.told) tell(`${what}: ${how}${seconds(told.since)}`)
  }

  return {
    begins,
    ends: (what) => ends(what),
    step(chaincode, { name, state, note }) {
      const words = doing[name]
      if (words === undefined) return
      const what = `${chaincode}: ${words}`
      // What a step has found out about itself comes after its start: `npm ci`.
      const known = [...underWay.keys()].find((key) => key === what || key.startsWith(`${what} (`))
      if (state === 'running') begins(known ?? (note === undefined ? what : `${what} (${note})`))
      else if (known !== undefined) ends(known, state === 'failed' ? 'failed after ' : '')
    },
    close() {
      for (const { timer } of underWay.values()) clearTimeout(timer)
      underWay.clear()
    },
  }
}

function seconds(since: number): string {
  return `${Math.round((performance.now() - since) / 1000)} s`
}
