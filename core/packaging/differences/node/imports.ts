import { parse, type AnyNode, type Program } from 'acorn'
import { ancestor } from 'acorn-walk'

/** A module that a file loads. */
export interface NodeImport {
  specifier: string
  /** From 1. */
  line: number
  /** Loaded as soon as the file is; otherwise only if a function is called or a condition holds. */
  atOnce: boolean
  /** Inside `try`: the file can do without it. */
  guarded: boolean
}

/** A path that a file builds from literals. */
export interface ReadPath {
  /** Relative to the file's own folder, or to the one that the chaincode is started in. */
  from: 'file' | 'start'
  path: string
  line: number
}

export interface FileImports {
  imports: NodeImport[]
  paths: ReadPath[]
}

/** fs functions whose first argument is a path. */
const READS =
  /^(?:readFile|readFileSync|createReadStream|readdir|readdirSync|open|openSync|stat|statSync|access|accessSync|existsSync|writeFile|writeFileSync|appendFile|appendFileSync)$/

/** Code below these may never run. */
const CONDITIONAL =
  /Function|^(?:PropertyDefinition|IfStatement|ConditionalExpression|LogicalExpression|SwitchStatement)$/

/** What a JavaScript file loads and reads. Undefined if it can't be parsed. */
export function readImports(text: string, module: boolean): FileImports | undefined {
  const program = parseEither(text, module)
  if (program === undefined) return undefined
  const fileImports: FileImports = { imports: [], paths: [] }
  const add = (specifier: unknown, node: AnyNode, ancestors: AnyNode[]) => {
    const literal = textOf(specifier as AnyNode | null | undefined)
    // A bundler passes its modules a `require` of its own.
    if (literal === undefined || ancestors.some(hasRequireParameter)) return
    fileImports.imports.push({
      specifier: literal,
      line: node.loc?.start.line ?? 1,
      atOnce: !ancestors.some(({ type }) => CONDITIONAL.test(type)),
      guarded: isGuarded(ancestors),
    })
  }
  ancestor(program, {
    ImportDeclaration: (node, _state, ancestors) => add(node.source, node, ancestors),
    ExportNamedDeclaration: (node, _state, ancestors) => add(node.source, node, ancestors),
    ExportAllDeclaration: (node, _state, ancestors) => add(node.source, node, ancestors),
    ImportExpression: (node, _state, ancestors) => add(node.source, node, ancestors),
    CallExpression(node, _state, ancestors) {
      const { callee, arguments: args } = node
      if (callee.type === 'Identifier' && callee.name === 'require') return add(args[0], node, ancestors)
      if (callee.type === 'MemberExpression' && nameOf(callee.object) === 'require')
        return add(args[0], node, ancestors)
      const path = pathOf(node)
      if (path !== undefined) fileImports.paths.push({ ...path, line: node.loc?.start.line ?? 1 })
    },
  })
  return fileImports
}

function parseEither(text: string, module: boolean): Program | undefined {
  for (const sourceType of module ? (['module'] as const) : (['script', 'module'] as const)) {
    try {
      return parse(text, {
        ecmaVersion: 'latest',
        sourceType,
        locations: true,
        allowHashBang: true,
        allowReturnOutsideFunction: true,
        allowAwaitOutsideFunction: true,
      })
    } catch {
      // The other kind of source, or not a source that Node would run.
      continue
    }
  }
  return undefined
}

function hasRequireParameter(node: AnyNode): boolean {
  return 'params' in node && node.params.some((param) => nameOf(param) === 'require')
}

function isGuarded(ancestors: AnyNode[]): boolean {
  return ancestors.some(
    (node, at) => node.type === 'TryStatement' && node.handler != null && ancestors[at + 1] === node.block,
  )
}

/** `path.join(__dirname, '..', 'x')`, and `fs.readFileSync('../x')`. */
function pathOf(node: AnyNode): Omit<ReadPath, 'line'> | undefined {
  if (node.type !== 'CallExpression') return undefined
  const [first, ...rest] = node.arguments
  const called = node.callee.type === 'MemberExpression' ? nameOf(node.callee.property) : nameOf(node.callee)
  if (first === undefined || called === undefined) return undefined
  if (called === 'join' || called === 'resolve') {
    const from = placeOf(first)
    const parts = rest.map((part) => textOf(part))
    return from === undefined || parts.includes(undefined) ? undefined : { from, path: parts.join('/') }
  }
  if (!READS.test(called)) return undefined
  const literal = textOf(first)
  return literal === undefined ? undefined : { from: 'start', path: literal }
}

/** `__dirname`, `import.meta.dirname`, `process.cwd()`. */
function placeOf(node: AnyNode): ReadPath['from'] | undefined {
  if (nameOf(node) === '__dirname') return 'file'
  if (node.type === 'MemberExpression' && node.object.type === 'MetaProperty') {
    return nameOf(node.property) === 'dirname' ? 'file' : undefined
  }
  const isCwd =
    node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && nameOf(node.callee.property) === 'cwd'
  return isCwd ? 'start' : undefined
}

function nameOf(node: AnyNode): string | undefined {
  return node.type === 'Identifier' ? node.name : undefined
}

/** A literal string, or a template without placeholders. */
function textOf(node: AnyNode | null | undefined): string | undefined {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined
  return node.quasis[0]?.value.cooked ?? undefined
}
