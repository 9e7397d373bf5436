import { protocol } from 'electron'
import type { Assets } from '../host/assets.ts'
import { securityHeaders } from '../host/security-headers.ts'

/** The origin of our page in the window and of nothing else; with `file:`, every file would have the same origin. */
export const APP_ORIGIN = 'app://slipway'

/** Give our scheme an origin and make it count as secure; call it before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Answer our scheme's requests from the built renderer. */
export function serveApp(assets: Assets): void {
  // The page talks to its host only through the preload script.
  const headers = securityHeaders("'none'")
  protocol.handle('app', (request) => {
    const { host, pathname } = new URL(request.url)
    const asset = host === 'slipway' ? assets.get(pathname) : undefined
    if (asset === undefined) return new Response('not found', { status: 404, headers })
    return new Response(new Uint8Array(asset.body), { headers: { ...headers, ...asset.headers } })
  })
}

/** Whether a frame is the top frame of its window and shows our page. */
export function isOurPage(frame: { url: string; parent: unknown } | null | undefined): boolean {
  return frame?.parent === null && isAppUrl(frame.url)
}

/** Whether an address has our scheme and host. */
export function isAppUrl(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol: scheme, host } = new URL(address)
  return scheme === 'app:' && host === 'slipway'
}
