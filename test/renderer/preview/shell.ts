import type { Scene } from './fake-host.ts'

const ESC = '\u001b'
const greeting = `${ESC}[1m/usr/local/src${ESC}[0m # ls -l --color\r\n${ESC}[34mdist${ESC}[0m  ${ESC}[34mnode_modules${ESC}[0m  package.json  package-lock.json\r\n${ESC}[32mok${ESC}[0m ${ESC}[31merror${ESC}[0m ${ESC}[33mwarning${ESC}[0m ${ESC}[35mmagenta${ESC}[0m\r\n# `

let waiting: string[] = [greeting]
let wake: () => void = () => undefined

/** A shell that echoes what is typed. Ctrl+D ends it. */
export const shellHandlers: Scene['handlers'] = {
  openShell: () => {
    waiting = [greeting]
    return { id: 1 }
  },
  readShell: async () => {
    if (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    const text = waiting.splice(0).join('')
    return { base64: btoa(text), ...(text.includes('\u0004') ? { ended: { code: 0 } } : {}) }
  },
  writeShell: ({ base64 }) => {
    waiting.push(atob(base64).replaceAll('\r', '\r\n# '))
    wake()
  },
}
