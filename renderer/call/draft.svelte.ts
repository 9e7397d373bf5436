import type { CallRequest } from '../../core/contract/call.ts'
import type { JsonSchema } from '../../core/contract/contract-metadata.ts'
import { argumentList, argumentListProblem, fieldProblem } from './field-problem.ts'
import type { CallableFunction } from './functions.ts'
import { fieldKind, firstText } from './schema.ts'

/** An argument as typed. */
export interface ArgumentText {
  text: string
  encoding: 'utf8' | 'base64'
}

/** All that was typed into a draft. */
export interface DraftContent {
  name: string
  args: ArgumentText[]
  asJson: boolean
  json: string
  transient: { key: string; value: ArgumentText }[]
  kind: 'submit' | 'evaluate'
  isInit: boolean
}

/** A call being drafted: a form if the contract describes the function, else a name and a list of arguments. */
export class Draft {
  readonly fn: CallableFunction | undefined
  readonly #schemas: Record<string, JsonSchema>
  name = $state('')
  args = $state<ArgumentText[]>([])
  /** Free-form only: edit the arguments as one JSON array instead of a list. */
  asJson = $state(false)
  json = $state('[]')
  transient = $state<{ key: string; value: ArgumentText }[]>([])
  kind = $state<'submit' | 'evaluate'>('submit')
  isInit = $state(false)
  /** A submit of it wrote nothing, so it is evaluated unless its author chooses otherwise. */
  wroteNothing = $state(false)
  /** Problems are shown once the author has tried to send. */
  tried = $state(false)

  constructor(fn: CallableFunction | undefined, schemas: Record<string, JsonSchema>) {
    this.fn = fn
    this.#schemas = schemas
    this.name = fn?.callName ?? ''
    this.kind = fn?.intent ?? 'submit'
    this.args = (fn?.parameters ?? []).map(({ schema }) => ({ text: firstText(schema, schemas), encoding: 'utf8' }))
  }

  /** Evaluate it from now on. Only once: whoever then chooses to submit it means it. */
  readOnly(): void {
    if (this.wroteNothing) return
    this.wroteNothing = true
    this.kind = 'evaluate'
  }

  /** Take over a past call. */
  fill(request: CallRequest, kind: 'submit' | 'evaluate'): void {
    this.name = request.function
    this.kind = kind
    this.isInit = request.isInit ?? false
    this.args = request.args.map(textOf)
    this.transient = Object.entries(request.transient ?? {}).map(([key, value]) => ({ key, value: textOf(value) }))
  }

  /** Arguments of an address. A function that takes more of them keeps the rest. */
  take(args: readonly ArgumentText[]): void {
    const wanted = this.fn === undefined ? args.length : this.fn.parameters.length
    this.asJson = false
    this.args = Array.from({ length: wanted }, (_, at) => args[at] ?? this.args[at] ?? { text: '', encoding: 'utf8' })
  }

  content(): DraftContent {
    const { name, args, asJson, json, transient, kind, isInit } = this
    return { name, args, asJson, json, transient, kind, isInit }
  }

  /** Go on with what was typed before; a function that takes other parameters now starts over. */
  restore({ name, args, asJson, json, transient, kind, isInit }: DraftContent): void {
    if (this.fn !== undefined && this.fn.parameters.length !== args.length) return
    Object.assign(this, { name, args, asJson, json, transient, kind, isInit })
  }

  // Not $derived: a draft outlives the screen it was created on, a derived doesn't.
  get problems(): (string | undefined)[] {
    return (this.fn?.parameters ?? []).map((parameter, index) =>
      fieldProblem(this.args[index]?.text ?? '', parameter.schema, this.#schemas),
    )
  }

  get jsonProblem(): string | undefined {
    return this.fn === undefined && this.asJson ? argumentListProblem(this.json) : undefined
  }

  get nameProblem(): string | undefined {
    return this.name.trim() === '' ? 'Enter a function name.' : undefined
  }

  get sendable(): boolean {
    return (
      this.problems.every((problem) => problem === undefined) &&
      this.jsonProblem === undefined &&
      this.nameProblem === undefined
    )
  }

  /** The call to send. Only for a sendable draft. */
  request(chaincode: string): CallRequest {
    const request: CallRequest = {
      chaincode,
      function: this.name.trim(),
      args:
        this.fn === undefined && this.asJson ? argumentList(this.json) : this.args.map((_, index) => this.#sent(index)),
    }
    const transient = this.transient.filter(({ key }) => key !== '')
    if (transient.length > 0) {
      request.transient = Object.fromEntries(transient.map(({ key, value }) => [key, valueOf(value)]))
    }
    if (this.isInit) request.isInit = true
    return request
  }

  toggleJson(): void {
    if (this.asJson) {
      if (this.jsonProblem === undefined) this.args = argumentList(this.json).map(textOf)
    } else {
      this.json = JSON.stringify(
        this.args.map(({ text }) => text),
        undefined,
        2,
      )
    }
    this.asJson = !this.asJson
  }

  #sent(index: number): string | { base64: string } {
    const argument = this.args[index] ?? { text: '', encoding: 'utf8' }
    const parameter = this.fn?.parameters[index]
    const kind = parameter === undefined ? 'string' : fieldKind(parameter.schema, this.#schemas)
    if (kind === 'json') return argument.text
    if (kind === 'integer' || kind === 'number') return argument.text.trim()
    return valueOf(argument)
  }
}

function textOf(value: string | { base64: string }): ArgumentText {
  return typeof value === 'string' ? { text: value, encoding: 'utf8' } : { text: value.base64, encoding: 'base64' }
}

function valueOf(value: ArgumentText): string | { base64: string } {
  return value.encoding === 'utf8' ? value.text : { base64: value.text }
}
