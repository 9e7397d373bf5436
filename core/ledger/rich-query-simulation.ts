import type { QueryReport } from '../contract/call.ts'
import { parseDerived, privateNamespace } from '../privdata/namespaces.ts'
import { firstResults } from './first-results.ts'
import { startQuery, type QueryScanner, type ScannedDocument } from './query-scanner.ts'
import type { KeyValue, QueryPage, RangePage, ResultsIterator } from './results.ts'
import type { RWSetBuilder } from './rwset-builder.ts'
import type { SimulationRules } from './simulation-rules.ts'
import type { QueryView } from './state-queries.ts'

/** Counts the documents that the chaincode takes. */
interface CountedScanner extends QueryScanner {
  count(): void
}

/**
 * The rich queries of one simulation. The documents that a query finds are recorded as reads of their keys; those it
 * doesn't find aren't: Fabric has no phantom protection for rich queries.
 */
export class RichQuerySimulation {
  readonly #view: QueryView
  readonly #internalQueryLimit: number | undefined
  readonly #rwset: RWSetBuilder
  readonly #rules: SimulationRules
  readonly #reports: (() => QueryReport)[] = []

  constructor(view: QueryView, internalQueryLimit: number | undefined, rwset: RWSetBuilder, rules: SimulationRules) {
    this.#view = view
    this.#internalQueryLimit = internalQueryLimit
    this.#rwset = rwset
    this.#rules = rules
  }

  async execute(namespace: string, query: string): Promise<ResultsIterator<KeyValue>> {
    return this.#documents(namespace, await this.#start(namespace, query), true)
  }

  async executePage(namespace: string, query: string, { limit, ...page }: QueryPage): Promise<RangePage> {
    const scanner = await this.#start(namespace, query, page)
    const { results } = await firstResults(this.#documents(namespace, scanner, true), limit)
    return { results, bookmark: scanner.bookmark() }
  }

  /** Of the values of a private collection, which aren't recorded. */
  async executePrivate(namespace: string, collection: string, query: string): Promise<ResultsIterator<KeyValue>> {
    const scanner = await this.#start(privateNamespace(namespace, collection), query)
    return this.#documents(namespace, scanner, false)
  }

  reports(): QueryReport[] {
    return this.#reports.map((report) => report())
  }

  close(): void {
    this.#view.close()
  }

  async #start(
    namespace: string,
    query: string,
    page?: { bookmark: string; pageSize: number },
  ): Promise<CountedScanner> {
    const options = { ...page, internalQueryLimit: this.#internalQueryLimit }
    const scanner = await startQuery((body) => this.#view.find(namespace, body), query, options)
    let returned = 0
    const derived = parseDerived(namespace)
    const queried = { namespace: derived?.namespace ?? namespace, collection: derived?.collection }
    this.#reports.push(() => ({ ...queried, query, returned, ...scanner.report() }))
    return { ...scanner, count: () => void (returned += 1) }
  }

  #documents(namespace: string, scanner: CountedScanner, isRecorded: boolean): ResultsIterator<KeyValue> {
    const record = isRecorded ? this.#rwset.namespace(namespace) : undefined
    const take = (document: ScannedDocument | undefined): KeyValue | undefined => {
      if (document === undefined) return undefined
      scanner.count()
      const { key, value, version } = document
      record?.reads.set(key, { key, version })
      return { namespace, key, value }
    }
    return this.#rules.whileNotDone({
      next: () => {
        const document = scanner.next()
        return document instanceof Promise ? document.then(take) : take(document)
      },
      close: () => scanner.close(),
    })
  }
}
