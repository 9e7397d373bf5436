import { request } from 'node:http'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * The version of the Docker engine that answers, asked for without the docker program: on the socket or plain TCP
 * address of DOCKER_HOST, else on the usual sockets. Undefined where none answers there; the docker program may still
 * know of one (contexts, TLS, ssh). Never rejects.
 */
export async function engineVersion(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string | undefined> {
  for (const address of addresses(env)) {
    const version = await ask(address, signal)
    if (version !== undefined) return version
  }
  return undefined
}

type Address = { socketPath: string } | { host: string; port: number }

function addresses(env: NodeJS.ProcessEnv): Address[] {
  const host = env.DOCKER_HOST ?? ''
  const unix = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1]
  if (unix !== undefined) return [{ socketPath: unix }]
  const tcp = /^(?:tcp|http):\/\/([^:/]+):(\d+)/.exec(host)
  if (tcp !== null && !env.DOCKER_TLS_VERIFY) return [{ host: tcp[1] ?? '', port: Number(tcp[2]) }]
  if (host !== '') return []
  if (process.platform === 'win32') return [{ socketPath: '//./pipe/docker_engine' }]
  return [{ socketPath: '/var/run/docker.sock' }, { socketPath: join(homedir(), '.docker/run/docker.sock') }]
}

function ask(address: Address, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked = request({ ...address, path: '/version', signal, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text = (text + chunk).slice(0, 64 * 1024)))
      response.on('error', () => resolve(undefined))
      response.on('end', () => resolve(response.statusCode === 200 ? versionIn(text) : undefined))
    })
    asked.on('error', () => resolve(undefined))
    asked.end()
  })
}

function versionIn(text: string): string | undefined {
  return /"Version"\s*:\s*"([^"]+)"/.exec(text)?.[1]
}
