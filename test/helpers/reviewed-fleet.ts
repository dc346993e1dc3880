import type { ExecutionContext } from 'ava'
import type { ControlPlane } from '../../src/sandbox/control-plane.ts'
import { git } from '../../src/sandbox/git-process.ts'
import { type Files, type Fleet, type Recorded, startFleet } from './fleet.ts'
import { configFile } from './option-file.ts'
import { proposeBranch } from './propose-branch.ts'
import type { ReeveProcess } from './reeve.ts'
import { until } from './until.ts'

/** A fleet whose branches `proposal/…` are reviewed, and that follows commits only as reviewed. */
export interface ReviewedFleet extends AsyncDisposable {
  readonly fleet: Fleet
  /** `reeve run` with both roles. */
  run(...more: string[]): ReeveProcess
  /** Pushes a branch `proposal/<name>` on top of main; resolves when it is reviewed. */
  propose(name: string, files: Files): Promise<string>
  /** Merges a proposal into main and pushes it. */
  merge(name: string): Promise<void>
  /** Text of the review of a proposal; undefined where there is none. */
  review(name: string): Promise<string | undefined>
  /** Resolves with the record of an installation that is held, with the digest that it asks for. */
  held(installation: string, code?: string): Promise<{ readonly record: Recorded; readonly digest: string }>
}

export async function reviewedFleet(
  t: Pick<ExecutionContext<unknown>, 'teardown'>,
  controlPlane: ControlPlane,
  name: string,
  config: object = { requireReviewedPlan: true },
): Promise<ReviewedFleet> {
  const fleet = await startFleet(controlPlane, { name })
  const { work } = fleet
  const flags = await configFile(t, { review: { branches: 'proposal/' }, ...config })
  const review = (proposal: string) =>
    git(['show', `reeve/review/${name}:proposal/${proposal}.yaml`], { cwd: fleet.git.directory }).catch(
      () => undefined,
    )
  return {
    fleet,
    run: (...more) => fleet.run(...flags, ...more),
    async propose(proposal, files) {
      const oid = await proposeBranch(work, `proposal/${proposal}`, files)
      await until(`the review of ${proposal}`, async () => (await review(proposal))?.includes(oid))
      return oid
    },
    async merge(proposal) {
      await work.run('merge', '--quiet', '--no-ff', '--no-edit', `proposal/${proposal}`)
      await work.push()
    },
    review,
    async held(installation, code = 'not-reviewed') {
      const record = await fleet.recorded(
        installation,
        ({ problems }) => problems?.some((problem) => problem.code === code) === true,
      )
      const { message = '' } = record.problems.find((problem) => problem.code === code) ?? {}
      return { record, digest: /digest is ([\w-]+)/.exec(message)?.[1] ?? '' }
    },
    [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose](),
  }
}
