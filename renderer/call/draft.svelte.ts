import type { CallRequest } from '../../core/contract/call.ts'
import type { JsonSchema } from '../../core/contract/contract-metadata.ts'
import { argumentList, argumentListProblem, fieldProblem } from './field-problem.ts'
import type { CallableFunction } from './functions.ts'
import { fieldKind, firstText } from './schema.ts'

/** An argument as it is typed. */
export interface ArgumentText {
  text: string
  encoding: 'utf8' | 'base64'
}

/** A call being written: a form where the contract says what it takes, else a name and a list of arguments. */
export class Draft {
  readonly fn: CallableFunction | undefined
  readonly #schemas: Record<string, JsonSchema>
  name = $state('')
  args = $state<ArgumentText[]>([])
  /** Free-form only: the arguments as one JSON array in place of a list. */
  asJson = $state(false)
  json = $state('[]')
  transient = $state<{ key: string; value: ArgumentText }[]>([])
  kind = $state<'submit' | 'evaluate'>('submit')
  isInit = $state(false)
  /** Problems are told once sending was tried, not while the first letter is typed. */
  tried = $state(false)

  constructor(fn: CallableFunction | undefined, schemas: Record<string, JsonSchema>) {
    this.fn = fn
    this.#schemas = schemas
    this.name = fn?.callName ?? ''
    this.kind = fn?.intent ?? 'submit'
    this.args = (fn?.parameters ?? []).map((one) => ({ text: firstText(one.schema, schemas), encoding: 'utf8' }))
  }

  /** Take over a call that was made before. */
  fill(request: CallRequest, kind: 'submit' | 'evaluate'): void {
    this.name = request.function
    this.kind = kind
    this.isInit = request.isInit ?? false
    this.args = request.args.map(textOf)
    this.transient = Object.entries(request.transient ?? {}).map(([key, value]) => ({ key, value: textOf(value) }))
    this.#prettify()
  }

  // No deriveds: a draft outlives the screen it was begun on, and a derived made there does not.
  get problems(): (string | undefined)[] {
    return (this.fn?.parameters ?? []).map((parameter, index) =>
      fieldProblem(this.args[index]?.text ?? '', parameter.schema, this.#schemas),
    )
  }

  get jsonProblem(): string | undefined {
    return this.fn === undefined && this.asJson ? argumentListProblem(this.json) : undefined
  }

  get nameProblem(): string | undefined {
    return this.name.trim() === '' ? 'Needs the name of a function.' : undefined
  }

  get sendable(): boolean {
    return (
      this.problems.every((one) => one === undefined) &&
      this.jsonProblem === undefined &&
      this.nameProblem === undefined
    )
  }

  /** The call as it is sent. Only for a sendable draft. */
  request(chaincode: string): CallRequest {
    const transient = this.transient.filter((one) => one.key !== '')
    return {
      chaincode,
      function: this.name.trim(),
      args:
        this.fn === undefined && this.asJson ? argumentList(this.json) : this.args.map((_, index) => this.#sent(index)),
      ...(transient.length === 0
        ? {}
        : { transient: Object.fromEntries(transient.map((one) => [one.key, valueOf(one.value)])) }),
      ...(this.isInit ? { isInit: true } : {}),
    }
  }

  toggleJson(): void {
    if (this.asJson) {
      if (this.jsonProblem === undefined) this.args = argumentList(this.json).map(textOf)
    } else {
      this.json = JSON.stringify(
        this.args.map((one) => one.text),
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
    if (kind === 'json') return JSON.stringify(JSON.parse(argument.text))
    if (kind === 'integer' || kind === 'number') return argument.text.trim()
    return valueOf(argument)
  }

  /** JSON is sent in one line and written in many. */
  #prettify(): void {
    this.fn?.parameters.forEach((parameter, index) => {
      const argument = this.args[index]
      if (argument === undefined || fieldKind(parameter.schema, this.#schemas) !== 'json') return
      if (fieldProblem(argument.text, {}, {}) !== undefined) return
      try {
        argument.text = JSON.stringify(JSON.parse(argument.text), undefined, 2)
      } catch {
        // It was sent as it is; the field itself says what is wrong with it.
        return
      }
    })
  }
}

function textOf(value: string | { base64: string }): ArgumentText {
  return typeof value === 'string' ? { text: value, encoding: 'utf8' } : { text: value.base64, encoding: 'base64' }
}

function valueOf(value: ArgumentText): string | { base64: string } {
  return value.encoding === 'utf8' ? value.text : { base64: value.text }
}
