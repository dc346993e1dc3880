import { execFile } from 'node:child_process'
import { cp, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isJsonArray, type JsonValue, objectIn } from '../../src/model/json.ts'
import type { LiveObject } from '../../src/model/object.ts'
import { type PodEnd, startPodSimulator } from '../../src/sandbox/pod-simulator.ts'
import { startReaper } from '../../src/sandbox/reaper.ts'
import { NODE } from '../helpers/blue-green/application.ts'
import { controlPlaneTest } from '../helpers/control-plane-test.ts'
import { startFleet } from '../helpers/fleet.ts'
import { apply, kubectl, live, liveWhen } from '../helpers/live.ts'
import { type Postgres, startPostgres } from '../helpers/postgres.ts'
import { proposeBranch } from '../helpers/propose-branch.ts'

const run = promisify(execFile)
const EXAMPLE = fileURLToPath(new URL('../../examples/backup', import.meta.url))
const README = fileURLToPath(new URL('../../examples/README.md', import.meta.url))
const HOME = 'chat-acme'

const test = controlPlaneTest({ controllers: true })

/** The script that a Pod's container runs; undefined where it runs none. */
function scriptOf({ spec }: LiveObject): string | undefined {
  const { containers } = objectIn(spec)
  const [first] = isJsonArray(containers) ? containers : []
  const { command } = objectIn(first)
  const words: readonly JsonValue[] = isJsonArray(command) ? command : []
  return words[0] === '/bin/sh' ? String(words.at(-1)) : undefined
}

/** Runs the script of a Pod as a process, with the paths of its volumes elsewhere. */
async function play(pod: LiveObject, { env }: Postgres, volumes: string): Promise<PodEnd> {
  const script = scriptOf(pod) ?? ''
  const log = join(volumes, `${pod.metadata.name}.log`)
  const here = script.replaceAll('/backups', volumes).replaceAll('/dev/termination-log', log)
  try {
    await run('/bin/sh', ['-ec', here], { env })
    return { message: await readFile(log, 'utf8').catch(() => '') }
  } catch (error) {
    return { failure: { message: String((error as { readonly stderr?: string }).stderr).slice(0, 500) } }
  }
}

/** The example of a restore, as the page has it. */
async function restoreExample(): Promise<string> {
  const [, section = ''] = (await readFile(README, 'utf8')).split('\n## backup\n')
  const [, fence = ''] = /```yaml\n(.*?)```/s.exec(section) ?? []
  return fence.replaceAll(/^ {2}/gm, '')
}

test('examples/backup backs a real database up before each change, and restores it by a reviewed commit', async (t) => {
  t.timeout(300_000)
  const { controlPlane } = t.context
  const volumes = await mkdtemp(join(tmpdir(), 'reeve-backups-'))
  const reaper = startReaper()
  reaper.guardDirectory(volumes)
  t.teardown(() => reaper.close())
  await using postgres = await startPostgres()
  await postgres.sql('create table messages (id int, body text)')
  await postgres.sql("insert into messages values (1, 'hello'), (2, 'world')")
  await apply(controlPlane, NODE)
  await using _pods = startPodSimulator(controlPlane.kubeconfig, {
    run: (pod) => play(pod, postgres, volumes),
  })
  await using fleet = await startFleet(controlPlane, { name: 'backup' })
  await apply(controlPlane, (await fleet.reeve('crds')).stdout)
  await cp(EXAMPLE, fleet.work.directory, { recursive: true })
  await fleet.push({})
  await using _reeve = fleet.run()
  await liveWhen(controlPlane, HOME, 'persistentvolumeclaim/backups')
  const bound = ['--subresource=status', '--type=merge', '-p', '{"status":{"phase":"Bound"}}']
  await kubectl(controlPlane, '-n', HOME, 'patch', 'pvc/backups', ...bound)
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  const acme = await readFile(join(fleet.work.directory, 'acme.yaml'), 'utf8')
  const withPassword = (password: string) => ({
    'acme.yaml': `${acme}  values: {database: {password: ${password}}}\n`,
  })
  await fleet.push(withPassword('second'))
  const backedUp = await fleet.recorded(
    'acme',
    ({ state, operations }) => state === 'healthy' && operations?.[0]?.last !== undefined,
  )
  const { last } = backedUp.operations?.[0] ?? {}
  t.true((last?.size ?? 0) > 500, JSON.stringify(last))
  t.regex(last?.where ?? '', /\.dump$/)
  const secret = await live(controlPlane, HOME, 'secret/database')

  // A backup that fails stops the change.
  Object.assign(postgres.env, { PGDATABASE: 'not-there' })
  await fleet.push(withPassword('third'))
  const held = await fleet.recorded('acme', ({ state }) => state === 'invalid')
  t.regex(
    held.problems[0]?.message ?? '',
    /backup \(pre-sync\): the Job failed: .*database "not-there" does not exist/,
  )
  t.deepEqual((await live(controlPlane, HOME, 'secret/database'))?.data, secret?.data)
  Object.assign(postgres.env, { PGDATABASE: 'chat' })
  await fleet.push(withPassword('second'), 'Back to the second password')
  await fleet.recorded('acme', ({ state }) => state === 'healthy')

  // What a mistake deletes comes back by a commit that is reviewed.
  await postgres.sql('delete from messages')
  const restore = { 'templates/chat/restore.yaml': await restoreExample() }
  await proposeBranch(fleet.work, 'restore', restore)
  const { stdout } = await fleet.plan('restore')
  t.regex(stdout, /\+ Operation\.reeve\.dev chat-acme\/restore-1/)
  t.regex(stdout, /pg_restore --clean --if-exists/)
  t.is(await postgres.sql('select count(*) from messages'), '0')
  await fleet.push(restore, 'Restore')
  await fleet.recorded(
    'acme',
    ({ operations }) =>
      operations?.some(({ name, state }) => name === 'restore-1' && state === 'succeeded') === true,
  )
  t.is(await postgres.sql('select body from messages order by id'), 'hello\nworld')
})
