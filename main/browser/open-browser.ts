import { spawned } from '../../core/process/spawned.ts'

/** Whether a browser can be opened: somebody is looking at this machine's screen. */
export function canOpenBrowser(env: NodeJS.ProcessEnv = process.env): boolean {
  if (env['CI'] || env['SSH_CONNECTION'] || env['SSH_TTY']) return false
  if (process.platform !== 'linux') return true
  return Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'] || env['WSL_DISTRO_NAME'])
}

/** Open an address in the default browser. Best effort: the address is on the terminal too. */
export function openBrowser(address: string): void {
  const [program, args] = opener(address)
  spawned(program, args, { detached: true, stdio: 'ignore' }).then(
    (child) => child.unref(),
    // The program doesn't exist: the author uses the printed address.
    () => undefined,
  )
}

function opener(address: string): [string, string[]] {
  if (process.platform === 'darwin') return ['open', [address]]
  if (process.platform === 'win32') return ['rundll32.exe', ['url.dll,FileProtocolHandler', address]]
  if (process.env['WSL_DISTRO_NAME']) return ['wslview', [address]]
  return ['xdg-open', [address]]
}
