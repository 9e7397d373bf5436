// @ts-check
/**
 * An ESLint rule: a component reads its props and deriveds before it waits. Once its screen was left, what is derived
 * is stale (Svelte's `derived_inert`), and a prop may be derived by whoever gave it. What is needed later is taken into
 * a constant first; whether the answer is still wanted says `getAbortSignal()` of the effect that asked.
 */

const MESSAGE =
  '“{{name}}” may be gone after waiting. Take what is needed of it before, and ask getAbortSignal() whether it is still wanted.'

const later = new Set([
  'setTimeout',
  'setInterval',
  'requestAnimationFrame',
  'queueMicrotask',
  'then',
  'catch',
  'finally',
])
const loops = new Set(['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement'])

/** @type {import('eslint').Rule.RuleModule} */
export const lateReads = {
  meta: { type: 'problem', schema: [], messages: { late: MESSAGE } },
  create(context) {
    const { sourceCode } = context
    /** By the function that waits: where each of its waits ends. @type {Map<any, number[]>} */
    const waits = new Map()

    function wait(/** @type {any} */ node, /** @type {number} */ end) {
      const fn = functionAround(node)
      waits.set(fn, [...(waits.get(fn) ?? []), end])
    }

    function isLate(/** @type {any} */ read) {
      for (let fn = functionAround(read); fn !== undefined; fn = functionAround(fn)) {
        if (isCalledLater(fn)) return true
        const ends = waits.get(fn) ?? []
        const loop = loopAround(read, fn)
        if (ends.some((end) => end <= read.range[0])) return true
        if (loop !== undefined && ends.some((end) => end > loop.range[0] && end <= loop.range[1])) return true
      }
      return false
    }

    return {
      AwaitExpression: (node) => wait(node, node.range?.[1] ?? 0),
      'ForOfStatement[await=true]': (/** @type {any} */ node) => wait(node, node.right.range[1]),
      'Program:exit'() {
        for (const { identifier, name } of reactiveReads(sourceCode.scopeManager)) {
          if (isLate(identifier)) context.report({ node: identifier, messageId: 'late', data: { name } })
        }
      },
    }
  },
}

/** Reads of props and deriveds, and calls of a component's functions that read them. */
function reactiveReads(/** @type {any} */ { scopes }) {
  const variables = scopes.flatMap((/** @type {any} */ scope) => scope.variables)
  const found = variables.filter(isReactive).flatMap(readsOf)
  const functions = variables.map((/** @type {any} */ variable) => ({ variable, fn: functionOf(variable) }))
  let rest = functions.filter((/** @type {any} */ { fn }) => fn !== undefined)
  for (;;) {
    const reading = rest.filter((/** @type {any} */ { fn }) =>
      found.some((/** @type {any} */ r) => isIn(r.identifier, fn)),
    )
    if (reading.length === 0) return found
    rest = rest.filter((/** @type {any} */ each) => !reading.includes(each))
    for (const { variable } of reading) found.push(...readsOf(variable).filter(isCalled))
  }
}

function isReactive(/** @type {any} */ { name, defs: [def] }) {
  // What a parent hands down to be called is as constant as a function.
  if (def?.type !== 'Variable' || /^on[a-z]/.test(name)) return false
  const { callee } = def.node.init ?? {}
  return callee?.name === '$props' || callee?.name === '$derived' || callee?.object?.name === '$derived'
}

function readsOf(/** @type {any} */ { name, references }) {
  return references
    .filter((/** @type {any} */ reference) => reference.isRead())
    .map((/** @type {any} */ { identifier }) => ({ name, identifier }))
}

function functionOf(/** @type {any} */ { defs: [def] }) {
  if (def?.type === 'FunctionName') return def.node
  return isFunction(def?.node.init) ? def.node.init : undefined
}

function isCalled(/** @type {any} */ { identifier }) {
  return identifier.parent.type === 'CallExpression' && identifier.parent.callee === identifier
}

function isCalledLater(/** @type {any} */ { parent: call, ...fn }) {
  if (
    call?.type !== 'CallExpression' ||
    !call.arguments.some((/** @type {any} */ each) => each.range[0] === fn.range[0])
  )
    return false
  return later.has(call.callee.name ?? call.callee.property?.name)
}

function functionAround(/** @type {any} */ node) {
  for (let at = node.parent; at != null; at = at.parent) if (isFunction(at)) return at
  return undefined
}

function loopAround(/** @type {any} */ node, /** @type {any} */ fn) {
  let found
  for (let at = node.parent; at != null && at !== fn; at = at.parent) if (loops.has(at.type)) found = at
  return found
}

function isFunction(/** @type {any} */ node) {
  return /^(ArrowFunctionExpression|FunctionExpression|FunctionDeclaration)$/.test(node?.type ?? '')
}

function isIn(/** @type {any} */ node, /** @type {any} */ other) {
  return node.range[0] >= other.range[0] && node.range[1] <= other.range[1]
}
