import type { LookupAnswer, LookupQuestion } from '../../../adapters/engine/engine.ts'
import { FaultError, fault } from '../../../model/fault.ts'
import { isJsonObject, type JsonObject } from '../../../model/json.ts'
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
  #refused: LookupQuestion | undefined

  constructor(options: LookupsOptions) {
    this.#options = options
  }

  /** Whether some Secret was found. */
  get readsSecrets(): boolean {
    return this.#readsSecrets
  }

  /** A Secret that was asked for and refused. */
  get refused(): LookupQuestion | undefined {
    return this.#refused
  }

  /** @throws FaultError secret-lookup */
  async answer(question: LookupQuestion): Promise<LookupAnswer> {
    if (isOfSecret(question)) {
      if (this.#options.refusesSecrets) throw this.#refuse(question)
      const answer = await this.#once(question)
      if (isJsonObject(answer.object) || (answer.items ?? []).length > 0) this.#readsSecrets = true
      return answer
    }
    return this.#once(question)
  }

  /** The same answers with stand-ins in place of secrets. */
  async withStandIns(question: LookupQuestion, standIns: StandIns): Promise<LookupAnswer> {
    const { object, items } = await this.answer(question)
    const standIn = (found: JsonObject) =>
      isOfSecret(question) ? standInForSecret(found) : (standIns.within(found) as JsonObject)
    return {
      ...(object !== undefined && { object: object === null ? null : standIn(object) }),
      ...(items && { items: items.map(standIn) }),
    }
  }

  #once(question: LookupQuestion): Promise<LookupAnswer> {
    const { apiVersion, kind, namespace, name } = question
    const key = JSON.stringify([apiVersion, kind, namespace, name])
    const answer = this.#answers.get(key) ?? this.#options.ask(question)
    this.#answers.set(key, answer)
    answer.catch(() => this.#answers.delete(key)) // the caller gets the error, the next one asks anew
    return answer
  }

  #refuse(question: LookupQuestion): FaultError {
    this.#refused ??= question
    return new FaultError(fault('secret-lookup', ''))
  }
}

function isOfSecret({ apiVersion, kind }: LookupQuestion): boolean {
  return apiVersion === 'v1' && kind === 'Secret'
}
