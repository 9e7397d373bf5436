import { newSuspensions } from './jdwp-suspensions.ts'
import type { Runtime } from './runtime.ts'

const agentAt = (address: string) => `-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=${address}`
const AGENT = agentAt('127.0.0.1:0')

/** The Java Debug Wire Protocol. It takes one editor at a time, and listens on another port when that one has left. */
export const jdwp: Runtime = {
  protocol: 'jdwp',
  usualPort: 5005,
  oneEditor: true,
  started([program = '', ...args], env) {
    if (program === 'java') return Promise.resolve({ argv: [program, AGENT, ...args], env })
    const options = [env['JAVA_TOOL_OPTIONS'], AGENT].filter(Boolean).join(' ')
    return Promise.resolve({ argv: [program, ...args], env: { ...env, JAVA_TOOL_OPTIONS: options } })
  },
  contained: ({ argv, env }, { host, port }) => ({
    argv,
    env: {
      ...env,
      JAVA_TOOL_OPTIONS: [env['JAVA_TOOL_OPTIONS'], agentAt(`${host}:${port}`)].filter(Boolean).join(' '),
    },
    files: [],
  }),
  heard(line) {
    const port = /^Listening for transport dt_socket at address: (?:\S*:)?(\d+)$/.exec(line.trim())?.[1]
    return port === undefined ? undefined : { port: Number(port) }
  },
  listen: newSuspensions,
}
