import type { LookupAnswer, LookupQuestion } from '../../../adapters/engine/engine.ts'
import { type Fault, FaultError, fault } from '../../../model/fault.ts'
import { isJsonObject, type JsonObject } from '../../../model/json.ts'
import { gvkOf } from '../../../model/object.ts'
import { standInForSecret } from '../secrets/secret-object.ts'
import type { StandIns } from '../secrets/stand-ins.ts'

export type Ask = (question: LookupQuestion) => Promise<LookupAnswer>

export interface LookupsOptions {
  /** Asks the cluster. */
  readonly ask: Ask
  /** Whether Secrets are refused. */
  readonly refusesSecrets: boolean
}

/** What the renderings of one release look up: each object once, so that all of them see the same. */
export class Lookups {
  readonly #options: LookupsOptions
  readonly #answers = new Map<string, Promise<LookupAnswer>>()
  #readsSecrets = false
  #refused: Fault | undefined
  /** Why questions were refused, by their keys. */
  readonly #refusals = new Map<string, Fault>()

  constructor(options: LookupsOptions) {
    this.#options = options
  }

  /** Whether some Secret was found. */
  get readsSecrets(): boolean {
    return this.#readsSecrets
  }

  /** Why the last rendering was refused an object that it asked for. */
  takeRefused(): Fault | undefined {
    const refused = this.#refused
    this.#refused = undefined
    return refused
  }

  /** @throws FaultError secret-lookup, and those of the cluster's own refusals */
  async answer(question: LookupQuestion): Promise<LookupAnswer> {
    this.#checkAllowed(question)
    const answer = await this.#once(question).catch((error: unknown) => this.#failed(question, error))
    const isFound = isJsonObject(answer.object) || (answer.items ?? []).length > 0
    if (isFound && isOfSecret(question)) this.#readsSecrets = true
    return answer
  }

  /**
   * The same answers with stand-ins in place of secrets. The cluster is asked nothing more: what only stand-ins ask
   * for is not there.
   * @throws FaultError as `answer` did
   */
  async withStandIns(question: LookupQuestion, standIns: StandIns): Promise<LookupAnswer> {
    this.#checkAllowed(question)
    const refusal = this.#refusals.get(keyOf(question))
    if (refusal) this.#refuse(refusal)
    const { object, items } = (await this.#answers.get(keyOf(question))) ?? nothing(question)
    const standIn = (found: JsonObject) =>
      isOfSecret(question) ? standInForSecret(found) : (standIns.within(found) as JsonObject)
    return {
      ...(object !== undefined && { object: object === null ? null : standIn(object) }),
      ...(items && { items: items.map(standIn) }),
    }
  }

  #checkAllowed(question: LookupQuestion): void {
    if (!this.#options.refusesSecrets || !isOfSecret(question)) return
    const { namespace, name } = question
    const which = name === '' ? `all of ${namespace || 'the cluster'}` : `${namespace}/${name}`
    this.#refuse(fault('secret-lookup', which))
  }

  #failed(question: LookupQuestion, error: unknown): never {
    if (!(error instanceof FaultError)) throw error
    this.#refusals.set(keyOf(question), error.fault)
    this.#refuse(error.fault)
  }

  #refuse(refusal: Fault): never {
    this.#refused ??= refusal
    throw new FaultError(refusal)
  }

  #once(question: LookupQuestion): Promise<LookupAnswer> {
    const key = keyOf(question)
    const answer = this.#answers.get(key) ?? this.#options.ask(question)
    this.#answers.set(key, answer)
    answer.catch(() => this.#answers.delete(key)) // the caller gets the error, the next one asks anew
    return answer
  }
}

function keyOf({ apiVersion, kind, namespace, name }: LookupQuestion): string {
  return JSON.stringify([apiVersion, kind, namespace, name])
}

function nothing({ name }: LookupQuestion): LookupAnswer {
  return name === '' ? { items: [] } : { object: null }
}

/** The core group may be written `/v1`, too. */
function isOfSecret({ apiVersion, kind }: LookupQuestion): boolean {
  return gvkOf({ apiVersion, kind }).group === '' && kind === 'Secret'
}
