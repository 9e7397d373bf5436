/** What matters of a go.mod or go.work, with line numbers from 1. */
export interface GoMod {
  /** `1.23.0` */
  go: { version: string; line: number } | undefined
  requires: { module: string; version: string; line: number }[]
  /** `replace … => target`; a target without a version is a folder. */
  replaces: { module: string; target: string; isFolder: boolean; line: number }[]
  /** Only in a go.work. */
  uses: { folder: string; line: number }[]
}

/** Read a go.mod or go.work, skipping whatever isn't understood. */
export function parseGoMod(text: string): GoMod {
  const mod: GoMod = { go: undefined, requires: [], replaces: [], uses: [] }
  let block: string | undefined
  text.split('\n').forEach((raw, at) => {
    const words = raw
      .replace(/\/\/.*$/, '')
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/^["`]|["`]$/g, ''))
    if (words[0] === '') return
    if (words[0] === ')') block = undefined
    else if (words[1] === '(') block = words[0]
    else addDirective(mod, block === undefined ? words : [block, ...words], at + 1)
  })
  return mod
}

function addDirective(mod: GoMod, [name, first = '', second = '', ...rest]: string[], line: number): void {
  if (name === 'go') mod.go = { version: first, line }
  if (name === 'require') mod.requires.push({ module: first, version: second, line })
  if (name === 'use') mod.uses.push({ folder: first, line })
  if (name === 'replace') {
    const words = [second, ...rest]
    const target = words[words.indexOf('=>') + 1] ?? ''
    mod.replaces.push({ module: first, target, isFolder: /^(?:\.{1,2}(?:\/|$)|\/|[A-Za-z]:)/.test(target), line })
  }
}
