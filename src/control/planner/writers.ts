import type { Requests, Writer } from '../../adapters/cluster/client.ts'
import { type Fault, FaultError, fault } from '../../model/fault.ts'
import { OWN_GROUP } from '../../model/labels.ts'
import { idOf, type LiveObject, type ObjectKey } from '../../model/object.ts'
import type { ObjectPlan } from '../../model/plan.ts'
import { accountNamespace } from '../../model/service-account.ts'
import { requiresAccount } from '../../model/tenancy.ts'
import type { ClusterView } from '../../stages/live/cluster-view.ts'
import { markOf } from '../../stages/plan/applied.ts'
import { actingAs, type RenderPlacement } from '../../stages/render/render.ts'
import type { DesiredState } from '../fleet/desired-state.ts'
import type { History } from '../fleet/history.ts'
import { ownedBy } from './owned.ts'
import type { Work } from './work.ts'

export interface WritersOptions {
  readonly view: ClusterView
  readonly history: Pick<History, 'declarationAt'>
  /** Name of the Repository. */
  readonly repository: string
  readonly placement: RenderPlacement
}

/** Writes the objects of an installation, each as whom it is to be written, and reads them as the same. */
export type WriterOf = (plan: Pick<ObjectPlan, 'action' | 'key'>) => Writer & Pick<Requests, 'get'>

/** Decides as whom the objects of installations are written. */
export class Writers {
  readonly #options: WritersOptions

  constructor(options: WritersOptions) {
    this.#options = options
  }

  /**
   * The service account of the installation, or of the commit that last wrote its objects where Git no longer
   * declares it. As Reeve itself are written objects of its own kinds, in the namespace of those that name none and
   * in that of the account, and the namespace that Reeve is asked to create.
   * Where the configuration requires an account and none is known, every write fails with that fault.
   */
  async of(work: Pick<Work, 'name' | 'id'>, { members }: DesiredState): Promise<WriterOf> {
    const member = members.get(work.name)
    if (member === undefined) return this.#ofUndeclared(work)
    const account = member.target?.installation.serviceAccount
    const isCreated = ({ key }: { readonly key: ObjectKey }) =>
      member.objects.get(idOf(key))?.isCreatedNamespace === true
    return this.#writer(account, isCreated)
  }

  async #ofUndeclared({ name, id }: Pick<Work, 'name' | 'id'>): Promise<WriterOf> {
    const { view, placement } = this.#options
    const [live] = ownedBy(id, view.cache)
    const then = live && (await this.#thenFor(live, id))
    const { accounts } = placement
    if (then === undefined)
      return requiresAccount(accounts) ? refusing(fault('no-service-account', name)) : this.#writer(undefined)
    const [problem] = then.faults
    if (problem !== undefined) return refusing(problem)
    return this.#writer(then.account, ({ key }) => isNamespace(key, then.createdNamespace))
  }

  async #thenFor(live: LiveObject, id: string): Promise<ReturnType<typeof actingAs> | undefined> {
    const { history, repository, placement } = this.#options
    const mark = markOf(live, repository)
    const declaration = mark && (await history.declarationAt(mark.revision, id).catch(unlessFault))
    return declaration && actingAs(declaration, placement)
  }

  #writer(
    account: string | undefined,
    isReeves: (plan: Parameters<WriterOf>[0]) => boolean = () => false,
  ): WriterOf {
    const { view, placement } = this.#options
    const { client } = view
    if (account === undefined) return () => client
    const acting = client.as(account)
    const homes = [placement.namespace, accountNamespace(account)]
    return (plan) => (isDocument(plan, homes) || isReeves(plan) ? client : acting)
  }
}

/** Whether Reeve itself writes an object of its own kinds; it removes them wherever they are. */
function isDocument({ key, action }: Parameters<WriterOf>[0], homes: readonly string[]): boolean {
  return key.group === OWN_GROUP && (action === 'delete' || homes.includes(key.namespace))
}

/** A writer that fails. */
function refusing(problem: Fault): WriterOf {
  const refuse = () => Promise.reject(new FaultError(problem))
  return () => ({ create: refuse, patch: refuse, delete: refuse, get: refuse })
}

function isNamespace({ group, kind, name }: ObjectKey, namespace: string | undefined): boolean {
  return group === '' && kind === 'Namespace' && name === namespace
}

function unlessFault(error: unknown): undefined {
  if (!(error instanceof FaultError)) throw error
}
