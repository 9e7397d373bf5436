import type { Project } from '../project/project.ts'
import { sourceFiles, type SourceFile } from './source-files.ts'

/** Two places that set an event in one transaction; the same place twice where it is in a loop. */
export interface ReplacedEvent {
  file: string
  first: number
  last: number
}

const SOURCE = /(?<!_test)\.go$|\.[cm]?[jt]s$|\.java$|\.kt$/
/** Comments and literals, in which braces or names could stand. */
const NO_CODE = /\/\*[\s\S]*?\*\/|\/\/.*|`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'/g
const SETS_EVENT = /\.\s*[sS]etEvent\s*\(/y
const LEAVES = /\b(?:return|throw|panic)\b/
const LOOP = /\b(?:for|while|do)\b|\.forEach\s*\(/

/**
 * Where a function of the chaincode sets an event that a later one replaces, which no peer can see: a shim keeps only
 * the last. Undefined where its source shows none. A small reader for all languages: what it misreads gives no hint.
 */
export async function replacedEvent({ folder }: Project, called: string): Promise<ReplacedEvent | undefined> {
  const name = called.slice(called.lastIndexOf(':') + 1)
  if (!/^\w+$/.test(name)) return undefined
  const files = await sourceFiles(folder, (file) => SOURCE.test(file))
  // Of TypeScript the source, not what was compiled.
  const sorted = [
    ...files.filter(({ file }) => file.endsWith('ts')),
    ...files.filter(({ file }) => !file.endsWith('ts')),
  ]
  return sorted.map((file) => replacedIn(file, name)).find((found) => found !== undefined)
}

/** Pure. */
export function replacedIn({ file, text }: SourceFile, name: string): ReplacedEvent | undefined {
  const code = text.replace(NO_CODE, (literal) => literal.replace(/[^\n]/g, ' '))
  const lineAt = (offset: number) => code.slice(0, offset).split('\n').length
  for (const { index } of code.matchAll(new RegExp(`\\b${name}\\s*\\(`, 'g'))) {
    const body = bodyAfter(code, index)
    const pair = body === undefined ? undefined : replacing(eventsIn(code, body))
    if (pair !== undefined) return { file, first: lineAt(pair[0]), last: lineAt(pair[1]) }
  }
  return undefined
}

/** Where the block of a function begins whose name stands here; undefined if it is only called here. */
function bodyAfter(code: string, name: number): number | undefined {
  let at = code.indexOf('(', name)
  for (let depth = 0; at < code.length; at += 1) {
    if (code[at] === '(') depth += 1
    if (code[at] === ')' && --depth === 0) break
  }
  const head = /^(?:\([^()]*\)|[^(){};=])*\{/.exec(code.slice(at + 1, at + 500))
  return head === null ? undefined : at + head[0].length
}

interface Block {
  parent: Block | undefined
  isLoop: boolean
  /** Where the lines end on which it leaves the function: an event may be what is returned. */
  leaves: number[]
}

interface EventSet {
  at: number
  block: Block
}

/** The events set in the block that opens here, in order. */
function eventsIn(code: string, open: number): EventSet[] {
  const events: EventSet[] = []
  let block: Block | undefined
  for (let at = open; at < code.length; at += 1) {
    const character = code[at]
    if (character === '{') {
      const line = code.slice(code.lastIndexOf('\n', at) + 1, at)
      block = { parent: block, isLoop: block !== undefined && LOOP.test(line), leaves: [] }
    } else if (character === '}') {
      block = block?.parent
      if (block === undefined) return events
    } else if (block !== undefined) {
      SETS_EVENT.lastIndex = at
      if (SETS_EVENT.test(code)) events.push({ at, block })
      if (/\w/.test(character ?? '') && !/\w/.test(code[at - 1] ?? '') && LEAVES.test(code.slice(at, at + 7)))
        block.leaves.push(lineEnd(code, at))
    }
  }
  return events
}

function lineEnd(code: string, at: number): number {
  const end = code.indexOf('\n', at)
  return end < 0 ? code.length : end
}

/** The first two of which one replaces the other. */
function replacing(events: readonly EventSet[]): [number, number] | undefined {
  for (const [i, first] of events.entries()) {
    const next = events.slice(i + 1).find((second) => follows(first, second))
    if (next !== undefined) return [first.at, next.at]
    if (isInLoop(first)) return [first.at, first.at]
  }
  return undefined
}

/** Whether both may run, the second after the first. Of two branches only one runs. */
function follows(first: EventSet, second: EventSet): boolean {
  for (let block: Block | undefined = first.block; block !== undefined; block = block.parent) {
    const isCommon = block === first.block ? encloses(block, second.block) : block === second.block
    if (isCommon) return !block.leaves.some((at) => at > first.at && at < second.at)
    if (block.leaves.some((at) => at > first.at)) return false
  }
  return false
}

function encloses(outer: Block, inner: Block): boolean {
  for (let block: Block | undefined = inner; block !== undefined; block = block.parent) {
    if (block === outer) return true
  }
  return false
}

function isInLoop({ at, block }: EventSet): boolean {
  for (let each: Block | undefined = block; each !== undefined; each = each.parent) {
    if (each.leaves.some((leave) => leave > at)) return false
    if (each.isLoop) return true
  }
  return false
}
