import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A temporary folder for this test, by its real path, removed when the test ends. */
export async function tempFolder(name = 'test'): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `slipway-${name}-`)))
  onTestFinished(() => removeFolder(folder))
  return folder
}

/** Remove a folder and everything in it. Retries, because Windows may hold a file a moment longer than its process lived. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}

/** What has a process keep its temporary files there, on every system: those of other tests stay out of sight. */
export function temporaryIn(folder: string): Record<string, string> {
  return { TMPDIR: folder, TEMP: folder, TMP: folder }
}
