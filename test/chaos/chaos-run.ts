import { once } from 'node:events'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeKey, keyOf, type LiveObject } from '../../src/model/object.ts'
import { FaultProxy } from '../helpers/fault-proxy/fault-proxy.ts'
import type { Fault, FaultPlan } from '../helpers/fault-proxy/faults.ts'
import { Random } from '../helpers/random.ts'
import { until } from '../helpers/until.ts'
import { Allotment } from './allotment.ts'
import type { Bed } from './bed.ts'
import { differences, isReeves } from './check/differences.ts'
import { undeclaredWrites, versionsOf, writesToObjects } from './check/undeclared-writes.ts'
import type { Mixture } from './mixtures.ts'
import { Story } from './story.ts'
import { Subject } from './subject.ts'
import { Disturber } from './world/disturber.ts'
import { Timeline } from './world/timeline.ts'

const FIRST_OBJECTS_WITHIN = 10_000
const CONVERGES_WITHIN = 120_000
/** More than all that a run waits for may take. */
const ENDS_WITHIN = 300_000
const LONGEST_PAUSE = 60
const MOMENT = 200
/** A look lists the objects of every kind. */
const LOOK_EVERY = 250

/**
 * Lets Git and the cluster change at random while requests go wrong, and checks what comes of it.
 * @returns how often each fault was injected
 * @throws Error that says what is not as it should be, and what happened
 */
