import { protocol } from 'electron'
import { securityHeaders, type Assets } from '../host/assets.ts'

/** The origin of our page in the window, and of nothing else. A scheme of our own: `file:` would be the same origin for every file. */
export const APP_ORIGIN = 'app://slipway'

/** Before the app is ready: our scheme has an origin, and counts as secure. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ])
}

/** Answer our scheme's requests from the built renderer. */
export function serveApp(assets: Assets): void {
  // The page speaks to its host through the preload script alone.
  const headers = securityHeaders("'none'")
  protocol.handle('app', (request) => {
    const { host, pathname } = new URL(request.url)
    const asset = host === 'slipway' ? assets.get(pathname) : undefined
    if (asset === undefined) return new Response('not found', { status: 404, headers })
    return new Response(new Uint8Array(asset.body), { headers: { ...headers, ...asset.headers } })
  })
}

/** Whether a frame shows our page, at the top of its window. */
export function isOurPage(frame: { url: string; parent: unknown } | null | undefined): boolean {
  return frame?.parent === null && isAppUrl(frame.url)
}

/** Whether an address is of our own scheme and host. */
export function isAppUrl(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol: scheme, host } = new URL(address)
  return scheme === 'app:' && host === 'slipway'
}
