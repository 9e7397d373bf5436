import type { CauseKind } from '../contract/cause.ts'
import { readCompilerLine } from './compiler-line.ts'
import { firstError } from './first-error.ts'
import { firstIndex, SURE, type Found, type Reader, type Sources } from './found.ts'

/** Lines of the go command that report progress. */
const PROGRESS = /^go: (?:downloading|finding|extracting|creating|added|upgraded|found|warning:|writing)\b/
/** What it says without a place in a file. */
const WITHOUT_PLACE: RegExp[] = [
  /^go: .+/,
  /^cgo: .+/,
  /^\s+imports .+: .+/,
  /^package .+ is not in (?:std|GOROOT)/,
  /^package .+: .+/,
  /^no (?:required module|Go files|non-test Go files)\b.*/,
  /^found packages .+/,
  /^import cycle not allowed/,
  /^verifying .+: checksum mismatch/,
  /^runtime\.main_main·f: .+/,
  /^(?:\S*\/)?ld: .+/,
  /^link: .+/,
  /^(?:\S+: )?(?:fatal )?error: .+/,
  /^build constraints exclude all Go files/,
]

/** Those that nothing but Go says. */
const DISTINCT =
  /^found packages .+\.go\)|^no (?:required module|(?:non-test )?Go files)|^import cycle not|^runtime\.main_main·f|\bGo\b/
/** Somewhere above, the go command names itself or a package. */
const GO = /^go: |^# \S+$|^cgo: |^package |\timports /

/** What `go build`, `go vet` and the go command's modules say. */
export const readGoBuild: Reader = (lines, sources) => readPlaced(lines, sources) ?? readUnplaced(lines, sources)

/** The first error in the author's files; else, in a module's. */
function readPlaced(lines: readonly string[], sources: Sources): Found | undefined {
  return firstError(lines, sources, (text, at) => {
    const read = /\.go:\d/.test(text) ? readCompilerLine(text) : undefined
    if (read === undefined) return undefined
    return { ...read, kind: kindOf(read.message, 'compile'), fix: fixOf(read.message, lines[at + 1]) }
  })
}

function readUnplaced(lines: readonly string[], sources: Sources): Found | undefined {
  for (const pattern of WITHOUT_PLACE) {
    const at = lines.findIndex((line) => pattern.test(line) && !PROGRESS.test(line))
    if (at < 0) continue
    const isGo = DISTINCT.test(lines[at] ?? '') || lines.some((line) => GO.test(line))
    if (!isGo) continue
    return unplaced(lines, at, sources)
  }
  return undefined
}

/** `go: errors parsing go.mod:` only announces the lines below. */
function unplaced(lines: readonly string[], at: number, sources: Sources): Found {
  const text = (lines[at] ?? '').trim()
  const below = text.endsWith(':') ? firstIndex(lines, /\S/, at + 1, at + 3) : -1
  const line = below < 0 ? text : (lines[below] ?? '').trim()
  const place = /^(\S*go\.(?:mod|sum|work)):(\d+)(?::(\d+))?: (.+)$/.exec(line)
  const message = place?.[4] ?? line.replace(/^go: /, '')
  return {
    message,
    ...(place?.[1] === undefined ? undefined : sources.own(place[1], Number(place[2]))),
    kind: kindOf(message, /^cgo: |ld: /.test(line) ? 'native' : 'config'),
    fix: fixOf(message, lines[at + 1]),
    sure: SURE.certain,
    at: below < 0 ? at : below,
  }
}

/** First match wins. */
const KINDS: [RegExp, CauseKind][] = [
  [
    /GOPROXY=off|dial tcp|lookup \S+ on|i\/o timeout|connection refused|TLS handshake|x509: |no such host|proxyconnect|\b50[0-9] /,
    'network',
  ],
  [
    /missing go\.sum entry|no required module provides|cannot find module providing|is not in (?:std|GOROOT)|cannot find package|inconsistent vendoring|updates to go\.mod needed/,
    'missing-module',
  ],
  [/requires go >= |requires go1\.|language version|invalid go version|toolchain not available|GOTOOLCHAIN/, 'version'],
  [/checksum mismatch|unknown revision|invalid version|reading \S+: 40[34]/, 'dependencies'],
  [/C compiler .* not found|build constraints exclude all Go files|cgo/, 'native'],
  [/no space left/, 'disk'],
  [/permission denied/, 'permission'],
]

function kindOf(message: string, otherwise: CauseKind): CauseKind {
  return KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? otherwise
}

/** The go command prints what would fix it below, indented; sometimes in the same line. */
function fixOf(message: string, below: string | undefined): string | undefined {
  if (/missing go\.sum entry|updates to go\.(?:mod|sum) needed/.test(message)) return 'go mod tidy'
  if (message.includes('inconsistent vendoring')) return 'go mod vendor'
  // The shim of Fabric 1.x was part of Fabric itself.
  if (message.includes('github.com/hyperledger/fabric/core/chaincode/shim'))
    return 'go get github.com/hyperledger/fabric-chaincode-go/v2'
  return /^\s+(go (?:get|mod|work|vet) .+)$/.exec(below ?? '')?.[1]
}
