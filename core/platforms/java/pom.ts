import sax from 'sax'

/** The elements of a pom.xml, in its order. */
export type Pom = readonly PomElement[]

export interface PomElement {
  /** Names from the root, without namespace prefixes: `project/build/finalName`. */
  path: string
  /** Its own text and CDATA, trimmed. */
  text: string
  /** The line on which its start tag ends, from 1. */
  line: number
}

/** Characters. Real ones have thousands; the parser takes about a second for each million. */
const LONGEST = 1_000_000
const DEEPEST = 100
/** Characters of a value with its placeholders filled in, each of which could double it. */
const LONGEST_VALUE = 1_000
const MOST_ROUNDS = 10

/** A text that isn't the XML it should be, and where, from 1. */
export class XmlFault extends SyntaxError {
  readonly line: number
  readonly column: number
  readonly reason: string

  constructor(reason: string, { line, column }: { line: number; column: number }) {
    super(`${line}:${column}: ${reason}`)
    this.line = line
    this.column = column
    this.reason = reason
  }
}

/**
 * Parse a pom.xml. Comments are dropped, XML's five entities resolved; entities that a DOCTYPE declares are refused,
 * and nothing outside the text is read. Throws XmlFault: `3:7: unexpected close tag`.
 */
export function parsePom(text: string): Pom {
  if (text.length > LONGEST) throw new XmlFault(`it is longer than ${LONGEST} characters`, { line: 1, column: 1 })
  const elements: PomElement[] = []
  const open: PomElement[] = []
  const parser = sax.parser(true, { position: true })
  const fail = (message: string) => {
    throw new XmlFault(message, { line: parser.line + 1, column: parser.column })
  }
  parser.onerror = (error) => fail((error.message.split('\n')[0] ?? '').toLowerCase())
  parser.onopentag = ({ name }) => {
    if (open.length === DEEPEST) fail(`elements are nested deeper than ${DEEPEST} levels`)
    const path = [open.at(-1)?.path, name.replace(/^.*:/, '')].filter((part) => part !== undefined).join('/')
    const element = { path, text: '', line: parser.line + 1 }
    elements.push(element)
    open.push(element)
  }
  const addText = (piece: string) => {
    const element = open.at(-1)
    if (element !== undefined) element.text += piece
  }
  parser.ontext = addText
  parser.oncdata = addText
  parser.onclosetag = () => {
    const element = open.pop()
    if (element !== undefined) element.text = element.text.trim()
  }
  parser.write(text).close()
  return elements
}

/** The text of the first element of that path, with its placeholders filled in; undefined if it has none. */
export function valueAt(pom: Pom, path: string): string | undefined {
  const text = textAt(pom, path)
  return (text && interpolate(pom, text)) || undefined
}

/**
 * Fill in placeholders as Maven does: from `<properties>`, and `${project.version}` and its like from the project or its
 * parent. Undefined if one remains.
 */
export function interpolate(pom: Pom, text: string): string | undefined {
  let value = text
  for (let round = 0; value.includes('${'); round++) {
    let isComplete = round < MOST_ROUNDS && value.length <= LONGEST_VALUE
    value = value.replace(/\$\{([^{}]*)\}/g, (placeholder, name: string) => {
      const property = isComplete ? propertyOf(pom, name) : undefined
      isComplete &&= property !== undefined && property.length <= LONGEST_VALUE
      return property ?? placeholder
    })
    if (!isComplete) return undefined
  }
  return value
}

function propertyOf(pom: Pom, name: string): string | undefined {
  const field = /^(?:project|pom)\.([\w.]+)$/.exec(name)?.[1]
  if (field === undefined) return textAt(pom, `project/properties/${name}`)
  const path = field.replaceAll('.', '/')
  // A project without a version or a group of its own has its parent's.
  const isInherited = path === 'version' || path === 'groupId'
  return textAt(pom, `project/${path}`) ?? (isInherited ? textAt(pom, `project/parent/${path}`) : undefined)
}

/** As it is written; empty for `<sha1/>`. */
function textAt(pom: Pom, path: string): string | undefined {
  return pom.find((element) => element.path === path)?.text
}
