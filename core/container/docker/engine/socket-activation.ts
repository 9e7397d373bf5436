import { access } from 'node:fs/promises'

const DEFAULT_SOCKETS = ['unix:///var/run/docker.sock', 'unix:///run/docker.sock']

/**
 * Whether Slipway may automatically try to connect to an engine that is down. If systemd listens on docker's socket, a
 * connection starts the engine, whose owner could then never stop it while Slipway runs. In that case the engine's pid
 * file shows whether it runs.
 */
export async function mayAsk(host: string): Promise<boolean> {
  if (process.platform !== 'linux' || !DEFAULT_SOCKETS.includes(host)) return true
  return !(await exists('/run/systemd/system')) || exists('/run/docker.pid')
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
