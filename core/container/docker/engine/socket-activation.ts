import { access } from 'node:fs/promises'

const DEFAULT_SOCKETS = ['unix:///var/run/docker.sock', 'unix:///run/docker.sock']

/**
 * Whether an engine that is down may be tried again unasked. Where systemd listens on docker's socket, a connection
 * starts the engine: its owner could not stop it while Slipway runs. Then its pid file tells that it runs.
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
