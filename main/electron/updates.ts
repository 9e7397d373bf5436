import type { MessageBoxOptions } from 'electron'
import { PeerError } from '../../core/contract/error.ts'
import type { UpdateSettings } from '../host/update-settings.ts'

/** What can look for, fetch and install a newer Slipway. */
export interface Updater {
  /**
   * The version that the feed names, and whether it is newer than ours. Throws UPDATE_UNSUPPORTED, UPDATE_UNREACHABLE
   * and UPDATE_FEED_MALFORMED.
   */
  check(): Promise<{ version: string; isNewer: boolean }>
  /** Throws UPDATE_FAILED. */
  download(signal: AbortSignal): Promise<void>
  /** Ends this process, installs and starts the new version. */
  install(): void
}

export interface UpdateParts {
  updater(): Promise<Updater>
  settings: UpdateSettings
  /** Ours. */
  version: string
  /** Show a dialog; answers the number of the button chosen. */
  show(box: MessageBoxOptions): Promise<number>
  showError(error: unknown): Promise<void>
  /** Wait until no call, build or launch is under way. */
  idle(signal: AbortSignal): Promise<void>
  /** End the peer. */
  close(): Promise<void>
  /** Aborted when the app quits. */
  signal: AbortSignal
}

export interface Updates {
  /** The author asks. Whatever comes of it is told. */
  check(): Promise<void>
  /** At the start: asks only if the author has turned that on, and tells only of a newer version. */
  checkIfTurnedOn(): Promise<void>
}

/** An author who wants the update waits this long for calls and builds to end. */
const IDLE_WITHIN_MINUTES = 10

/** Updates, asked for by the author or turned on by him: found, fetched, and installed between calls, never in one. */
export function updates(parts: UpdateParts): Updates {
  const { settings, version, show, showError } = parts
  let underWay: Promise<void> | undefined

  /** One at a time: a second request joins the first. */
  function once(work: () => Promise<void>): Promise<void> {
    underWay ??= work().finally(() => (underWay = undefined))
    return underWay
  }

  return {
    check: () =>
      once(async () => {
        try {
          const updater = await parts.updater()
          const found = await updater.check()
          if (found.isNewer) await offer(updater, found.version, parts)
          else
            await show({
              type: 'info',
              message: `Slipway ${version} is up to date.`,
              detail: newestText(found.version, version),
            })
        } catch (error) {
          if (!parts.signal.aborted) await showError(error)
        }
      }),
    checkIfTurnedOn: () =>
      once(async () => {
        if (!(await settings.isOn())) return
        // Nobody asked at this moment, so a failure is told when somebody does.
        const updater = await parts.updater().catch(() => undefined)
        const found = await updater?.check().catch(() => undefined)
        if (updater === undefined || found?.isNewer !== true) return
        await offer(updater, found.version, parts).catch((error: unknown) =>
          parts.signal.aborted ? undefined : showError(error),
        )
      }),
  }
}

function newestText(newest: string, ours: string): string {
  return newest === ours ? 'No newer version has been published.' : `The newest version published is ${newest}.`
}

async function offer(updater: Updater, version: string, parts: UpdateParts): Promise<void> {
  const { show, signal } = parts
  const wanted = await show({
    type: 'info',
    message: `Slipway ${version} is available.`,
    detail: `You have ${parts.version}. Slipway restarts to install it, once no call or build is under way.`,
    buttons: ['Download and Install', 'Later'],
    defaultId: 0,
    cancelId: 1,
  })
  if (wanted !== 0) return
  await updater.download(signal)
  await untilIdle(version, parts)
  await parts.close()
  updater.install()
}

async function untilIdle(version: string, { idle, signal }: UpdateParts): Promise<void> {
  const deadline = AbortSignal.timeout(IDLE_WITHIN_MINUTES * 60_000)
  try {
    await idle(AbortSignal.any([signal, deadline]))
  } catch (error) {
    if (deadline.aborted) throw new PeerError('UPDATE_POSTPONED', { version, minutes: IDLE_WITHIN_MINUTES })
    throw error
  }
}