export async function chaosRun(
  bed: Bed,
  mixture: Mixture,
  seed: number,
): Promise<ReadonlyMap<Fault, number>> {
  const run = await ChaosRun.open(bed, mixture, seed)
  try {
    return await inTime(run)
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}\n${run.story}`)
  }
}

/** One that comes to no end says where it stands, instead of keeping everybody waiting. */
async function inTime(run: ChaosRun): Promise<ReadonlyMap<Fault, number>> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      run.abandon()
      reject(new Error(`no end within ${ENDS_WITHIN} ms`))
    }, ENDS_WITHIN)
  })
  try {
    return await Promise.race([run.whole(), late])
  } finally {
    clearTimeout(timer)
  }
}

type Step = 'commit' | 'disturb' | 'restart'

interface Parts {
  readonly bed: Bed
  readonly plan: FaultPlan
  readonly random: Random
  readonly name: string
  readonly directory: string
  readonly allotment: Allotment
  readonly timeline: Timeline
  readonly proxy: FaultProxy
  readonly story: Story
}

class ChaosRun implements AsyncDisposable {
  readonly #parts: Parts
  readonly #disturber: Disturber
  readonly #over = new AbortController()
  readonly #abandoned: Promise<never>
  #subject: Subject | undefined

  private constructor(parts: Parts) {
    this.#parts = parts
    this.#disturber = new Disturber(parts.bed.client, parts.random.fork('disturber'))
    this.#abandoned = once(this.#over.signal, 'abort').then(() => {
      throw new Error('abandoned')
    })
    this.#abandoned.catch(() => {})
  }

  static async open(bed: Bed, mixture: Mixture, seed: number): Promise<ChaosRun> {
    const { plan, credentials } = mixture
    const random = new Random(`${mixture.name} ${seed}`)
    const name = `chaos-${mixture.name}-${seed}`
    const directory = join(bed.directory, name)
    await mkdir(directory)
    const story = new Story()
    const tell = (text: string) => story.tell(`  ${text}`)
    const asked = { upstream: bed.upstream, seed: `${seed}`, plan, directory, tell }
    const proxy = await FaultProxy.start({ ...asked, ...(credentials && { credentials }) })
    const commits = random.between(4, 7)
    const timeline = await Timeline.create(bed.git.directory, name, random.fork('history'), commits)
    const allotment = await Allotment.open(bed.client, name)
    return new ChaosRun({ bed, plan, random, name, directory, allotment, timeline, proxy, story })
  }

  get injected(): ReadonlyMap<Fault, number> {
    return this.#parts.proxy.injected
  }

  /** What happened, for people. */
  get story(): string {
    return this.#parts.story.text
  }

  /** The run from its beginning to its end, and how often each fault was injected in it. */
  async whole(): Promise<ReadonlyMap<Fault, number>> {
    try {
      await this.live()
      await this.settle()
      return this.injected
    } finally {
      this.#parts.story.tell('the end')
      await this[Symbol.asyncDispose]()
    }
  }

  /** Waits for nothing any more; what was begun ends by itself. */
  abandon(): void {
    this.#over.abort()
  }

  /** Commits, disturbances and restarts, one after the other, while Reeve is at work. */
  async live(): Promise<void> {
    const { random } = this.#parts
    await this.#commit()
    this.#subject = await this.#start()
    await this.#hasBegun()
    for (const step of this.#steps()) {
      await this.#take(step)
      await sleep(random.between(0, LONGEST_PAUSE))
    }
  }

  /** With fewer faults or none all comes to be as declared, stays so, and is all right for a new process. */
  async settle(): Promise<void> {
    const { proxy, random, plan, story } = this.#parts
    proxy.change(random.chance(0.5) ? {} : fewer(plan))
    await this.#converges()
    proxy.change()
    await this.#isQuiet()
    await this.#converges()
    const before = proxy.writes.length
    await this.#restart()
    await this.#isQuiet()
    await this.#converges()
    this.#demandNone('writes though all was as declared', writesToObjects(proxy.writes.slice(before)))
    const versions = versionsOf(this.#parts.timeline.declaredSoFar)
    this.#demandNone('writes of what no commit declares', undeclaredWrites(proxy.writes, versions))
    this.#demandNone('unforeseen errors', story.matching(/"code":"internal"/))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { proxy, directory, allotment } = this.#parts
    await this.#subject?.[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await allotment.clear()
    await rm(directory, { recursive: true })
  }

  /** In any order: all commits, some disturbances for each, and now and then a restart. */
  #steps(): readonly Step[] {
    const { random, timeline } = this.#parts
    const commits: Step[] = Array(timeline.left).fill('commit')
    const disturbances: Step[] = Array(random.between(8, 16)).fill('disturb')
    return random.shuffle([...commits, ...disturbances, ...(random.chance(0.3) ? ['restart' as const] : [])])
  }

  async #take(step: Step): Promise<void> {
    const { story, timeline } = this.#parts
    if (step === 'commit') await this.#commit()
    else if (step === 'restart') await this.#restart()
    else story.tell(await this.#disturber.disturb(timeline.recentKeys))
  }

  async #commit(): Promise<void> {
    const { story, timeline } = this.#parts
    story.tell(`commit ${await timeline.push()}`)
    this.#subject?.poll()
  }

  async #restart(): Promise<void> {
    this.#parts.story.tell('restart')
    await this.#subject?.[Symbol.asyncDispose]()
    this.#subject = undefined
    this.#subject = await this.#start()
  }

  #start(): Promise<Subject> {
    const { bed, name, proxy, directory, story } = this.#parts
    const log = (line: string) => story.tell(line.trimEnd())
    const dataDir = join(directory, 'data')
    const { signal } = this.#over
    return Subject.start({ bed, name, kubeconfig: proxy.kubeconfig, dataDir, log, signal })
  }

  /** Some of the first objects are there; all the same if nothing comes through for a while. */
  async #hasBegun(): Promise<void> {
    const { allotment, timeline, random } = this.#parts
    const some = timeline.recentKeys.length * random.next()
    const look = async () => (await allotment.objects()).length > some
    await until('the first objects', look, FIRST_OBJECTS_WITHIN).catch(() => {})
  }

  async #converges(): Promise<void> {
    const { timeline } = this.#parts
    let last: readonly string[] = ['Reeve is not at the last commit']
    const look = async () => {
      if (this.#subject?.controller.commit === timeline.head) last = await this.#differences()
      return last.length === 0
    }
    await until('all as declared', look, CONVERGES_WITHIN, LOOK_EVERY).catch((error) => {
      throw new Error(`${error.message}:\n${last.join('\n')}`)
    })
  }

  async #differences(): Promise<readonly string[]> {
    const { name: repository, timeline, allotment } = this.#parts
    const { foreign } = this.#disturber
    return differences(await allotment.objects(), { repository, declared: timeline.declared, foreign })
  }

  /** Reeve has seen all that is its own, and no more requests come, other than watches. */
  async #isQuiet(): Promise<void> {
    const { name, proxy, allotment } = this.#parts
    let unseen: readonly LiveObject[] = []
    const look = async () => {
      await Promise.race([this.#subject?.controller.settled(), this.#abandoned])
      const own = (await allotment.objects()).filter((object) => isReeves(object, name))
      unseen = this.#subject?.unseen(own) ?? []
      const before = proxy.calls
      await sleep(MOMENT)
      return unseen.length === 0 && proxy.calls === before
    }
    await until('silence', look, CONVERGES_WITHIN).catch((error) => {
      const names = unseen.map((object) => describeKey(keyOf(object)))
      throw new Error(`${error.message}; not seen: ${names.join(', ') || 'none'}`)
    })
  }

  #demandNone(what: string, found: readonly string[]): void {
    if (found.length > 0) throw new Error(`${what}:\n${found.join('\n')}`)
  }
}

function fewer(plan: FaultPlan): FaultPlan {
  return Object.fromEntries(Object.entries(plan).map(([fault, probability]) => [fault, probability / 10]))
}
