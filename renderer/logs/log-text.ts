import type { LogLine } from '../../core/contract/log.ts'
import { timeOfDay } from '../parts/format.ts'
import { withoutColours } from '../parts/log-spans.ts'

/** Lines as plain text: time, source, text, without colours. */
export function logText(lines: LogLine[]): string {
  return lines
    .map(
      (line) =>
        `${timeOfDay(line.at)} ${[line.chaincode ?? line.source, line.organisation].filter(Boolean).join(' ').padEnd(12)} ${withoutColours(line.text)}\n`,
    )
    .join('')
}
