import { setTimeout as sleep } from 'node:timers/promises'
import { describeFault } from '../../model/fault.ts'
import { firstOf } from '../../model/first-of.ts'
import { pathMatcher } from '../../stages/declare/fleet/values-paths.ts'
import { type Composed as Checked, harmOf } from '../../stages/declare/harm-of-mixture.ts'
import type { CommitTree } from '../../stages/declare/mixed-declaration.ts'
import { ownDigest } from '../../stages/declare/own-digest.ts'
import { defaultsOf } from '../../stages/render/template-parts.ts'
import type { Inherited } from '../../stages/rollout/rollout-view.ts'
import type { CommitTrees } from '../fleet/commit-trees.ts'
import type { Composed } from '../fleet/compositions.ts'
import type { Made } from '../fleet/fleet.ts'
import type { Renderers } from '../fleet/renderers.ts'
import type { Assignment } from './assignment.ts'
import type { ComposeMembers } from './compose-members.ts'
import type { HeadMember, RolloutHead } from './rollout-head.ts'

/** Maximum wait for the defaults of a template, in milliseconds: without them less is known to be harmful. */
const PATIENCE_MS = 2_000
/** Maximum number of faults in a reason. */
const NAMED = 3

/** What an installation would be brought to, and what it is. */
interface Question {
  readonly member: HeadMember
  readonly assignment: Assignment | undefined
  readonly inherited: Inherited
}

export interface HarmsOptions {
  readonly trees: CommitTrees
  readonly compose: ComposeMembers
  readonly renderers: Pick<Renderers, 'find'>
}

/**
 * Why what installations say at the head must not be together with what they inherit of an earlier commit. A
 * question that has no answer yet is noted, and answered by `prepare`.
 */
export class Harms {
  readonly #options: HarmsOptions
  #answers = new Map<string, string | undefined>()
  /** What was rendered with faults: reasons by installation. */
  readonly #faulty = new Map<string, { readonly key: string; readonly reason: string }>()
  readonly #open = new Map<string, Question>()

  constructor(options: HarmsOptions) {
    this.#options = options
  }

  /** The answers of an earlier head do not hold. */
  noteHead(): void {
    this.#answers = new Map()
  }

  /** Undefined for none; a text also while that is not known yet. */
  of(question: Question): string | undefined {
    const key = keyOf(question)
    const faulty = this.#faulty.get(question.member.name)
    if (faulty?.key === key) return faulty.reason
    if (this.#answers.has(key)) return this.#answers.get(key)
    this.#open.set(key, question)
    return 'not known yet'
  }

  /** Notes how an installation was rendered from its own documents of the head and what it inherits. */
  noteMade(question: Question, { installation }: Made): boolean {
    const { name } = question.member
    if (installation.faults.length === 0) return false
    const reason = firstOf(installation.faults.map(describeFault), NAMED)
    this.#faulty.set(name, { key: keyOf(question), reason })
    return true
  }

  /** Answers all open questions. @returns whether there were any */
  async prepare(head: RolloutHead): Promise<boolean> {
    const open = [...this.#open]
    this.#open.clear()
    await Promise.all(
      open.map(async ([key, question]) => this.#answers.set(key, await this.#find(question, head))),
    )
    return open.length > 0
  }

  async #find(
    { member, assignment, inherited }: Question,
    { tree }: RolloutHead,
  ): Promise<string | undefined> {
    const { trees, compose } = this.#options
    const { name } = member
    const innermost = inherited.group === member.group ? member.innermost : (assignment?.innermost ?? '')
    const [from, own, current] = await Promise.all([
      trees.at(inherited.commit),
      assignment && trees.at(assignment.ownCommit),
      assignment && trees.at(assignment.commit),
    ])
    if (from === undefined) return `the commit ${inherited.commit.slice(0, 12)} is gone`
    const then = from.tree.sources.get(name)
    if (then && ownDigest(then, from.tree.valuesFiles) === member.own) return undefined
    const [mixed, before] = await Promise.all([
      compose.mix(name, tree, from, innermost),
      then && own && current && compose.mix(name, own, current, assignment?.innermost ?? ''),
    ])
    const head = wholeOf(name, tree)
    if (mixed === undefined || head === undefined) return undefined
    const whole = from === current ? undefined : wholeOf(name, from)
    return harmOf({
      before: before && (await this.#checked(before)),
      ...(whole && { whole: await this.#checked(whole) }),
      mixed: await this.#checked(mixed),
      head: await this.#checked(head),
    })
  }

  async #checked({ declared, templatesOf }: Pick<Composed, 'declared' | 'templatesOf'>): Promise<Checked> {
    const { declaration } = declared
    const defaults = await Promise.all(
      declaration.templates.map(async (template, index) => {
        const from = templatesOf[index]
        if (from === undefined) return []
        const isValuesFile = pathMatcher(from.tree.valuesPaths)
        const found = await this.#options.renderers.find(template.reference, from.snapshot, isValuesFile)
        const ready = await Promise.race([found.ready(), sleep(PATIENCE_MS, undefined, { ref: false })])
        return ready && 'render' in ready ? defaultsOf(template, ready) : []
      }),
    )
    return { declaration, defaults: defaults.flat(), faults: declaration.faults }
  }
}

/** As one commit alone has it; undefined where that does not declare it. */
function wholeOf(name: string, from: CommitTree): Pick<Composed, 'declared' | 'templatesOf'> | undefined {
  const declared = from.tree.declarations.get(name)
  return declared && { declared, templatesOf: declared.declaration.templates.map(() => from) }
}

function keyOf({ member, assignment, inherited }: Question): string {
  return JSON.stringify([
    member.name,
    member.own,
    assignment?.own ?? '',
    assignment?.commit ?? '',
    inherited.commit,
    inherited.group,
  ])
}
