import { type Decision, decide } from '../../../../src/stages/rollout/decide.ts'
import type { RolloutView } from '../../../../src/stages/rollout/rollout-view.ts'
import { Random } from '../../../helpers/random.ts'
import { SimulatedBranch } from './branch.ts'
import { Checks, LONGEST_CHECK } from './checks.ts'
import { VirtualClock } from './clock.ts'
import { LONGEST_MOVE, SimulatedCluster } from './cluster.ts'
import { SimulatedController } from './controller.ts'
import { endsWell } from './promises/ends-well.ts'
import { PROMISES } from './promises/promises.ts'
import { Starvation } from './promises/starves-nobody.ts'
import { firstTree, randomTree } from './random-commit.ts'
import { randomJump, randomScenario, type Scenario } from './scenario.ts'
import type { Step } from './step.ts'
import { DAY, HOUR, MINUTE } from './times.ts'
import { Truths } from './truths.ts'
import { viewOf } from './view-of.ts'

/** Maximum number of decisions of a run, by which it must have come to its end. */
const MOST_DECISIONS = 20_000
/** Probability that it is tried whether something would follow before the next event. */
const PROBED = 0.05
/** Time after the last commit at which only windows that never open are left, in ms. */
const PATIENCE = 200 * DAY
/** What became of a run. */
export interface Outcome {
  /** Promises that were broken, in words. */
  readonly broken: readonly string[]
  readonly decisions: number
  readonly moves: number
  readonly commits: number
  readonly members: number
  /** What each group waits for at the end; `head` for nothing. */
  readonly ends: readonly string[]
  /** Kinds of moves and of waits that came up. */
  readonly kinds: ReadonlySet<string>
}

/** A fleet, its branch, its controller and its clock, all of them at random, until nothing more happens. */
export function simulate(seed: string, onStep: (step: Step) => void = () => {}): Outcome {
  const random = new Random(seed)
  return new Simulation(random, randomScenario(random.fork('scenario')), onStep).run()
}

class Simulation {
  readonly #random: Random
  readonly #scenario: Scenario
  readonly #onStep: (step: Step) => void
  readonly #clock: VirtualClock
  readonly #branch = new SimulatedBranch()
  readonly #cluster: SimulatedCluster
  readonly #checks: Checks
  readonly #truths: Truths
  readonly #controller = new SimulatedController()
  readonly #starvation: Starvation
  readonly #broken: string[] = []
  readonly #kinds = new Set<string>()
  #last: Step | undefined
  #wakeAt: number | undefined
  #isDisturbed = false
  #decisions = 0
  #moves = 0

