import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Fleet, startFleet } from '../helpers/fleet.ts'
import { fromGitea, pullRequest, send } from '../helpers/webhooks.ts'
import type { Bed } from './bed.ts'
import { chartFile, chartFleet, chartInstallation } from './chart-fleet.ts'
import { REPOSITORY, startForgeStandIn } from './forge-stand-in.ts'
import type { Measured } from './row-table.ts'
import { median } from './statistics.ts'

/** So many installations there are at most. */
const MOST = 1_000
const SECRET = 'a-secret-of-the-benchmark'
const TEMPLATE = 'charts/app/templates/settings.yaml'

export interface ReviewStepOptions {
  readonly samples: number
  readonly idleSeconds: number
  /** Open pull requests whose memory is measured, those of the samples among them. */
  readonly openPulls: number
  /** How long Reeve rests before its memory is measured. */
  readonly restSeconds: number
}

/** From the webhook of a pull request to its comment, as a forge that answers at once gets it. */
export async function reviewSteps(
  bed: Pick<Bed, 'objects' | 'controlPlane'>,
  { samples, idleSeconds, openPulls, restSeconds }: ReviewStepOptions,
): Promise<Measured> {
  const count = Math.min(MOST, bed.objects)
  await using forge = await startForgeStandIn()
  await using fleet = await startFleet(bed.controlPlane, {
    name: 'reviews',
    remote: ({ url }) => {
      forge.gitUrl = url
      return ['--repo', `${forge.url}/${REPOSITORY}.git`]
    },
  })
  await fleet.push(inNamespace(chartFleet(count)))
  const directory = await mkdtemp(join(tmpdir(), 'reeve-bench-'))
  await using _stack = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }) }
  const secretFile = join(directory, 'secret')
  await writeFile(secretFile, SECRET)
  await using reeve = fleet.run(
    ...['--interval', '1h', '--listen', '127.0.0.1:0', '--webhook-secret-file', secretFile],
    ...['--forge', 'gitea', '--forge-url', forge.url, '--forge-token-file', secretFile],
  )
  const { url } = await reeve.logged('serving probes and metrics')
  await reeve.logged('in sync', undefined, 600_000)
  const review = async (number: number, files: Readonly<Record<string, string>>) => {
    const branch = `change-${number}`
    forge.propose(number, branch, await pushPull(fleet, number, files))
    const commented = forge.commented()
    const start = performance.now()
    const sent = fromGitea('pull_request', pullRequest(REPOSITORY, 'synchronized', { number }), SECRET)
    await send(String(url), sent)
    const { body, at } = await commented
    return { ms: at - start, characters: body.length }
  }
  const one = (number: number) =>
    review(number, { [chartFile(number)]: chartInstallation(number, `color-${number}`) })
  const before = await restedMiB(reeve.pid, restSeconds)
  const times: number[] = []
  for (let sample = 0; sample <= samples; sample++) times.push((await one(sample + 1)).ms)
  const template = await readFile(join(fleet.work.directory, TEMPLATE), 'utf8')
  const all = await review(MOST, { [TEMPLATE]: `${template}  version: "2"\n` })
  const others = Math.min(openPulls, count) - times.length - 1
  for (let other = 1; other <= others; other++) await one(samples + 1 + other)
  const after = await restedMiB(reeve.pid, restSeconds)
  const { writes } = forge
  await wait(idleSeconds * 1_000)
  return {
    'review-one': median(times.slice(1)), // the first one warms up
    'review-all': all.ms / 1000,
    'review-comment': all.characters,
    'review-writes': forge.writes - writes,
    'review-memory': after - before,
  }
}

/** The objects of another fleet of the benchmark have the same names. */
function inNamespace(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => [
      path,
      text.replace('namespace: charts', 'namespace: default'),
    ]),
  )
}

/** Where forges put what a pull request brings. @returns its commit */
async function pushPull(
  { work }: Fleet,
  number: number,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  await work.run('checkout', '--quiet', '-B', 'change', 'main')
  for (const [path, text] of Object.entries(files)) await work.write(path, text)
  const head = await work.commit(`Change ${number}`)
  await work.run('push', '--quiet', '--force', 'origin', `change:refs/pull/${number}/head`)
  await work.run('checkout', '--quiet', 'main')
  return head
}

/** Of memory that is in use; a Reeve at rest has given back the rest, and has written its reviews to their branch. */
async function restedMiB(pid: number, restSeconds: number): Promise<number> {
  await wait(restSeconds * 1_000)
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024
}
