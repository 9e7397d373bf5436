/**
 * A glob as a test of paths relative to a folder, with forward slashes: `*`, `?`, `**`, `{a,b}`. As in .gitignore a
 * glob without a slash fits at any depth, and one that fits a folder fits all that is in it.
 */
export function globTest(glob: string): (path: string) => boolean {
  const plain = glob.replace(/^\.?\//, '').replace(/\/$/, '')
  const anywhere = plain.includes('/') || glob.startsWith('/') ? '' : '(?:.*/)?'
  const pattern = new RegExp(`^${anywhere}${translate(plain)}(?:/.*)?$`)
  return (path) => pattern.test(path)
}

function translate(glob: string): string {
  let depth = 0
  return glob.replace(/\*\*\/|\/\*\*$|\*\*|\*|\?|[{},]|[.+^$()|[\]\\]/g, (token) => {
    switch (token) {
      case '**/':
        return '(?:.*/)?'
      case '/**':
        return '(?:/.*)?'
      case '**':
        return '.*'
      case '*':
        return '[^/]*'
      case '?':
        return '[^/]'
      case '{':
        depth++
        return '(?:'
      case '}':
        if (depth === 0) return String.raw`\}`
        depth--
        return ')'
      case ',':
        return depth > 0 ? '|' : ','
      default:
        return `\\${token}`
    }
  })
}
