import type { CauseKind } from '../contract/cause.ts'
import { firstIndex, lastIndex, SURE, type Found, type Reader } from './found.ts'

const FORMS: RegExp[] = [
  // pnpm, of what isn't its own: ` ECONNREFUSED  request to http://…`
  /^\s(?<code>E(?:AI_AGAIN|CONN\w+|NOTFOUND|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOSPC|ACCES|PERM))\s{2}(?<message>.+)$/,
  // pnpm: ` ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" …`
  /^\s*(?:\[)?(?<code>ERR_PNPM_\w+)\]?\s+(?<message>.+)$/,
  // yarn 2 and later: `➤ YN0028: │ The lockfile would have been modified …`
  /^➤ (?<code>YN(?!0000)\d{4}): (?:[│├└┌] ?)*(?<message>.+)$/,
  /^(?<code>Usage Error): (?<message>.+)$/,
  // yarn 1: `error Couldn't find package …`
  /^error (?!TS\d|Command failed|found)(?<message>.+)$/,
]
/** What yarn 1 and pnpm say when a script of package.json has failed. */
const SCRIPT_FAILED = /^error Command failed with exit code|^\sELIFECYCLE\s{2}Command failed/
/** What they print around the script's own words: the script, and empty lines. */
const AROUND_SCRIPT = /^(?:[$>] .*|yarn run v.*|\s*)$/
/** Where pnpm only says that something about the versions is wrong, what it is stands below. */
const WHICH_VERSION = /^Your (?:Node|pnpm) version is incompatible with /

/** First match wins. */
const KINDS: [RegExp, CauseKind][] = [
  [
    /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|META_FETCH_FAIL|NO_OFFLINE|network connection|getaddrinfo/,
    'network',
  ],
  [/engine "|Unsupported engine|UNSUPPORTED_ENGINE|incompatible with this module/, 'version'],
  [/Command "\S+" not found|NO_SCRIPT/, 'command'],
  [/ENOSPC/, 'disk'],
  [/EACCES|EPERM/, 'permission'],
  [
    /Couldn't find package|No matching version|NO_MATCHING_VERSION|FETCH_404|lockfile|OUTDATED_LOCKFILE|PEER_DEP|Couldn't find any versions|Request failed "404/,
    'dependencies',
  ],
]

/** What yarn and pnpm say. Where a script failed, what the script printed says more. */
export const readYarnPnpm: Reader = (lines) => {
  for (const [at, line] of lines.entries()) {
    for (const form of FORMS) {
      const groups = form.exec(line)?.groups
      if (groups === undefined) continue
      const { code = '', message = '' } = groups
      const found = said(code, message.trim(), at)
      const which = code.endsWith('UNSUPPORTED_ENGINE') ? firstIndex(lines, WHICH_VERSION, at) : -1
      return which < 0 ? found : { ...found, message: lines[which] ?? '', at: which, from: at }
    }
  }
  return scriptWords(lines)
}

function said(code: string, message: string, at: number): Found {
  const text = `${code} ${message}`
  const kind = KINDS.find(([pattern]) => pattern.test(text))?.[1] ?? 'config'
  const isYarn = code.startsWith('YN') || !code.startsWith('ERR_PNPM')
  const fix = /lockfile/i.test(text) ? { fix: isYarn ? 'yarn install' : 'pnpm install' } : {}
  return {
    message,
    ...(code.startsWith('ERR_') || code.startsWith('YN') ? { code } : {}),
    kind,
    ...fix,
    // The stack below it says no more, and less of whose request it was.
    sure: kind === 'network' ? SURE.certain : SURE.likely,
    at,
  }
}

/** The last words of a script that failed. */
function scriptWords(lines: readonly string[]): Found | undefined {
  const failed = lastIndex(lines, SCRIPT_FAILED)
  for (let at = failed - 1; at >= 0; at -= 1) {
    const text = (lines[at] ?? '').trim()
    if (!AROUND_SCRIPT.test(text)) return { message: text, kind: 'thrown', sure: SURE.summary, at }
  }
  return undefined
}