  constructor(random: Random, scenario: Scenario, onStep: (step: Step) => void) {
    this.#onStep = onStep
    this.#random = random
    this.#scenario = scenario
    const { start, grain } = scenario
    const clock = new VirtualClock(start)
    this.#clock = clock
    this.#cluster = new SimulatedCluster({
      random: random.fork('cluster'),
      clock,
      branch: this.#branch,
      reviews: scenario.reviews,
      grain,
    })
    const slack = scenario.isSteady ? MINUTE : LONGEST_CHECK + HOUR
    this.#starvation = new Starvation({ longestMove: LONGEST_MOVE, slack })
    this.#checks = new Checks(random.fork('checks'), clock)
    this.#truths = new Truths(this.#cluster)
    this.#branch.push(
      firstTree(random.fork('tree'), scenario.members, { now: start, isSteady: scenario.isSteady }),
    )
  }

  run(): Outcome {
    const last = this.#plan()
    this.#decide()
    while (this.#broken.length === 0 && this.#clock.time < last + PATIENCE) {
      const times = [this.#clock.next, this.#wakeAt].filter((time) => time !== undefined)
      if (times.length === 0) break
      if (this.#decisions >= MOST_DECISIONS) {
        this.#broken.push('it decides without end')
        break
      }
      const next = Math.min(...times)
      this.#probe(next)
      this.#clock.advance(next)
      this.#decide()
    }
    if (this.#broken.length === 0) this.#endWell()
    return this.#outcome()
  }

  /** Nothing would follow before the time at which it wakes, or something happens. */
  #probe(next: number): void {
    const clock = this.#clock
    const { time } = clock
    if (next - time < 2 || !this.#random.chance(PROBED)) return
    clock.time = this.#random.between(time + 1, next - 1)
    const { moves, groups } = decide(this.#view())
    clock.time = time
    const late = [...groups].find(([name, { record }]) => {
      const known = this.#controller.records.get(name)
      return known !== undefined && known.at.digest !== record.at.digest
    })
    const what = moves[0]?.member ?? late?.[0]
    if (what !== undefined) this.#broken.push(`it wakes too late for ${what}`)
  }

  /** Plans all that happens to the fleet from outside; the time of the last of it. */
  #plan(): number {
    const { commits, interval, flaps, restarts, jumps } = this.#scenario
    const random = this.#random
    const clock = this.#clock
    let delay = 0
    for (let index = 0; index < commits; index += 1) {
      delay += Math.ceil(random.next() * 2 * interval)
      clock.after(delay, () => this.#commit())
    }
    const end = delay + 2 * interval
    const sometimes = (count: number, run: () => void) => {
      for (let index = 0; index < count; index += 1) clock.after(Math.ceil(random.next() * end), run)
    }
    sometimes(flaps, () => {
      const names = [...this.#branch.head.installations.keys()]
      this.#cluster.flap(random.pick(names))
    })
    sometimes(restarts, () => this.#restart())
    sometimes(jumps, () => {
      clock.ahead += randomJump(random)
      this.#isDisturbed = true
    })
    clock.after(end, () => this.#approveAll())
    return clock.time + end
  }

  #commit(): void {
    const random = this.#random
    const { badness } = this.#cluster
    const tree = randomTree(random, this.#branch, { now: this.#clock.now, isSteady: this.#scenario.isSteady })
    const { commit, digests } = this.#branch.push(tree)
    const bad = random.chance(this.#scenario.bad) ? random.pick([0.2, 1]) : 0
    for (const digest of digests.values()) if (!badness.has(digest)) badness.set(digest, bad)
    const names = [...tree.groups.keys()]
    if (random.chance(0.15)) this.#branch.approved.set(random.pick(names), commit)
    if (!this.#scenario.isSteady && random.chance(0.05)) this.#branch.forced.set(random.pick(names), commit)
    for (const name of this.#cluster.members.keys())
      if (!tree.installations.has(name)) this.#cluster.members.delete(name)
    if (this.#branch.isRearranged()) this.#isDisturbed = true
  }

  /** At the end, someone approves what is left, sometimes. */
  #approveAll(): void {
    if (this.#random.chance(0.5)) return
    const { commit, groups } = this.#branch.head
    for (const name of groups.keys()) this.#branch.approved.set(name, commit)
  }

  #restart(): void {
    this.#controller.restart(this.#random)
    if (this.#controller.records.size > 0) return
    this.#truths.forget()
    this.#isDisturbed = true
  }

  #decide(): void {
    this.#decisions += 1
    const view = this.#view()
    this.#truths.observe(view, this.#controller.records)
    const decision = decide(view)
    const step = { view, decision, truth: this.#truths.of(view, decision, this.#branch.commits) }
    this.#last = step
    this.#onStep(step)
    for (const { kind } of decision.moves) this.#kinds.add(kind)
    for (const wait of decision.waits.values()) this.#kinds.add(wait.for)
    for (const promise of PROMISES) this.#broken.push(...promise(step))
    this.#broken.push(...this.#starvation.check(step, this.#clock.time, this.#isDisturbed))
    this.#isDisturbed = false
    this.#act(decision)
  }

  #act(decision: Decision): void {
    const { groups, moves, wakeAt } = decision
    if (!this.#scenario.isSteady)
      for (const [name, { record }] of groups) this.#checks.begin(name, record.at.digest)
    const begun = this.#controller.act(decision)
    for (const move of begun) this.#cluster.start(move)
    this.#moves += begun.length
    const { time, ahead } = this.#clock
    if (moves.length > 0) this.#wakeAt = time
    else this.#wakeAt = wakeAt === undefined ? undefined : Math.max(time, wakeAt - ahead)
  }

  #view(): RolloutView {
    return viewOf({
      now: this.#clock.now,
      branch: this.#branch,
      cluster: this.#cluster,
      checks: this.#checks,
      isSparse: this.#scenario.isSparse,
      records: this.#controller.records,
    })
  }

  /** Nothing more follows by itself, however long one waits; and what is left has a reason. */
  #endWell(): void {
    if (this.#last) this.#broken.push(...endsWell(this.#last))
    this.#clock.time += DAY
    const late = decide(this.#view()).moves
    if (this.#wakeAt === undefined && late.length > 0)
      this.#broken.push(`nothing woke it for ${late[0]?.member}`)
  }

  #outcome(): Outcome {
    const groups = [...(this.#last?.decision.groups.values() ?? [])]
    return {
      broken: this.#broken,
      decisions: this.#decisions,
      moves: this.#moves,
      commits: this.#branch.commits.length,
      members: this.#cluster.members.size,
      kinds: this.#kinds,
      ends: groups.map(({ wait }) => wait?.for ?? 'head'),
    }
  }
}
