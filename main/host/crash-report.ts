import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { version } from '../../package.json' with { type: 'json' }
import { stackOf } from './say.ts'
import { settingsFolder } from './settings-folder.ts'

/** Older ones are removed. */
const KEPT = 20

/** What ended the process: an exception, or a promise's rejection, that nothing handled. */
export type CrashKind = 'uncaughtException' | 'unhandledRejection'

/**
 * Write a crash down in `crashes/` of the settings folder, or a temporary folder if that can't be written. Returns the
 * file; undefined if neither can. Synchronous, because nothing else can be relied on in a process that crashes.
 */
export function writeCrashReport(kind: CrashKind, thrown: unknown): string | undefined {
  const at = new Date()
  const name = `${at.toISOString().replaceAll(':', '-')}-${process.pid}.txt`
  const text = reportText(kind, thrown, at)
  for (const folder of [join(settingsFolder(), 'crashes'), tmpdir()]) {
    try {
      mkdirSync(folder, { recursive: true })
      const file = join(folder, folder === tmpdir() ? `slipway-crash-${name}` : name)
      writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
      if (folder !== tmpdir()) prune(folder)
      return file
    } catch {
      // The next place, or none: the words on the screen remain.
    }
  }
  return undefined
}

/** No arguments and no environment: they may hold what is private. */
function reportText(kind: CrashKind, thrown: unknown, at: Date): string {
  const { node, electron, chrome } = process.versions
  const engines = [
    `Node ${node}`,
    ...('electron' in process.versions ? [`Electron ${electron}`, `Chromium ${chrome}`] : []),
  ]
  return [
    `Slipway ${version}, ${process.platform} ${process.arch}, ${engines.join(', ')}`,
    `${at.toISOString()}, ${Math.round(process.uptime())} s after its start`,
    '',
    `${kind}: ${thrown instanceof Error ? stackOf(thrown) : String(thrown)}`,
    '',
  ].join('\n')
}

/** The names begin with the time. */
function prune(folder: string): void {
  const reports = readdirSync(folder).filter((name) => name.endsWith('.txt'))
  for (const name of reports.sort().slice(0, -KEPT)) rmSync(join(folder, name), { force: true })
}
