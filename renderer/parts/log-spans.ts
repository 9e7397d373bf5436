import Anser from 'anser'
import { causePlace } from '../../core/contract/cause.ts'
import type { LinePlace } from '../../core/contract/log.ts'
import { visibleWithColours } from '../../core/contract/visible.ts'

/** A piece of a log line in one style. */
export interface LogSpan {
  text: string
  /** Names of ANSI colours and decorations, which the theme styles. */
  classes: string
  /** A colour without a name. */
  style: string
  match: boolean
  place?: LinePlace
}

const ESCAPE = '\u001b'
// The values that Anser's JSON has for the sixteen named colours.
const names: Record<string, string> = {
  '0, 0, 0': 'black',
  '187, 0, 0': 'red',
  '0, 187, 0': 'green',
  '187, 187, 0': 'yellow',
  '0, 0, 187': 'blue',
  '187, 0, 187': 'magenta',
  '0, 187, 187': 'cyan',
  '85, 85, 85': 'black',
  '255, 85, 85': 'red',
  '0, 255, 0': 'green',
  '255, 255, 85': 'yellow',
  '85, 85, 255': 'blue',
  '255, 85, 255': 'magenta',
  '85, 255, 255': 'cyan',
}

/** Split a line where its colour changes, at places in files, and at matches of the search. */
export function logSpans(raw: string, places: LinePlace[], search: string): LogSpan[] {
  const text = visibleWithColours(raw)
  const plain = { classes: '', style: '', match: false }
  const coloured: LogSpan[] = text.includes(ESCAPE)
    ? Anser.ansiToJson(text, { json: true, remove_empty: true }).map(spanOf)
    : [{ text, ...plain }]
  return coloured.flatMap((span) => cutPlaces(span, places)).flatMap((span) => cutMatches(span, search))
}

/** A line without its colours, e.g. to copy. */
export function withoutColours(text: string): string {
  const shown = visibleWithColours(text)
  return shown.includes(ESCAPE) ? Anser.ansiToText(shown) : shown
}

function spanOf(entry: Anser.AnserJsonEntry): LogSpan {
  // Anser's types omit null, for no colour.
  const fg = entry.fg as string | null
  const name = fg === null ? undefined : names[fg]
  const style = name === undefined && fg !== null ? `color: rgb(${fg})` : ''
  const classes = [...(name === undefined ? [] : [name]), ...entry.decorations].join(' ')
  return { text: entry.content, classes, style, match: false }
}

function cutPlaces(span: LogSpan, places: LinePlace[]): LogSpan[] {
  for (const place of places) {
    const match = placePattern(place).exec(span.text)
    if (match === null) continue
    const before = span.text.slice(0, match.index)
    const after = span.text.slice(match.index + match[0].length)
    return [
      ...(before === '' ? [] : cutPlaces({ ...span, text: before }, places)),
      { ...span, text: match[0], place },
      ...(after === '' ? [] : cutPlaces({ ...span, text: after }, places)),
    ]
  }
  return [span]
}

/** A place as compilers and stack traces write it: `path/file.ts:4:2`, `file.ts(4,2)`, `file.go:4`. */
function placePattern(place: LinePlace): RegExp {
  if (place.printed !== undefined) return new RegExp(literally(place.printed))
  const name = literally(place.file.split(/[/\\]/).at(-1) ?? place.file)
  return new RegExp(
    `[^\\s("'\`]*${name}(?::${place.line}(?!\\d)(?::\\d+)?|\\(${place.line}(?:,\\d+)?\\)|:\\[${place.line}(?:,\\d+)?\\])`,
  )
}

/** Compiled code, and what it was compiled from: what was printed stays to be read. */
export function withOrigin(text: string, place: LinePlace): string {
  return place.printed === undefined ? text : `${text} → ${causePlace(place) ?? ''}`
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function cutMatches(span: LogSpan, search: string): LogSpan[] {
  if (search === '' || span.place !== undefined) return [span]
  const needle = search.toLowerCase()
  const lower = span.text.toLowerCase()
  const pieces: LogSpan[] = []
  let from = 0
  for (let at = lower.indexOf(needle); at >= 0; at = lower.indexOf(needle, from)) {
    if (at > from) pieces.push({ ...span, text: span.text.slice(from, at) })
    pieces.push({ ...span, text: span.text.slice(at, at + needle.length), match: true })
    from = at + needle.length
  }
  if (from < span.text.length) pieces.push({ ...span, text: span.text.slice(from) })
  return pieces
}
