import type { CauseKind } from '../contract/cause.ts'
import { SURE, type Found, type Reader } from './found.ts'

/** npm 10 and later; before, `npm ERR! `. */
const SAID = /^npm (?:error|ERR!)(?: (.*))?$/
/** What npm says of itself and of the system, around the cause. */
const NOISE =
  /^(?:code |errno |syscall |path |dest |cwd |A complete log|For a full report|\/|node_modules\/|Lifecycle script|workspace |location |network (?:This is|In most|If you)|To see a list|$)/

interface Line {
  text: string
  at: number
}

/** What the cause begins with, and how much of that is a label. */
interface Known {
  begins: RegExp
  label?: RegExp
  kind: CauseKind
  fix?: string
}

const BY_CODE: Record<string, Known> = {
  EJSONPARSE: { begins: /^JSON\.parse /, label: /^JSON\.parse /, kind: 'config' },
  EBADENGINE: { begins: /^engine Not compatible/, label: /^engine /, kind: 'version' },
  EBADPLATFORM: { begins: /^notsup Unsupported platform/, label: /^notsup /, kind: 'native' },
  E404: { begins: /^404 /, label: /^404 +/, kind: 'dependencies' },
  ETARGET: { begins: /^notarget No matching/, label: /^notarget /, kind: 'dependencies' },
  EUSAGE: { begins: /^`npm ci` can only/, kind: 'dependencies', fix: 'npm install' },
  EINTEGRITY: { begins: /integrity checksum failed/, kind: 'dependencies' },
  ENOENT: { begins: /^(?:enoent )?(?:Could not read|ENOENT)/, label: /^enoent /, kind: 'missing-file' },
  ENOSPC: { begins: /^(?:nospc )?ENOSPC/, label: /^nospc /, kind: 'disk' },
  EACCES: { begins: /EACCES/, kind: 'permission' },
  EPERM: { begins: /EPERM/, kind: 'permission' },
}
const NETWORK =
  /^(?:ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTCACHED|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|FETCH_ERROR|E5\d\d|ERR_INVALID_URL|\w*CERT\w*|UNABLE_TO_\w+|EPROTO)$/

/** What npm says of a failed install. Where a script failed, what the script printed says more. */
export const readNpm: Reader = (lines) => {
  const said: Line[] = []
  for (const [at, line] of lines.entries()) {
    const match = SAID.exec(line)
    if (match !== null) said.push({ text: (match[1] ?? '').trim(), at })
  }
  if (said.length === 0) return undefined
  const code = /^code (\S+)/.exec(said.find(({ text }) => text.startsWith('code '))?.text ?? '')?.[1] ?? ''
  if (code === 'ERESOLVE') return resolution(said)
  if (NETWORK.test(code)) return request(said)
  const known = BY_CODE[code]
  if (known !== undefined) return byCode(said, known)
  if (isScript(said)) return scriptWords(lines, said)
  const line = plain(said)
  return line && found(line, line.text.startsWith('Missing script') ? 'command' : 'config', line.text, SURE.certain)
}

function request(said: readonly Line[]): Found | undefined {
  const line = said.find(({ text }) => /request to |network .*reason|getaddrinfo|connect /.test(text)) ?? plain(said)
  return line && found(line, 'network', line.text.replace(/^network /, ''), SURE.certain)
}

function byCode(said: readonly Line[], { begins, label, kind, fix }: Known): Found | undefined {
  const line = said.find(({ text }) => begins.test(text)) ?? plain(said)
  if (line === undefined) return undefined
  return { ...found(line, kind, label === undefined ? line.text : line.text.replace(label, ''), SURE.certain), fix }
}

function found({ at }: Line, kind: CauseKind, message: string, sure: number): Found {
  return { message, kind, sure, at }
}

/** The first line that isn't about npm itself. */
function plain(said: readonly Line[]): Line | undefined {
  return said.find(({ text }) => !NOISE.test(text)) ?? said[0]
}

/** What couldn't be resolved is below its heading; what was found instead above it. */
function resolution(said: readonly Line[]): Found | undefined {
  const heading = said.findIndex(({ text }) => text.startsWith('Could not resolve dependency'))
  const line = said[heading + 1] ?? plain(said)
  return line && found(line, 'dependencies', line.text, SURE.certain)
}

function isScript(said: readonly Line[]): boolean {
  return said.some(({ text }) => /^command failed|^Lifecycle script|^Exit status|^errno \d+$/.test(text))
}

/** A script failed: its own last words, which npm repeats below `command …` or left above. */
function scriptWords(lines: readonly string[], said: readonly Line[]): Found | undefined {
  const command = said.findIndex(({ text }) => /^command (?!failed)/.test(text))
  const repeated = command < 0 ? [] : said.slice(command + 1).filter(({ text }) => !NOISE.test(text))
  const last = repeated.findLast(({ text }) => /\berr(?:or)?\b/i.test(text)) ?? repeated.at(-1)
  if (last !== undefined) return found(last, 'thrown', last.text.replace(/^gyp ERR! /, ''), SURE.summary)
  const begin = said[0]?.at ?? 0
  for (let at = begin - 1; at >= 0; at--) {
    const text = (lines[at] ?? '').trim()
    if (text !== '' && !/^> |^npm (?:warn|notice|WARN) /.test(text))
      return { message: text, kind: 'thrown', sure: SURE.summary, at }
  }
  const line = plain(said)
  return line && found(line, 'thrown', line.text, SURE.guess)
}
