import type { Random } from '../../helpers/random.ts'
import { KINDS } from './catalogue.ts'
import { type Declaration, objectOf } from './declaration.ts'
import type { Slots } from './slots.ts'

/** What each installation declares, by the names of its objects. */
export type DesiredState = ReadonlyMap<string, ReadonlyMap<string, Declaration>>

/** A commit of a made-up history. */
export interface PlannedCommit {
  readonly message: string
  readonly declared: DesiredState
}

const INSTALLATIONS = ['acme', 'beta', 'eu/acme']
const FIRST_OBJECTS = 9
const SLOTS = ['s1', 's2', 's3', 'label:l1', 'annotation:a1']
/** Never removed: a Service has at least one port, a Deployment one container. */
const ANCHOR = 's0'
const MOST_CHANGES = 4
const ALLOW = 'Reeve-Allow-Deletion: *'

/** Makes up commits that change, add, remove and move objects. The first one brings some of each kind. */
export function makeHistory(random: Random, namespace: string, commits: number): readonly PlannedCommit[] {
  const maker = new HistoryMaker(random, namespace)
  return Array.from({ length: commits }, (_, index) => (index === 0 ? maker.first() : maker.next()))
}

/** Path → text of a commit's files. */
export function filesOf(declared: DesiredState): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  for (const [installation, objects] of declared)
    for (const declaration of objects.values())
      files.set(`${installation}/${declaration.name}.yaml`, JSON.stringify(objectOf(declaration)))
  return files
}

class HistoryMaker {
  readonly #random: Random
  readonly #namespace: string
  readonly #installations = new Map<string, Map<string, Declaration>>()
  #made = 0

  constructor(random: Random, namespace: string) {
    this.#random = random
    this.#namespace = namespace
    for (const name of INSTALLATIONS) this.#installations.set(name, new Map())
  }

  first(): PlannedCommit {
    for (let index = 0; index < FIRST_OBJECTS; index++) this.#add()
    return this.#commit('First', false)
  }

  next(): PlannedCommit {
    let removes = false
    const changes = this.#random.between(1, MOST_CHANGES)
    for (let index = 0; index < changes; index++) {
      const change = this.#random.pick(['change', 'change', 'change', 'add', 'remove', 'move'])
      if (change === 'add') this.#add()
      else if (change === 'move') this.#move()
      else if (change === 'remove') removes = this.#remove() || removes
      else this.#change()
    }
    return this.#commit('Next', removes)
  }

  #commit(subject: string, removes: boolean): PlannedCommit {
    const declared = new Map([...this.#installations].map(([name, objects]) => [name, new Map(objects)]))
    return { message: removes ? `${subject}\n\n${ALLOW}\n` : subject, declared }
  }

  #add(): void {
    const kind = KINDS[this.#made % KINDS.length] ?? this.#random.pick(KINDS)
    // A name of its own in all of the cluster: some kinds are not namespaced.
    const name = `${this.#namespace}-${this.#made++}`
    const slots: Record<string, number> = { [ANCHOR]: this.#value() }
    for (const slot of SLOTS) if (this.#random.chance(0.5)) slots[slot] = this.#value()
    const declaration = { kind: kind.resource.kind, name, namespace: this.#namespace, slots }
    this.#installation().set(name, declaration)
  }

  #change(): void {
    const [objects, declaration] = this.#pick()
    if (objects === undefined || declaration === undefined) return
    objects.set(declaration.name, { ...declaration, slots: this.#changed(declaration.slots) })
  }

  #changed(slots: Slots): Slots {
    const slot = this.#random.pick([ANCHOR, ...SLOTS])
    if (slot !== ANCHOR && slot in slots && this.#random.chance(0.5)) {
      const { [slot]: _removed, ...rest } = slots
      return rest
    }
    return { ...slots, [slot]: this.#value() }
  }

  #remove(): boolean {
    const [objects, declaration] = this.#pick()
    return declaration !== undefined && objects?.delete(declaration.name) === true
  }

  #move(): void {
    const [objects, declaration] = this.#pick()
    if (declaration === undefined || !objects?.delete(declaration.name)) return
    this.#installation().set(declaration.name, declaration)
  }

  #pick(): [Map<string, Declaration> | undefined, Declaration | undefined] {
    const objects = this.#installation()
    const all = [...objects.values()]
    return all.length === 0 ? [undefined, undefined] : [objects, this.#random.pick(all)]
  }

  #installation(): Map<string, Declaration> {
    return this.#random.pick([...this.#installations.values()])
  }

  #value(): number {
    return this.#random.between(1, 999)
  }
}
