import type { CauseKind } from '../contract/cause.ts'
import { SURE, type Reader } from './found.ts'

/** What builders of images say: the classic one, BuildKit, and Podman's. */
const FORMS: { pattern: RegExp; kind: CauseKind }[] = [
  {
    pattern: /^(?:COPY|ADD) failed: (.+)$|^ERROR: failed to (?:compute cache key|calculate checksum).*/,
    kind: 'missing-file',
  },
  {
    pattern: /pull access denied|manifest (?:for .* )?(?:unknown|not found)|repository does not exist/,
    kind: 'missing-module',
  },
  {
    pattern:
      /(?:dial tcp|lookup \S+|no such host|TLS handshake|i\/o timeout|Temporary failure in name resolution|Could not resolve host)/,
    kind: 'network',
  },
  { pattern: /no space left on device/, kind: 'disk' },
  { pattern: /^(?:Dockerfile(?: parse error|:\d+)|dockerfile parse error|unknown instruction).*/i, kind: 'config' },
]
/** It only says that a command failed; the command's output says why. */
const STEP =
  /^The command '.*' returned a non-zero code: \d+|^(?:Error|ERROR): (?:building at STEP|failed to (?:build|solve)).*/

export const readDockerBuild: Reader = (lines) => {
  for (const { pattern, kind } of FORMS) {
    const at = lines.findLastIndex((line) => pattern.test(line))
    if (at >= 0) return { message: (lines[at] ?? '').trim(), kind, sure: SURE.summary, at }
  }
  const at = lines.findLastIndex((line) => STEP.test(line))
  return at < 0 ? undefined : { message: (lines[at] ?? '').trim(), kind: 'unknown', sure: SURE.guess, at }
}
