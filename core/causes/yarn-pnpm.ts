import type { CauseKind } from '../contract/cause.ts'
import { SURE, type Found, type Reader } from './found.ts'

const FORMS: RegExp[] = [
  // pnpm: ` ERR_PNPM_OUTDATED_LOCKFILE  Cannot install with "frozen-lockfile" …`
  /^\s*(?:\[)?(?<code>ERR_PNPM_\w+)\]?\s+(?<message>.+)$/,
  // yarn 2 and later: `➤ YN0028: │ The lockfile would have been modified …`
  /^➤ (?<code>YN(?!0000)\d{4}): (?:[│├└┌] ?)*(?<message>.+)$/,
  /^(?<code>Usage Error): (?<message>.+)$/,
  // yarn 1: `error Couldn't find package …`
  /^error (?!TS\d|Command failed|found)(?<message>.+)$/,
]

/** First match wins. */
const KINDS: [RegExp, CauseKind][] = [
  [
    /ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ECONNRESET|META_FETCH_FAIL|NO_OFFLINE|network connection|getaddrinfo/,
    'network',
  ],
  [/engine "|Unsupported engine|UNSUPPORTED_ENGINE|incompatible with this module/, 'version'],
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
      return said(code, message.trim(), at)
    }
  }
  return undefined
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
    sure: SURE.likely,
    at,
  }
}
