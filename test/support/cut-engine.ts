import { createServer, connect, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { tempFolder } from './temp.ts'

/** The way to a Docker engine, which a test can cut and restore: for whoever uses it, the engine went away and came back. */
export interface EngineWay {
  host: string
  cut(): Promise<void>
  restore(): Promise<void>
}

export async function wayToEngine(
  host = process.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock',
): Promise<EngineWay> {
  const target = host.replace(/^unix:\/\//, '')
  const path = join(await tempFolder('way'), 'docker.sock')
  const sockets = new Set<Socket>()
  let server: Server | undefined
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => sockets.delete(socket))
  }
  const restore = () =>
    new Promise<void>((resolve) => {
      server = createServer({ allowHalfOpen: true }, (near) => {
        const far = connect({ path: target, allowHalfOpen: true })
        keep(near)
        keep(far)
        near.pipe(far).pipe(near)
        near.once('close', () => far.destroy())
        far.once('close', () => near.destroy())
      }).listen(path, resolve)
    })
  const cut = async () => {
    const closed = new Promise<void>((resolve) => {
      if (server === undefined) resolve()
      else server.close(() => resolve())
    })
    for (const socket of sockets) socket.destroy()
    await closed
    server = undefined
  }
  await restore()
  onTestFinished(cut)
  return { host: `unix://${path}`, cut, restore }
}
