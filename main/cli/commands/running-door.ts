import { canOpenBrowser, openBrowser } from '../../browser/open-browser.ts'
import { readPeerFile } from '../../host/peer-file.ts'
import { say } from '../../host/say.ts'
import { print } from '../terminal/print.ts'

/** A new address of the browser door that runs on this data; undefined if none does. */
export async function addressOfRunning(dataDir: string): Promise<string | undefined> {
  const file = await readPeerFile(dataDir)
  if (file === undefined) return undefined
  const url = new URL('/address', file.url.replace(/^ws:/, 'http:'))
  try {
    const response = await fetch(url, { method: 'POST', headers: { Authorization: `Bearer ${file.token}` } })
    const answer: unknown = response.ok ? await response.json() : undefined
    const hasAddress = typeof answer === 'object' && answer !== null && 'address' in answer
    return hasAddress && typeof answer.address === 'string' ? answer.address : undefined
  } catch {
    // Nobody answers there any more: the file is stale.
    return undefined
  }
}

/** The address for a person, and as JSON for a program that reads stdout. `opens`: in a browser too, where one can. */
export function showAddress(address: string, { opens }: { opens: boolean }): void {
  say(`Slipway is at ${address}`)
  say('The address admits one browser, once.' + (process.stdin.isTTY ? ' Press Enter for another.' : ''))
  if (!process.stdout.isTTY) print({ address })
  if (opens && canOpenBrowser()) openBrowser(address)
}
